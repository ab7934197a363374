"""What every format yields, and how blocks are laid out as a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.lines import one_line
from index.records import Range

LONGEST_TITLE = 300  # characters; what is longer is no title
_NO_TITLE = re.compile(
    r"microsoft word - .*|untitled.*|(?:word )?document ?\d*|.*\.(?:docx?|pdf|rtf|odt|txt|indd|tex|pptx?|html?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Extract:
    """The text of one file and what the file says of itself; ranges count characters of `text`."""

    text: str
    title: str | None = None
    date: str | None = None  # ISO 8601, YYYY-MM-DD
    url: str | None = None
    section: str | None = None
    headings: tuple[Range, ...] = ()
    body: int = 0  # where the article begins; what is before is front matter


class Block(NamedTuple):
    """A paragraph, heading, list item or table row, on one or more lines."""

    text: str
    heading: bool = False


def lay_out(blocks: Iterable[Block]) -> tuple[str, tuple[Range, ...]]:
    """The text of `blocks`, separated by blank lines, and the ranges of its headings; empty blocks are left out."""
    parts: list[str] = []
    headings: list[Range] = []
    start = 0
    for block in blocks:
        text = block.text.strip()
        if not text:
            continue
        parts.append(text)
        if block.heading:
            headings.append((start, start + len(text)))
        start += len(text) + 2
    return "\n\n".join(parts), tuple(headings)


def row(cells: Sequence[str]) -> str:
    """A table's row as one line, its cells apart by bars."""
    return " | ".join(text for text in map(one_line, cells) if text)


def sensible_title(title: object) -> str | None:
    """`title` on one line, or None where it is none: empty, overlong, a file's name or a program's default."""
    text = one_line(title) if isinstance(title, str) else ""
    usable = len(text) <= LONGEST_TITLE and re.search(r"\w", text) and not _NO_TITLE.fullmatch(text)
    return text if usable else None
