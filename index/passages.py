"""Cut articles into passages: whole sentences, about a given number of words, with overlap, never across a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import nupunkt

from index.records import Article, Passage, Range

_WORD = re.compile(r"\S+")
_BLANK_LINE = re.compile(r"\r?\n[^\S\n]*\r?\n\s*")


def cut(article: Article, words: int, overlap: int) -> list[Passage]:
    """Passages of an article in order; each holds at most `words` words unless a single sentence is longer.

    Neighbours share whole sentences of at most `overlap` words. Skipped lines and headings are never inside a passage.
    """
    passages = []
    for (start, end), heading in sections(article):
        pieces = [
            piece
            for sentence in sentences(article.text, start, end)
            for piece in _split_long(article.text, sentence, words)
        ]
        counts = [count_words(article.text, *piece) for piece in pieces]
        for first, last in windows(counts, words, overlap):
            passages.append(Passage(article.id, pieces[first][0], pieces[last][1], heading))
    return passages


def windows(counts: Sequence[int], words: int, overlap: int) -> Iterator[Range]:
    """First and last sentence of each window over sentences of `counts` words; together they cover all sentences."""
    first = 0
    while first < len(counts):
        last, total = first, counts[first]
        while last + 1 < len(counts) and total + counts[last + 1] <= words:
            last += 1
            total += counts[last]
        yield first, last
        if last + 1 == len(counts):
            return
        room = min(overlap, words - counts[last + 1])  # the next window must reach at least one sentence further
        first, shared = last + 1, 0
        while shared + counts[first - 1] <= room:
            first -= 1
            shared += counts[first]


def sections(article: Article) -> Iterator[tuple[Range, str]]:
    """Ranges of the text between skipped lines and headings, each with the title and the subheading above it."""
    marks = sorted([(r, False) for r in article.skipped] + [(r, True) for r in article.headings])
    at, heading = 0, article.title
    for (start, end), is_heading in [*marks, ((len(article.text), len(article.text)), False)]:
        if article.text[at:start].strip():
            yield (at, start), heading
        at = max(at, end)
        if is_heading:
            line = article.text[start:end].strip().strip("#=-").strip()
            heading = article.title if line in ("", article.title) else f"{article.title}. {line}"


def sentences(text: str, start: int, end: int) -> list[Range]:
    """Sentences of `text[start:end]` as ranges of `text`, without the white space around them."""
    found = []
    at = start
    for paragraph_end, next_start in [(m.start(), m.end()) for m in _BLANK_LINE.finditer(text, start, end)] + [
        (end, end)
    ]:
        for left, right in nupunkt.sent_spans(text[at:paragraph_end]):
            piece = _trim(text, at + left, at + right)
            if piece[0] < piece[1]:
                found.append(piece)
        at = next_start
    return found


def count_words(text: str, start: int, end: int) -> int:
    """Runs of characters without white space in `text[start:end]`."""
    return sum(1 for _ in _WORD.finditer(text, start, end))


def _trim(text: str, start: int, end: int) -> Range:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _split_long(text: str, sentence: Range, words: int) -> list[Range]:
    """A sentence of more than twice `words` words (a table, a list without full stops) in pieces of `words` words."""
    found = [(m.start(), m.end()) for m in _WORD.finditer(text, *sentence)]
    if len(found) <= 2 * words:
        return [sentence]
    chunks = [found[i : i + words] for i in range(0, len(found), words)]
    return [(chunk[0][0], chunk[-1][1]) for chunk in chunks]
