"""Paragraphs from the wrapped lines of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_NUMBER = re.compile(r"(?:page )?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"""[.!?:][)"'”’\]]*$""")
_BEGINS_ANEW = re.compile(r"""["'“‘(\[•▪*–—-]*\s*[A-Z0-9À-Þ]|[•▪*]""")
_HYPHENATED = re.compile(r"\w-$")
_LEAST_REPEATED = 3  # pages that share a line at their edge before it counts as running


def paragraphs_of(pages: Sequence[str]) -> list[str]:
    """The paragraphs of `pages`: wrapped lines joined, words mended, page numbers and running lines left out."""
    lines = _across_pages([_tidy(page) for page in pages])
    words = Counter(re.findall(r"\w+(?:-\w+)*", "\n".join(lines)))
    width = _width(lines)
    paragraphs: list[list[str]] = []
    last = ""
    for line in lines:
        if last and line and not _is_end(last, line, width):
            paragraphs[-1][-1:] = _joined(paragraphs[-1][-1], line, words)
        elif line:
            paragraphs.append([line])
        last = line
    return ["".join(pieces) for pieces in paragraphs]


def _tidy(page: str) -> list[str]:
    """A page's lines, stripped, without soft hyphens, control characters and empty lines at its edges."""
    clean = re.sub(r"[\u00ad\x00-\x08\x0b-\x1f]", "", page.replace("\r", "\n").replace("\x0c", "\n"))
    return [" ".join(line.split()) for line in clean.strip().split("\n")]


def _across_pages(pages: Sequence[list[str]]) -> list[str]:
    """All lines without running ones; where a sentence goes on over the page's end, no empty line parts it."""
    masked = Counter(_mask(line) for page in pages for line in {page[0], page[-1]})
    running = {line for line, count in masked.items() if count >= max(_LEAST_REPEATED, len(pages) / 2)}
    lines: list[str] = []
    for page in pages:
        kept = list(_without_edges(page, running))
        if lines and kept and (_ENDS_SENTENCE.search(lines[-1]) or _BEGINS_ANEW.match(kept[0])):
            lines.append("")
        lines.extend(kept)
    return lines


def _without_edges(page: list[str], running: set[str]) -> Iterator[str]:
    """A page's lines but for a running line or number at its top and bottom."""
    for position, line in enumerate(page):
        edge = position in {0, len(page) - 1}
        if not (edge and (_mask(line) in running or _NUMBER.fullmatch(line))):
            yield line


def _mask(line: str) -> str:
    """A line with its numbers blotted out, so that running lines with page numbers are alike."""
    return re.sub(r"\d+", "0", line)


def _width(lines: Sequence[str]) -> int:
    """Characters of a full line: nine in ten lines are no longer."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _is_end(line: str, following: str, width: int) -> bool:
    """Whether a paragraph ends with `line`: the next word had fitted in, and a new sentence seems to begin."""
    had_fitted = len(line) + 1 + len(following.split(maxsplit=1)[0]) < 0.85 * width
    return had_fitted and bool(_ENDS_SENTENCE.search(line) or _BEGINS_ANEW.match(following))


def _joined(last: str, line: str, words: Counter[str]) -> tuple[str, str]:
    """The two lines as they read in one; a word that a hyphen divides is mended, unless it is written so elsewhere."""
    if not (_HYPHENATED.search(last[-2:]) and line[0].islower()):
        return f"{last} ", line
    head = re.split(r"[^\w-]", last)[-1]
    tail = re.split(r"\W", line, maxsplit=1)[0]
    whole = f"{head[:-1]}{tail}"
    return (last, line) if words[head + tail] > words[whole] else (last[:-1], line)
