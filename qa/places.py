"""Where the articles of a command lie, and the index that belongs to them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.library import Library

SEEDS = Path("seeds")
INDEXES = Path("var") / "index"
LIBRARIES = Path("var") / "library"


def places(articles: Path | str | None, index: Path | str | None) -> tuple[Path, Path]:
    """The articles and the folder of their index. An index named alone says itself which articles it belongs to."""
    if articles is None and index is not None:
        from index.passage_index import indexed_root  # slow to import, and seldom needed

        root = indexed_root(Path(index))
        return (SEEDS if root is None else root), Path(index)
    root = SEEDS if articles is None else Path(articles)
    return root, default_index(root) if index is None else Path(index)


def default_index(root: Path) -> Path:
    """The folder under var/ that belongs to these articles."""
    path = root.resolve()
    return INDEXES / f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:10]}"


def library_of(root: Path) -> Library:
    """The uploads and deletions that belong to these articles, whatever index they are in."""
    return Library(LIBRARIES / default_index(root).name)
