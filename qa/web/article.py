"""One article as HTML, with the quote marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.records import Article, Range
from qa.citing import shown_path
from qa.escaping import escape, time_element

REACH = 200_000  # characters shown before and after the quote; a browser cannot take a whole book at once


def nothing(sentence: str) -> str:
    """A sentence where no article stands."""
    return f"<div class='empty'><p>{escape(sentence)}</p></div>"


NOTHING_CHECKED = nothing("Open a question of the report to check its words in the article.")
NOTHING_READ = nothing("Choose an article to read it here.")
NOTHING_SHOWN = nothing("Choose a citation to read its article here, with the quote marked.")


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, or text that belongs to no article; offsets as in the article."""

    kind: Literal["text", "heading", "skipped"]
    start: int
    end: int


def article_view(
    article: Article, marks: Mapping[str, Range], passage: Range | None = None, back: str = "Back to the answer"
) -> str:
    """The article with ranges of its text in `<mark>`, their names as classes; the first has the id `quoth-quote`.

    The `passage` around them is tinted. Without marks, its beginning.
    """
    every = list(blocks(article))
    places = list(marks.values()) or [(0, 0)]
    shown = [block for block in every if any(_near(block, each) for each in places)]
    rest = "" if len(shown) == len(every) else "<p class='skipped'>The article is longer.</p>"
    body = "".join(_block(article, block, marks, passage) for block in shown)
    button = f"<button type='button' class='back'>{back}</button>"
    named = f"data-id='{escape(article.id)}'"
    text = f"<div class='text'>{_anchored(body)}</div>"
    return f"<article class='source' {named}>{button}{_header(article)}{text}{rest}</article>"


def blocks(article: Article) -> Iterator[Block]:
    """The article's blocks in order: paragraphs, cut where skipped ranges and headings begin and end."""
    special = sorted(
        [Block("skipped", *each) for each in article.skipped] + [Block("heading", *each) for each in article.headings],
        key=lambda block: block.start,
    )
    place = 0
    for block in special:
        yield from _paragraphs(article.text, place, block.start)
        if _is_shown(article, block):
            yield block
        place = max(place, block.end)
    yield from _paragraphs(article.text, place, len(article.text))


def _is_shown(article: Article, block: Block) -> bool:
    """Front matter and the title stand above the text already."""
    text = article.text[block.start : block.end]
    if block.kind == "heading":
        return _heading(text) != article.title.strip()
    return block.start > 0 and bool(text.strip())


def _heading(text: str) -> str:
    return text.strip().lstrip("#").strip()


def _paragraphs(text: str, start: int, end: int) -> Iterator[Block]:
    """Runs between blank lines; between line ends where the text has no blank lines, as from some exports."""
    gap = r"\n[^\S\n]*\n\s*" if re.search(r"\n[^\S\n]*\n", text) else r"\n\s*"
    place = start
    for cut in re.compile(gap).finditer(text, start, end):
        if text[place : cut.start()].strip():
            yield Block("text", place, cut.start())
        place = cut.end()
    if text[place:end].strip():
        yield Block("text", place, end)


def _near(block: Block, quote: Range) -> bool:
    return block.end > quote[0] - REACH and block.start < quote[1] + REACH


def _block(article: Article, block: Block, marks: Mapping[str, Range], passage: Range | None) -> str:
    if block.kind == "heading":
        return f"<h3>{escape(_heading(article.text[block.start : block.end]))}</h3>"
    css = f" data-start='{block.start}'" if block.kind == "text" else " class='skipped'"
    return f"<p{css}>{''.join(_runs(article.text, block, marks, passage))}</p>"


def _runs(text: str, block: Block, marks: Mapping[str, Range], passage: Range | None) -> Iterator[str]:
    """The block's text, cut where marks and the passage begin and end; marks may overlap."""
    tint = (0, 0) if passage is None else passage
    ends = {min(max(end, block.start), block.end) for each in (*marks.values(), tint) for end in each}
    for start, end in pairwise(sorted({block.start, block.end, *ends})):
        kinds = [kind for kind, (first, last) in marks.items() if first <= start and end <= last]
        run = escape(text[start:end])
        shown = f"<mark class='{' '.join(kinds)}'>{run}</mark>" if kinds else run
        yield f"<span class='passage'>{shown}</span>" if tint[0] <= start and end <= tint[1] else shown


def _anchored(body: str) -> str:
    """The first mark can be scrolled to and focused; article text is escaped, so every tag here is ours."""
    return body.replace("<mark ", "<mark id='quoth-quote' tabindex='-1' ", 1)


def _header(article: Article) -> str:
    place = _address(article.url) if article.url is not None else ""
    facts: Sequence[str] = [time_element(article.date), escape(article.section or ""), place]
    line = _joined(facts)
    return (
        f"<header><h2>{escape(article.title)}</h2><p class='facts'>{line}</p>"
        f"<p class='file'>{escape(shown_path(article.source))}</p></header>"
    )


def _joined(facts: Iterable[str]) -> str:
    return " <span aria-hidden='true'>·</span> ".join(fact for fact in facts if fact)


def _address(url: str) -> str:
    """A link for web addresses only: any other scheme could run."""
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return f"<a href='{escape(url)}' target='_blank' rel='noopener noreferrer'>{escape(url)}</a>"
