"""Files into articles: what is read, what is refused, and where in a text its article stands."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from index.boilerplate import boilerplate_ranges
from index.dates import dateline_date
from index.errors import ArticlesError, RefusedError
from index.formats.decoding import decode
from index.formats.extract import Extract, sensible_title
from index.formats.sandbox import parse_apart
from index.formats.textfile import read_markdown, read_plain
from index.formats.webpage import read_webpage
from index.lines import Line, lines_of, one_line
from index.records import Article, Range
from index.settings import IndexSettings

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx")
_NAMES = ", ".join(SUFFIXES)
_LONGEST_OPENING = 160  # characters; a longer first line is no title


def find_files(root: Path, may_be_empty: bool = False) -> list[Path]:
    """The files to read: `root` itself, or all below it with one of `SUFFIXES`, sorted.

    Hidden files and folders, links to folders, links that lead outside `root` and what is no regular file are passed
    over. `ArticlesError` where there is nothing to read (unless `may_be_empty`), or a folder cannot be listed.
    """
    if not root.exists():
        raise ArticlesError(f"There is no file or folder {root}: check the path, or name another with --articles.")
    if not root.is_dir():
        if root.suffix.lower() not in SUFFIXES:
            raise ArticlesError(f"{root} is none of the files that can be read: {_NAMES}.")
        return [root]
    files = sorted(path for path in _walk(root) if _is_within(path, root))
    if not files and not may_be_empty:
        raise ArticlesError(f"The folder {root} holds no articles: put files into it that end in {_NAMES}.")
    return files


def article_id(path: Path, root: Path) -> str:
    """The id of the article in a file: its path below `root`, or the file's name where `root` is the file."""
    return path.name if path == root else path.relative_to(root).as_posix()


def read_article(path: Path, id: str, settings: IndexSettings, *, apart: bool = False) -> Article:
    r"""The article in one file; with `apart`, a web page is parsed in a process of its own too, as PDF and DOCX are.

    For .txt and .md, `text` is the decoded file, character for character: \r\n stays, and only a byte order mark is
    dropped, so offsets count from the character after it. `RefusedError` says why a file cannot become an article.
    """
    if not path.name.isprintable():
        raise RefusedError("has unprintable characters in its name: rename it")
    data = _read_bytes(path, settings.file_megabytes)
    suffix = path.suffix.lower()
    is_page = suffix in {".html", ".htm"}
    if suffix in {".pdf", ".docx"} or (is_page and apart):
        extract = parse_apart("html" if is_page else suffix[1:], data, settings)
    elif is_page:
        extract = read_webpage(data)
    else:
        extract = (read_plain if suffix == ".txt" else read_markdown)(decode(data))
    return _article(extract, id, str(path), opening=suffix not in {".md", ".markdown"})


def content_key(article: Article) -> str:
    """SHA-256 of the words that can be quoted: skipped lines, white space and file format do not count."""
    parts, at = [], 0
    for start, end in article.skipped:
        parts.append(article.text[at:start])
        at = end
    parts.append(article.text[at:])
    return hashlib.sha256(" ".join(" ".join(parts).split()).encode()).hexdigest()


def article_from_text(text: str, *, id: str, source: str, title: str | None = None) -> Article:
    """An article of `text`, unchanged, with front matter, headings and boilerplate found as in a Markdown file.

    `title` comes before any that the text has. `RefusedError` where nothing is left to quote.
    """
    extract = read_markdown(text)
    return _article(extract if title is None else replace(extract, title=title), id, source, opening=True)


def _article(extract: Extract, id: str, source: str, *, opening: bool) -> Article:
    """The article of an extract; with `opening`, its first line may be its title where the file names none."""
    text, title = extract.text, extract.title
    skipped = [*([(0, extract.body)] if extract.body else []), *boilerplate_ranges(text, extract.body)]
    headings = [place for place in extract.headings if not _meets_any(place, skipped)]
    first = _first_line(text, extract.body, skipped)
    if title is None and opening and first is not None and _looks_like_title(text, first):
        title = sensible_title(first.text)
    if title is not None and first is not None and one_line(first.text).casefold() == title.casefold():
        headings = sorted({*headings, (first.start, first.end)})
    if not _holds_more_than(text, sorted([*skipped, *headings])):
        raise RefusedError("is empty: it holds nothing besides white space, headings and lines that are no article")
    return Article(
        id=id,
        title=title or _from_name(id),
        source=source,
        text=text,
        date=extract.date or dateline_date(text, extract.body),
        url=extract.url,
        section=extract.section,
        skipped=tuple(skipped),
        headings=tuple(headings),
    )


def _meets_any(place: Range, others: list[Range]) -> bool:
    """Whether a range shares a character with any of `others`, which are ordered and disjoint."""
    after = bisect_left(others, place[1], key=lambda other: other[0])
    return after > 0 and others[after - 1][1] > place[0]


def _first_line(text: str, body: int, skipped: list[Range]) -> Line | None:
    """The first line that is neither blank, skipped nor a dateline."""
    for line in lines_of(text, body):
        if not line.blank and not _meets_any((line.start, line.end), skipped) and dateline_date(line.text) is None:
            return line
    return None


def _looks_like_title(text: str, line: Line) -> bool:
    """Whether a line is short, ends as no sentence does, and stands alone above something."""
    words = line.text.strip()
    after = lines_of(text, line.end)
    next(after)  # what ends the line itself
    below = next(after, None)
    alone = below is not None and below.blank and bool(text[below.start :].strip())
    return len(words) <= _LONGEST_OPENING and words[-1] not in ".,;:…" and alone


def _holds_more_than(text: str, ranges: list[Range]) -> bool:
    """Whether anything but white space stands outside `ranges`, which are ordered."""
    last = 0
    for start, end in ranges:
        if text[last:start].strip():
            return True
        last = max(last, end)
    return bool(text[last:].strip())


def _from_name(id: str) -> str:
    """A title from a file's name: "2020-01-03-baghdad_strike.txt" becomes "Baghdad strike"."""
    stem = PurePosixPath(id).stem
    words = " ".join(re.sub(r"^\d{4}-\d{2}-\d{2}[-_ ]+", "", stem).replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] or stem


def _walk(root: Path) -> Iterator[Path]:
    """All files below `root` that are not hidden and end in one of `SUFFIXES`; links to folders are not followed."""

    def fail(error: OSError) -> None:
        raise ArticlesError(
            f"The folder {error.filename} cannot be listed ({error.strerror}): allow it or move it out."
        )

    for folder, subfolders, names in os.walk(root, onerror=fail):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        visible = (Path(folder, name) for name in names if not name.startswith("."))
        yield from (path for path in visible if path.suffix.lower() in SUFFIXES)


def _is_within(path: Path, root: Path) -> bool:
    """Whether a path, links followed, is a regular file below `root`."""
    return path.is_file() and path.resolve().is_relative_to(root.resolve())


def _read_bytes(path: Path, most_megabytes: float) -> bytes:
    """The bytes of a file; `RefusedError` where it cannot be read, is empty or too large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError("is not a regular file")
        if found.st_size > most_megabytes * 1e6:
            raise RefusedError(
                f"is too large: {found.st_size / 1e6:.1f} MB, more than {most_megabytes:g} MB"
                " (QUOTH_FILE_MEGABYTES): split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise RefusedError(f"cannot be read ({error.strerror or error}): check that it exists and is allowed") from None
    if not data:
        raise RefusedError("is empty")
    return data
