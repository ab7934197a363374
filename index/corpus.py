"""Which files changed since the last build, and the articles that result."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.articles import find_files, read_article
from index.errors import ArticlesError, RefusedError
from index.progress import Progress, silent
from index.records import Article, Refusal
from index.settings import IndexSettings


@dataclass(frozen=True)
class FileState:
    """How a file was when it was read; `reason` says why it was refused, None where it became an article."""

    size: int
    modified_ns: int
    reason: str | None


@dataclass(frozen=True)
class Corpus:
    """The articles of a folder by id, the state of each file, and what was refused, sorted by file."""

    articles: Mapping[str, Article]
    files: Mapping[str, FileState]
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class UpdateReport:
    """What an update did: ids of articles, refusals, and counts."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    warnings: tuple[str, ...] = field(default=())


EMPTY = Corpus({}, {})


def scan(root: Path, settings: IndexSettings, before: Corpus = EMPTY, progress: Progress = silent) -> Corpus:
    """The corpus of `root` now; files whose size and time are as `before` are not read again.

    Of several files with the same content, the first by name is the article and the others are refused.
    `ArticlesError` where no file can be indexed.
    """
    paths = find_files(root)
    read: dict[str, Article] = {}
    files: dict[str, FileState] = {}
    for done, path in enumerate(paths, start=1):
        name = path.name if root.is_file() else path.relative_to(root).as_posix()
        files[name], article = _read(path, name, root, settings, before)
        if article is not None:
            read[name] = article
        progress("Reading articles", done, len(paths))
    articles, files = _without_copies(read, files)
    refused = tuple(Refusal(name, state.reason) for name, state in sorted(files.items()) if state.reason is not None)
    if not articles:
        why = "; ".join(f"{r.file} {r.reason}" for r in refused[:3])
        raise ArticlesError(f"No article in {root} can be indexed: {why}.")
    return Corpus(articles, files, refused)


def _read(
    path: Path, name: str, root: Path, settings: IndexSettings, before: Corpus
) -> tuple[FileState, Article | None]:
    try:
        stat = path.stat()
    except OSError as error:
        return FileState(-1, -1, f"cannot be read: {error.strerror}"), None
    old = before.files.get(name)
    if old is not None and (old.size, old.modified_ns) == (stat.st_size, stat.st_mtime_ns):
        if name in before.articles:
            return old, before.articles[name]
        if old.reason is not None and not old.reason.startswith(COPY) and not old.reason.startswith("cannot be read"):
            return old, None
    try:
        return FileState(stat.st_size, stat.st_mtime_ns, None), read_article(path, root, settings)
    except RefusedError as error:
        return FileState(stat.st_size, stat.st_mtime_ns, str(error)), None


COPY = "has the same content as"


def _without_copies(
    read: Mapping[str, Article], files: Mapping[str, FileState]
) -> tuple[dict[str, Article], dict[str, FileState]]:
    articles: dict[str, Article] = {}
    states = dict(files)
    first_with: dict[bytes, str] = {}
    for name in sorted(read):
        first = first_with.setdefault(content_key(read[name]), name)
        if first == name:
            articles[name] = read[name]
        else:
            states[name] = FileState(files[name].size, files[name].modified_ns, f"{COPY} {first}, which is indexed")
    return articles, states


def content_key(article: Article) -> bytes:
    """SHA-256 of the words that can be quoted: skipped lines, white space and file format do not count."""
    parts, at = [], 0
    for start, end in article.skipped:
        parts.append(article.text[at:start])
        at = end
    parts.append(article.text[at:])
    return hashlib.sha256(" ".join(" ".join(parts).split()).encode()).digest()
