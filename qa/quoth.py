"""The whole of Quoth in one object: open a folder of articles, ask, get an answer with citations."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from index.articles import content_key, find_files
from index.corpus import UpdateReport
from index.embedding import Encoder, SentenceEncoder, model_folder
from index.errors import QuothError
from index.library import Added, Deleted, Library, LibraryError
from index.passage_index import PassageIndex, open_index
from index.progress import Progress, silent
from index.records import Article, Filters, Hit, Passage
from qa import citing, fitted
from qa.answering import RankedAnswer, merge, to_candidates
from qa.checks import checked_question
from qa.confidence import FILE, Confidence, features
from qa.dialogue import REMEMBERED, Earlier, leans, lifted, surest, understandings
from qa.listing import Listed, list_articles
from qa.places import library_of, places
from qa.reader import OWN_WEIGHTS, Reader
from qa.records import Alternative, Answer, Nearest, Span
from qa.settings import Settings, load_settings
from qa.stretches import join

RANKED = 20  # hits an answer carries, so that recall can be measured


@dataclass(frozen=True)
class Home:
    """Where the articles of a Quoth lie: their folder or file, the folder of their index, and their library."""

    root: Path
    index: Path
    library: Library
    may_be_empty: bool


class Quoth:
    """Articles, their index, a reader and its confidence. Asking from several threads at once is safe."""

    def __init__(
        self,
        index: PassageIndex,
        reader: Reader,
        confidence: Confidence,
        settings: Settings,
        warnings: Sequence[str] = (),
        home: Home | None = None,
    ) -> None:
        self.home, self._own_warnings = home, tuple(warnings)
        self.index, self.reader, self.confidence, self.settings = index, reader, confidence, settings
        self.warnings = (*index.report.warnings, *warnings)  # what a person should know before trusting an answer

    @classmethod
    def open(
        cls,
        articles: Path | str | None = None,
        index: Path | str | None = None,
        settings: Settings | None = None,
        progress: Progress = silent,
        own_confidence: bool = True,
        library: Library | None = None,
        may_be_empty: bool = False,
    ) -> Quoth:
        """Bring the index of `articles` up to date and load the models; a `QuothError` says what stands in the way.

        A confidence that was fitted for the index is used, unless `own_confidence` is False or it is of other models.
        Uploads and deletions are those of the `library`, by default the one that belongs to the articles.
        """
        settings = load_settings() if settings is None else settings
        root, folder = places(articles, index)
        home = Home(root, folder, library_of(root) if library is None else library, may_be_empty)
        _check_articles(home)
        encoder, reader, confidence = load_models(settings, progress)
        opened = _open_index(home, encoder, settings, serve_old=True, progress=progress)
        warnings = []
        if own_confidence and fitted.place(folder).exists():
            try:
                confidence = fitted.load(folder, fitted.origin(settings, encoder.fingerprint))
            except fitted.FittedError as error:
                warnings.append(str(error))
        return cls(opened, reader, confidence, settings, warnings, home)

    @classmethod
    def in_memory(cls, articles: Iterable[Article], settings: Settings, progress: Progress = silent) -> Quoth:
        """Index articles that are in memory, writing nothing."""
        encoder, reader, confidence = load_models(settings, progress)
        return cls(PassageIndex.from_articles(articles, encoder, settings, progress), reader, confidence, settings)

    def updated(self, progress: Progress = silent) -> Quoth:
        """A Quoth over the articles as they are now, with the same models; this one goes on answering as before."""
        home = self._home()
        opened = _open_index(home, self.index.encoder, self.settings, serve_old=False, progress=progress)
        return Quoth(opened, self.reader, self.confidence, self.settings, self._own_warnings, home)

    def add(self, name: str, data: bytes) -> Added:
        """Upload a file; its article can be asked about in an `updated` Quoth."""
        return self._home().library.add(name, data, self.settings, self._ids_by_content)

    def delete(self, article_id: str) -> None:
        """Take an article out: an `updated` Quoth no longer finds it. Files of the articles folder are not touched."""
        found, library = self.articles.get(article_id), self._home().library
        if found is None and article_id not in library.uploads():  # an upload may not be indexed yet
            raise LibraryError(f"No article has the id {article_id!r}.")
        library.delete(article_id, "" if found is None else found.title)

    def restore(self, article_id: str) -> Deleted:
        """Bring a deleted article back, which an `updated` Quoth finds again."""
        return self._home().library.restore(article_id)

    def deleted(self) -> list[Deleted]:
        """The articles that can be restored, the latest first."""
        return [] if self.home is None else self.home.library.deleted()

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        """All articles with their facts, by id."""
        return list_articles(self.index, {} if self.home is None else self.home.library.uploads())

    def search(self, question: str, k: int = 10, filters: Filters = Filters()) -> list[Nearest]:
        """The `k` passages that are nearest to the question, best first; nothing is read."""
        question = checked_question(question, self.settings.question_characters)
        hits = self.index.search(question, k, filters)
        return [Nearest(citing.cite_passage(self.articles, hit.passage), hit.score) for hit in hits]

    @cached_property
    def _ids_by_content(self) -> dict[str, str]:
        return {content_key(article): article.id for article in self.articles.values()}

    def _home(self) -> Home:
        if self.home is None:
            raise QuothError("These articles are in memory alone, and cannot be changed; open a folder instead.")
        return self.home

    @property
    def articles(self) -> Mapping[str, Article]:
        """The indexed articles by id."""
        return self.index.articles

    @property
    def passages(self) -> int:
        """How many passages are searched."""
        return len(self.index.passages)

    def passages_of(self, article_id: str) -> Sequence[Passage]:
        """The passages that an article was cut into; none where it is not indexed."""
        return [passage for passage in self.index.passages if passage.article_id == article_id]

    @property
    def report(self) -> UpdateReport:
        """What opening the index changed in it, and which files were refused."""
        return self.index.report

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        abstain: bool | None = True,
        earlier: Sequence[Earlier] = (),
    ) -> Answer:
        """Answer from all articles that pass the filters; with `abstain`, none below the threshold.

        What the question leaves out is taken from the `earlier` ones of a conversation, oldest first, where the
        articles bear that out; the answer's `understood` says so then.
        """
        question = checked_question(question, self.settings.question_characters)
        earlier = earlier[-REMEMBERED:]
        about = {id_ for each in earlier for id_ in each.article_ids}
        answers = [
            replace(self._ask(way, filters, abstain, about), question=question, understood=way)
            for way in understandings(question, earlier)
        ]
        if not answers or not leans(question):
            answers.insert(0, self._ask(question, filters, abstain))
        chosen = surest(question, answers, earlier)
        spent = {name: sum(each.timings_ms[name] for each in answers) for name in chosen.timings_ms}
        return replace(chosen, timings_ms={name: round(value, 1) for name, value in spent.items()})

    def _ask(self, question: str, filters: Filters, abstain: bool | None, about: Set[str] = frozenset()) -> Answer:
        """Answer a question that stands alone; passages of the articles that it is probably `about` come first."""
        began = time.perf_counter()
        hits = self.index.search(question, max(RANKED, self.settings.read_passages), filters)
        if about:
            hits = lifted(hits, about)
        found = time.perf_counter()
        read = hits[: self.settings.read_passages]
        ranked = self.rank(question, read)
        retrieved = self.confidence.retrieved
        threshold = self.confidence.threshold if self.settings.threshold is None else self.settings.threshold
        answer = self._answer(
            question, ranked, [retrieved.probability(features(a)) for a in ranked], threshold, abstain
        )
        ended = time.perf_counter()
        timings = {"retrieve": found - began, "read": ended - found, "total": ended - began}
        nearest = tuple(Nearest(citing.cite_passage(self.articles, hit.passage), hit.score) for hit in read)
        return replace(
            answer, hits=tuple(hits), nearest=nearest, timings_ms=_milliseconds(timings), threshold=threshold
        )

    def read(self, question: str, article: Article, abstain: bool) -> Answer:
        """Answer from the whole text of one article, without retrieval."""
        began = time.perf_counter()
        hit = whole(article)
        ranked = self.rank(checked_question(question, self.settings.question_characters), [hit], {article.id: article})
        probabilities = [self.confidence.isolated.probability(features(a)) for a in ranked]
        threshold = self.confidence.isolated_threshold if self.settings.threshold is None else self.settings.threshold
        answer = self._answer(question, ranked, probabilities, threshold, abstain, {article.id: article})
        took = time.perf_counter() - began
        return replace(answer, timings_ms=_milliseconds({"retrieve": 0.0, "read": took, "total": took}))

    def rank(
        self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article] | None = None
    ) -> list[RankedAnswer]:
        """Read the passages of the hits and rank the answers found in them."""
        spans = self.spans(question, hits, self.articles if articles is None else articles)
        weights = self.confidence.weights
        return merge(to_candidates(hits, spans, weights), weights.temperature)

    def spans(
        self, question: str, hits: Sequence[Hit], articles: Mapping[str, Article]
    ) -> list[list[tuple[Span, str]]]:
        """For each hit the best spans of its passage, with their texts."""
        stretches = join(hits, articles)
        texts = [articles[each.article_id].text[each.start : each.end] for each in stretches]
        headings = [each.heading for each in stretches]
        read = self.reader.read(question, texts, headings, self.settings.answer_tokens)
        found: dict[Hit, list[tuple[Span, str]]] = {hit: [] for hit in hits}
        for each, text, readings in zip(stretches, texts, read, strict=True):
            for r in readings:
                start, end = each.start + r.start, each.start + r.end
                if hit := each.holder(start, end):
                    found[hit].append((Span(hit.passage, start, end, r.logit, r.null), text[r.start : r.end]))
        return list(found.values())

    def _answer(
        self,
        question: str,
        ranked: Sequence[RankedAnswer],
        probabilities: Sequence[float],
        threshold: float,
        abstain: bool | None,
        articles: Mapping[str, Article] | None = None,
    ) -> Answer:
        articles = self.articles if articles is None else articles
        options = [
            Alternative(a.best.text, p, tuple(citing.cite(articles, place) for place in a.places))
            for a, p in zip(ranked, probabilities, strict=True)
        ]
        if not options:
            return Answer(question, None, 0.0, (), (), (), {}, best="")
        best = options[0]
        if abstain and best.confidence < threshold:
            return Answer(question, None, best.confidence, (), tuple(options), (), {}, best=best.text)
        return Answer(question, best.text, best.confidence, best.citations, tuple(options[1:]), (), {}, best=best.text)


def _check_articles(home: Home) -> None:
    """Fail at once where there is nothing to read, before the models take their seconds."""
    find_files(home.root, home.may_be_empty or bool(home.library.uploads()))


def _open_index(
    home: Home, encoder: Encoder, settings: Settings, *, serve_old: bool, progress: Progress
) -> PassageIndex:
    return open_index(
        home.index, home.root, encoder, settings,
        serve_old=serve_old, may_be_empty=home.may_be_empty, library=home.library, progress=progress,
    )  # fmt: skip


def load_models(settings: Settings, progress: Progress = silent) -> tuple[SentenceEncoder, Reader, Confidence]:
    """Encoder, reader and the confidence fitted for the reader (our own reader's where it brings none)."""
    encoder = load_encoder(settings, progress)
    progress("Loading models", 1, 2)
    reader = Reader(settings.reader, settings.threads)
    progress("Loading models", 2, 2)
    own = OWN_WEIGHTS if settings.reader == "" else model_folder(settings.reader)
    return encoder, reader, Confidence.load(own if (own / FILE).exists() else OWN_WEIGHTS)


def whole(article: Article) -> Hit:
    """A whole article as the one hit, where nothing was searched."""
    return Hit(Passage(article.id, 0, len(article.text), article.title), 1.0, 1.0, None, None)


def load_encoder(settings: Settings, progress: Progress = silent) -> SentenceEncoder:
    """The encoder that the settings name."""
    progress("Loading models", 0, 2)
    return SentenceEncoder(settings.encoder, settings.threads)


def _milliseconds(seconds: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value * 1000, 1) for name, value in seconds.items()}
