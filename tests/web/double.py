"""A small engine that answers by looking words up, so that the page is tested without models."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.library import Added, Deleted, Library
from index.progress import Progress
from index.records import Article, Filters, Passage, Range, Refusal
from index.settings import IndexSettings
from qa.dialogue import Earlier
from qa.errors import QuestionError
from qa.listing import Listed
from qa.records import Alternative, Answer, Citation, Nearest

MOON_TEXT = (
    "---\ntitle: Two Americans walk on the Moon\n---\n\n"
    + "Men from Earth have stood on another world.\n\n" * 30
    + "## The third man\n\nMichael Collins stayed behind in Columbia.\n\nAdvertisement\n\n"
    + "The aircraft carrier Hornet is waiting.\n\n" * 30
)


def place(text: str, part: str) -> Range:
    return text.index(part), text.index(part) + len(part)


MOON = Article(
    id="moon.md",
    title="Two Americans walk on the Moon",
    source="articles/moon.md",
    date="1969-07-21",
    section="Science",
    url="https://example.org/moon",
    text=MOON_TEXT,
    skipped=((0, MOON_TEXT.index("Men")), place(MOON_TEXT, "Advertisement")),
    headings=(place(MOON_TEXT, "## The third man"),),
)
HOSTILE = Article(
    id="hostile'\".md",
    title="<img src=x onerror=alert(1)>",
    source="articles/<b>hostile</b>.md",
    date="not a \"date'",
    url="javascript:alert(1)",
    text="First ${alert(1)} and {{x}} and `${window.broken = 1}`.\n\n"
    '<script>window.broken = 1</script> said Mallory\'s "man".',
)


def cite(article: Article, quote: str, context: str) -> Citation:
    context_start = article.text.index(context)
    start = context_start + context.index(quote)
    return Citation(
        article.id,
        article.title,
        article.source,
        article.date,
        start,
        start + len(quote),
        quote,
        context,
        context_start,
    )


COLLINS = cite(MOON, "Michael Collins", "Michael Collins stayed behind in Columbia.")
HORNET = cite(MOON, "Hornet", "The aircraft carrier Hornet is waiting.")
ALERT = cite(HOSTILE, "${alert(1)} and {{x}}", "First ${alert(1)} and {{x}} and `${window.broken = 1}`.")


@dataclass(frozen=True)
class Counts:
    """What the page reads of an `UpdateReport`."""

    articles: int = 2
    passages: int = 5
    refused: tuple[Refusal, ...] = (Refusal("<i>bad</i>.txt", "is empty"),)


@dataclass(frozen=True)
class Double:
    """Answers three questions, knows no other, and fails on one."""

    articles: Mapping[str, Article] = field(default_factory=lambda: {each.id: each for each in (MOON, HOSTILE)})
    report: Counts = Counts()

    @property
    def passages(self) -> int:
        return 5

    def passages_of(self, article_id: str) -> list[Passage]:
        return [Passage(article_id, 0, len(self.articles[article_id].text))]

    @property
    def listed(self) -> list[Listed]:
        return [Listed(a.id, a.title, a.date, "", len(a.text.split()), 1, "2026-01-01", False) for a in (MOON, HOSTILE)]

    def read(self, question: str, article: Article, abstain: bool) -> Answer:
        raise NotImplementedError

    def search(self, question: str, k: int = 10, filters: Filters = Filters()) -> list[Nearest]:
        return [Nearest(HORNET, 0.4)][:k]

    def updated(self, progress: Progress) -> Double:
        return self

    def add(self, name: str, data: bytes) -> Added:
        return Added(name, "refused", reason="is not wanted here")

    def delete(self, article_id: str) -> None:
        raise NotImplementedError

    def restore(self, article_id: str) -> Deleted:
        raise NotImplementedError

    def deleted(self) -> list[Deleted]:
        return []

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        abstain: bool | None = True,
        earlier: Sequence[Earlier] = (),
    ) -> Answer:
        times = {"retrieve": 1.0, "read": 2.0, "total": 3.0}
        if "orbit" in question:
            other = Alternative("Hornet", 0.04, (HORNET,))
            return Answer(question, COLLINS.quote, 0.87, (COLLINS, HORNET), (other,), (), times, COLLINS.quote)
        if "hostile" in question:
            return Answer(question, ALERT.quote, 0.3, (ALERT,), (), (), times, ALERT.quote)
        if "refuse" in question:
            raise QuestionError("This question is refused; ask another one.")
        if "crash" in question:
            raise RuntimeError("an inner secret")
        return Answer(question, None, 0.02, (), (), (Nearest(HORNET, 0.4),), times, HORNET.quote)


@dataclass(frozen=True)
class Slow(Double):
    """Answers only after it is let go."""

    go: threading.Event = field(default_factory=threading.Event)

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        abstain: bool | None = True,
        earlier: Sequence[Earlier] = (),
    ) -> Answer:
        self.go.wait(60)
        return super().ask(question, filters, abstain, earlier)


@dataclass(frozen=True)
class Taking(Double):
    """Takes uploads into a real library; its update begins, and ends when it is let go."""

    library: Library = field(default_factory=lambda: Library(Path("/nowhere")))
    go: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, data: bytes) -> Added:
        return self.library.add(name, data, IndexSettings(), {})

    def delete(self, article_id: str) -> None:
        self.library.delete(article_id, "")

    def restore(self, article_id: str) -> Deleted:
        return self.library.restore(article_id)

    def updated(self, progress: Progress) -> Double:
        for done in range(600):
            progress("Embedding passages", done, 600)
            if self.go.wait(0.05):
                break
        return self
