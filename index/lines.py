"""Lines of a text with their offsets, whatever ends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


class Line(NamedTuple):
    """One line: `start` and `end` in characters of the text, without what ends the line."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return not self.text.strip()


def lines_of(text: str, start: int = 0) -> Iterator[Line]:
    r"""Lines of `text` from the offset `start` on; \n, \r\n and \r end a line."""
    for match in _LINE.finditer(text, start):
        yield Line(match.start(1), match.end(1), match[1])


def one_line(text: str) -> str:
    """`text` with every run of white space as one blank, and without what cannot be written as UTF-8."""
    return " ".join(text.encode("utf-8", "ignore").decode("utf-8").split())
