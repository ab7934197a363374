"""Fixtures that several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import environment

environment.prepare()

SEEDS = Path(__file__).parent.parent / "seeds"
SAVED_ARTICLE = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.fixture(scope="session")
def quoth(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The real thing over the real seeds, with an index of its own."""
    from index.library import Library
    from qa.quoth import Quoth

    folder = tmp_path_factory.mktemp("index")
    return Quoth.open(SEEDS, folder / "seeds", library=Library(folder / "library"))


@pytest.fixture(scope="session")
def saved_article() -> Path:
    """The folder with the article that the corpus started from, where it lies beside the project."""
    if not SAVED_ARTICLE.is_dir():
        pytest.skip("../shared/seeds is not beside the project")
    return SAVED_ARTICLE
