"""A conversation: its questions and what came of them, the limits that it searches within, and both as JSON rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from index.records import Article, Filters
from qa.dialogue import Earlier
from qa.errors import QuestionError
from qa.records import Alternative, Answer, Citation, Nearest

Verdict = Literal["right", "words", "nothing"]
NAME_CHARACTERS = 80
UNNAMED = "New conversation"


@dataclass(frozen=True)
class Problem:
    """A question that got no answer; `reason` is a sentence for the person."""

    reason: str


@dataclass(frozen=True)
class Kept:
    """The gold question that a turn became: what was said, its id, and the words where others were marked."""

    verdict: Verdict
    id: str
    words: str = ""


@dataclass(frozen=True)
class Scope:
    """What is searched: the chosen articles and those of the chosen sources, all where none is chosen, within dates."""

    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def filters(self, articles: Mapping[str, Article]) -> Filters:
        """The same for a search of these articles."""
        chosen = None
        if self.article_ids or self.sources:
            chosen = frozenset(self.article_ids).union(
                each.id for each in articles.values() if source_of(each) in self.sources
            )
        return Filters(self.since, self.until, chosen)


@dataclass(frozen=True)
class Turn:
    """One question of the conversation and what came of it; None while it waits."""

    question: str
    outcome: Answer | Problem | None = None
    kept: Kept | None = None  # what the person said of it
    alone: bool = False  # the person wants it understood without the questions before it
    scope: Scope = Scope()  # what it was asked within


@dataclass(frozen=True)
class Conversation:
    """Several questions one after the other; `name` is "" until somebody gives one, `changed` is ISO 8601."""

    id: str
    name: str = ""
    scope: Scope = Scope()
    turns: tuple[Turn, ...] = ()
    changed: str = ""

    @property
    def title(self) -> str:
        """Its name, or its first question."""
        return self.name or (shortened(self.turns[0].question) if self.turns else UNNAMED)

    def earlier(self, number: int) -> list[Earlier]:
        """What was asked before a turn, as far as the answers are there."""
        return [
            Earlier(
                turn.outcome.understood or turn.question,
                turn.outcome.text,
                tuple(dict.fromkeys(citation.article_id for citation in turn.outcome.citations)),
            )
            for turn in self.turns[:number]
            if isinstance(turn.outcome, Answer)
        ]

    def with_turn(self, number: int, turn: Turn) -> Conversation:
        """The same with another turn in the place of one."""
        return replace(self, turns=(*self.turns[:number], turn, *self.turns[number + 1 :]))


def shortened(text: str) -> str:
    """A text on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= NAME_CHARACTERS else line[:NAME_CHARACTERS].rsplit(" ", 1)[0] + " …"


def source_of(article: Article) -> str:
    """Where an article comes from: the site it was published on, else its folder, else its section; "" is unknown."""
    site = urlsplit(article.url or "").hostname or ""
    folder = str(PurePosixPath(article.id).parent)
    return site.removeprefix("www.") or ("" if folder == "." else folder) or (article.section or "")


def chosen_articles(wanted: Sequence[str], articles: Mapping[str, Article]) -> tuple[str, ...]:
    """The ids of articles that are named by id or by words of their title; `QuestionError` where none is."""
    found: list[str] = []
    for name in wanted:
        words = name.lower().split()
        fits = [a.id for a in articles.values() if a.id == name or all(w in a.title.lower() for w in words)]
        if not words or not fits:
            raise QuestionError(f"No article is called {name!r}; give its file or words of its title.")
        found += fits
    return tuple(dict.fromkeys(found))


def chosen_sources(wanted: Sequence[str], articles: Mapping[str, Article]) -> tuple[str, ...]:
    """The sources, in whatever case they were typed; `QuestionError` where no article is of one."""
    known = {source.lower(): source for a in articles.values() if (source := source_of(a))}
    for name in wanted:
        if name.lower() not in known:
            some = ", ".join(sorted(known.values())[:8]) or "none"
            raise QuestionError(f"No article is of the source {name!r}; there are: {some}.")
    return tuple(dict.fromkeys(known[name.lower()] for name in wanted))


def turn_row(turn: Turn) -> dict[str, Any]:
    """A turn as JSON can hold it. The hits of an answer are left out: they serve to measure retrieval."""
    outcome: dict[str, Any] | None = None
    if isinstance(turn.outcome, Problem):
        outcome = {"reason": turn.outcome.reason}
    elif turn.outcome is not None:
        outcome = asdict(replace(turn.outcome, hits=()))
    return {
        "question": turn.question,
        "alone": turn.alone,
        "scope": asdict(turn.scope),
        "outcome": outcome,
        "kept": None if turn.kept is None else asdict(turn.kept),
    }


def turn_from_row(row: Mapping[str, Any]) -> Turn:
    """The inverse of `turn_row`; KeyError or TypeError where the row is of another form."""
    outcome, kept = row["outcome"], row["kept"]
    return Turn(
        row["question"],
        None if outcome is None else Problem(**outcome) if "reason" in outcome else _answer(outcome),
        None if kept is None else Kept(**kept),
        row["alone"],
        scope_from_row(row["scope"]),
    )


def _answer(row: Mapping[str, Any]) -> Answer:
    alternatives = tuple(Alternative(**{**a, "citations": _citations(a["citations"])}) for a in row["alternatives"])
    nearest = tuple(Nearest(_citation(n["citation"]), n["score"]) for n in row["nearest"])
    nested = {"citations": _citations(row["citations"]), "alternatives": alternatives, "nearest": nearest, "hits": ()}
    return Answer(**{**row, **nested})


def _citations(rows: Sequence[Mapping[str, Any]]) -> tuple[Citation, ...]:
    return tuple(_citation(row) for row in rows)


def _citation(row: Mapping[str, Any]) -> Citation:
    passage = row["passage"]
    return Citation(**{**row, "passage": None if passage is None else (passage[0], passage[1])})


def scope_from_row(row: Mapping[str, Any]) -> Scope:
    """The inverse of `dataclasses.asdict`, as JSON gives it back."""
    return Scope(**{**row, "article_ids": tuple(row["article_ids"]), "sources": tuple(row["sources"])})
