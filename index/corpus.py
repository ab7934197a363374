"""Which files changed since the last build, and the articles that result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.articles import article_id, content_key, find_files, read_article
from index.errors import ArticlesError, RefusedError
from index.library import Library
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


def scan(
    root: Path,
    settings: IndexSettings,
    before: Corpus = EMPTY,
    progress: Progress = silent,
    library: Library | None = None,
    may_be_empty: bool = False,
) -> Corpus:
    """The corpus of `root` now; files whose size and time are as `before` are not read again.

    The uploads of the `library` are read with them, and what was deleted there is passed over. Of several files with
    the same content, the first by name is the article and the others are refused. `ArticlesError` where no file
    can be indexed, unless the corpus `may_be_empty`.
    """
    uploads = {} if library is None else {id_: upload.file for id_, upload in library.uploads().items()}
    deleted = set() if library is None else {each.id for each in library.deleted()}
    paths = {article_id(path, root): path for path in find_files(root, may_be_empty or bool(uploads))}
    files = {id_: FileState(-1, -1, TAKEN) for id_ in (f"{id_} (uploaded)" for id_ in uploads.keys() & paths.keys())}
    paths = {id_: path for id_, path in {**uploads, **paths}.items() if id_ not in deleted}
    read: dict[str, Article] = {}
    for done, (id_, path) in enumerate(sorted(paths.items()), start=1):
        files[id_], article = _read(path, id_, settings, before)
        if article is not None:
            read[id_] = article
        progress("Reading articles", done, len(paths))
    articles, files = _without_copies(read, files)
    refused = tuple(Refusal(name, state.reason) for name, state in sorted(files.items()) if state.reason is not None)
    if not articles and not may_be_empty:
        why = "; ".join(f"{r.file} {r.reason}" for r in refused[:3]) or "all were deleted"
        raise ArticlesError(f"No article in {root} can be indexed: {why}.")
    return Corpus(articles, files, refused)


def _read(path: Path, id_: str, settings: IndexSettings, before: Corpus) -> tuple[FileState, Article | None]:
    try:
        stat = path.stat()
    except OSError as error:
        return FileState(-1, -1, f"cannot be read: {error.strerror}"), None
    old = before.files.get(id_)
    if old is not None and (old.size, old.modified_ns) == (stat.st_size, stat.st_mtime_ns):
        if id_ in before.articles and before.articles[id_].source == str(path):
            return old, before.articles[id_]
        if old.reason is not None and not old.reason.startswith(COPY) and not old.reason.startswith("cannot be read"):
            return old, None
    try:
        return FileState(stat.st_size, stat.st_mtime_ns, None), read_article(path, id_, settings)
    except RefusedError as error:
        return FileState(stat.st_size, stat.st_mtime_ns, str(error)), None


TAKEN = "has the same name as a file in the folder of articles: rename that one"
COPY = "has the same content as"


def _without_copies(
    read: Mapping[str, Article], files: Mapping[str, FileState]
) -> tuple[dict[str, Article], dict[str, FileState]]:
    articles: dict[str, Article] = {}
    states = dict(files)
    first_with: dict[str, str] = {}
    for name in sorted(read):
        first = first_with.setdefault(content_key(read[name]), name)
        if first == name:
            articles[name] = read[name]
        else:
            states[name] = FileState(files[name].size, files[name].modified_ns, f"{COPY} {first}, which is indexed")
    return articles, states
