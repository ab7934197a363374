"""Text and Markdown: the file's own characters, with front matter and headings found in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.formats.extract import LONGEST_TITLE, Extract, sensible_title
from index.formats.frontmatter import read_front_matter
from index.lines import Line, lines_of
from index.records import Range

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t](.*))?")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_NO_SETEXT = re.compile(r"\s*(?:[-*+>|#]|\d+[.)]\s|={2,}|---|```|~~~)|.*\|")


def read_plain(text: str) -> Extract:
    """`text` unchanged, with its front matter."""
    return read_front_matter(text)


def read_markdown(text: str) -> Extract:
    """`text` unchanged, with its front matter and headings; the first heading of level 1 is the title without one."""
    extract = read_front_matter(text)
    found = list(_headings(text, extract.body))
    first = next((title for _, level, title in found if level == 1), None)
    title = sensible_title(_without_markup(first)) if extract.title is None and first is not None else extract.title
    return replace(extract, title=title, headings=tuple(place for place, _, _ in found))


def _headings(text: str, start: int) -> Iterator[tuple[Range, int, str]]:
    """Range, level and words of each heading: `#` lines, and lines underlined with = or -."""
    fence, before, last = None, "", Line(start, start, "")
    for line in lines_of(text, start):
        mark = _FENCE.match(line.text)
        if fence is not None or mark is not None:
            fence = mark[1] if mark is not None and fence is None else None if mark and mark[1] == fence else fence
            before, last = "", Line(line.end, line.end, "")
            continue
        atx, under = _ATX.fullmatch(line.text), _UNDERLINE.fullmatch(line.text)
        if atx is not None:
            yield (line.start, line.end), len(atx[1]), _without_closing(atx[2] or "")
        elif under is not None and not before.strip() and _may_be_underlined(last):
            yield (last.start, line.end), 1 if under[1][0] == "=" else 2, last.text.strip()
        before, last = last.text, line


def _may_be_underlined(line: Line) -> bool:
    """Whether a line alone, with a rule below it, is a heading and not a list, table, quotation or empty."""
    return not line.blank and len(line.text) <= LONGEST_TITLE and _NO_SETEXT.match(line.text) is None


def _without_closing(words: str) -> str:
    """The words of a `#` heading without the # that may close it."""
    words = words.strip()
    shorter = words.rstrip("#")
    return shorter.rstrip() if shorter.endswith((" ", "\t")) or not shorter else words


def _without_markup(title: str) -> str:
    """A heading's words without links, emphasis and code marks."""
    return re.sub(r"[*`]+", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title))
