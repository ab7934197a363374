"""The index of passages: build it in memory, bring the one on disk up to date, open it, search it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.corpus import EMPTY, Corpus, UpdateReport, scan
from index.embedding import Encoder, same_encoder
from index.errors import BrokenIndexError
from index.fusion import convex
from index.library import Library
from index.passages import cut
from index.progress import Progress, silent
from index.records import Article, Filters, Hit, Passage
from index.settings import IndexSettings
from index.snapshot import Snapshot, current, publish, read, write_lock
from index.store import Contents
from index.terms import Terms
from index.vectors import Vectors

DEPTH = 100  # passages that each ranking proposes for fusion, at least


@dataclass(frozen=True)
class PassageIndex:
    """Articles and their passages, ready to be searched. Searching from several threads at once is safe."""

    contents: Contents
    encoder: Encoder
    dense_weight: float
    report: UpdateReport

    @property
    def articles(self) -> Mapping[str, Article]:
        """The indexed articles by id."""
        return self.contents.corpus.articles

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages, by article and place."""
        return self.contents.passages

    @classmethod
    def from_articles(
        cls, articles: Iterable[Article], encoder: Encoder, settings: IndexSettings, progress: Progress = silent
    ) -> PassageIndex:
        """An index in memory, of articles in memory."""
        corpus = Corpus({article.id: article for article in articles}, {})
        contents, embedded = _built(corpus, None, encoder, settings, progress)
        return _opened(contents, EMPTY, embedded, encoder, settings, [])

    def search(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:
        """The `k` best passages for one question, best first."""
        return self.search_all([question], k, filters)[0]

    def search_all(self, questions: Sequence[str], k: int, filters: Filters = Filters()) -> list[list[Hit]]:
        """The `k` best passages for each question, best first, of the articles that pass the filters."""
        allowed = self._allowed(filters)
        vectors = self.encoder.encode(list(questions))
        by_vector = self.contents.vectors.search(vectors, max(k, DEPTH), allowed)
        return [
            self._fuse(question, vector, rows, allowed, k)
            for question, vector, rows in zip(questions, vectors, by_vector, strict=True)
        ]

    def _fuse(
        self,
        question: str,
        vector: NDArray[np.float32],
        by_vector: NDArray[np.int64],
        allowed: NDArray[np.int64] | None,
        k: int,
    ) -> list[Hit]:
        term_scores = self.contents.terms.scores(question)
        pool = np.arange(len(term_scores)) if allowed is None else allowed
        by_term = pool[np.argsort(-term_scores[pool], kind="stable")[: max(k, DEPTH)]]
        by_term = by_term[term_scores[by_term] > 0]
        rows = np.union1d(by_vector, by_term).astype(np.int64)
        if len(rows) == 0:
            return []
        cosines = self.contents.vectors.cosines(vector, rows)
        fused = convex(cosines, term_scores[rows], self.dense_weight)
        vector_rank = {int(row): rank for rank, row in enumerate(by_vector, start=1)}
        term_rank = {int(row): rank for rank, row in enumerate(by_term, start=1)}
        return [
            Hit(
                self.passages[rows[i]],
                float(fused[i]),
                float(cosines[i]),
                vector_rank.get(int(rows[i])),
                term_rank.get(int(rows[i])),
            )
            for i in np.argsort(-fused, kind="stable")[:k]
        ]

    def _allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Rows of the passages that pass the filters; None where every one does."""
        if filters == Filters():
            return None
        fitting = {a.id for a in self.articles.values() if _passes(a, filters)}
        return np.array([i for i, p in enumerate(self.passages) if p.article_id in fitting], dtype=np.int64)


def open_index(
    folder: Path,
    root: Path,
    encoder: Encoder,
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    adopt_encoder: bool = False,
    serve_old: bool = False,
    may_be_empty: bool = False,
    library: Library | None = None,
    progress: Progress = silent,
) -> PassageIndex:
    """Bring the index in `folder` up to date with the articles in `root`, publish what changed, and open it.

    The uploads of the `library` are indexed with them, and what was deleted there is not.

    Only passages that are new are embedded; `rebuild` builds from nothing, whatever lies there. `BrokenIndexError`
    where the index is damaged, belongs to other articles, or was built by another encoder (unless `adopt_encoder` says
    to embed everything anew). Where the folder cannot be written, an index that needs no change opens all the same, and
    with `serve_old` one that does: as it is, with a warning in its report.
    """
    warnings: list[str] = []
    found = None if rebuild else read(folder, lambda snapshot: (snapshot, _checked(snapshot, root)), warnings.append)
    snapshot, old = (None, None) if found is None else found
    reusable = old if snapshot is None or _fits(snapshot, encoder, adopt_encoder) else None
    before = EMPTY if old is None else old.corpus
    corpus = scan(root.resolve(), settings, before, progress, library, may_be_empty)
    cutting = {"words": settings.passage_words, "overlap": settings.passage_overlap}
    cut_alike = snapshot is not None and snapshot.manifest["cutting"] == cutting
    if reusable is not None and cut_alike and corpus == before:
        return _opened(reusable, before, 0, encoder, settings, warnings)
    try:
        with write_lock(folder):
            contents, embedded = _built(corpus, reusable, encoder, settings, progress, cut_alike)
            origin = {"root": str(root.resolve()), "cutting": cutting, "encoder": dict(encoder.fingerprint)}
            publish(folder, contents.save, {**contents.facts(), **origin}, Contents.load)
    except BrokenIndexError as error:
        if not serve_old or reusable is None:
            raise
        warnings.append(f"Answers come from the index as it was before the last changes. {error}")
        return _opened(reusable, before, 0, encoder, settings, warnings)
    return _opened(contents, before, embedded, encoder, settings, warnings)


def indexed_root(folder: Path) -> Path | None:
    """The articles that an index on disk belongs to; None where there is no index."""
    snapshot = current(folder, lambda _: None)
    return None if snapshot is None else Path(snapshot.manifest["root"])


def _checked(snapshot: Snapshot, root: Path) -> Contents:
    if snapshot.manifest["root"] != str(root.resolve()):
        raise BrokenIndexError(
            f"The index in {snapshot.folder.parent.parent} belongs to the articles in "
            f"{snapshot.manifest['root']}, not to {root}; name another folder with --index."
        )
    return Contents.load(snapshot)


def _fits(snapshot: Snapshot, encoder: Encoder, adopt_encoder: bool) -> bool:
    """Whether the vectors are of this encoder; `BrokenIndexError` where not, unless they may all be made anew."""
    built_with = snapshot.manifest["encoder"]
    if same_encoder(built_with, encoder.fingerprint):
        return True
    if adopt_encoder:
        return False
    raise BrokenIndexError(
        f"The index in {snapshot.folder} was built with the encoder {built_with['name']!r} and the settings name "
        f"{encoder.fingerprint['name']!r}; set QUOTH_ENCODER back, or embed anew: python -m qa index"
    )


def _built(
    corpus: Corpus,
    old: Contents | None,
    encoder: Encoder,
    settings: IndexSettings,
    progress: Progress,
    cut_alike: bool = False,
) -> tuple[Contents, int]:
    """Cut all articles, embed the passages that `old` has no vector for (counted), and put everything in order.

    With `cut_alike`, articles that stand in `old` are cut there already.
    """
    articles = dict(sorted(corpus.articles.items()))
    passages = tuple(_passages(articles, old if cut_alike else None, settings))
    texts = [passage_text(articles[p.article_id], p) for p in passages]
    keys = [_key(text) for text in texts]
    known = {} if old is None else _vectors_by_key(old)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    fresh = encoder.encode(list(missing.values()), progress)
    known.update(zip(missing, fresh, strict=True))
    dimension = len(encoder.fingerprint["probe"])
    rows = np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), dimension)
    ordered = Corpus(articles, corpus.files, corpus.refused)
    return Contents(ordered, passages, Vectors.from_array(rows), Terms.from_texts(texts)), len(missing)


def _passages(articles: Mapping[str, Article], old: Contents | None, settings: IndexSettings) -> Iterator[Passage]:
    """All passages; those of unchanged articles as `old` has them, since cutting takes long, too."""
    known: dict[str, list[Passage]] = {}
    for passage in () if old is None else old.passages:
        known.setdefault(passage.article_id, []).append(passage)
    for id_, article in articles.items():
        if old is not None and old.corpus.articles.get(id_) == article:
            yield from known.get(id_, [])
        else:
            yield from cut(article, settings.passage_words, settings.passage_overlap)


def _opened(
    contents: Contents, before: Corpus, embedded: int, encoder: Encoder, settings: IndexSettings, warnings: list[str]
) -> PassageIndex:
    report = _report(contents.corpus, before, len(contents.passages), embedded, warnings)
    return PassageIndex(contents, encoder, settings.dense_weight, report)


def passage_text(article: Article, passage: Passage) -> str:
    """What both rankings see of a passage: its heading and its words."""
    return f"{passage.heading}\n{article.text[passage.start : passage.end]}"


def _vectors_by_key(old: Contents) -> dict[str, NDArray[np.float32]]:
    vectors = old.vectors.all()
    return {_key(passage_text(old.corpus.articles[p.article_id], p)): vectors[i] for i, p in enumerate(old.passages)}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _passes(article: Article, filters: Filters) -> bool:
    if filters.article_ids is not None and article.id not in filters.article_ids:
        return False
    if filters.since is None and filters.until is None:
        return True
    if article.date is None:
        return False
    return (filters.since is None or article.date >= filters.since) and (
        filters.until is None or article.date <= filters.until
    )


def _report(now: Corpus, before: Corpus, passages: int, embedded: int, warnings: list[str]) -> UpdateReport:
    old, new = before.articles, now.articles
    return UpdateReport(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
        removed=tuple(sorted(old.keys() - new.keys())),
        refused=now.refused,
        articles=len(new),
        passages=passages,
        embedded=embedded,
        warnings=tuple(warnings),
    )
