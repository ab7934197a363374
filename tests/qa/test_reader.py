"""The real reader and titles: seen by a model trained with them, by no other, however long they are."""

from __future__ import annotations

import json
import shutil

import pytest

from qa.reader import OWN_WEIGHTS, READS_TITLES, Reader

pytestmark = pytest.mark.model
QUESTION = "Who built the lighthouse at Port Ann?"
TEXT = "It was built by Margaret Hollis in 1871. " + "The keeper lived alone for years. " * 100  # several windows
TITLES = ("The lighthouse at Port Ann", "")


@pytest.fixture(scope="module")
def untitled(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Our weights as those of a model that was not trained with titles."""
    folder = tmp_path_factory.mktemp("reader") / "untitled"
    shutil.copytree(OWN_WEIGHTS, folder)
    config: dict[str, object] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config.pop(READS_TITLES) is True
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return Reader(str(folder))


def test_our_reader_sees_titles_and_quotes_only_the_text() -> None:
    titled, bare = Reader().read(QUESTION, [TEXT, TEXT], TITLES, 30)
    assert titled[0] != bare[0]
    assert TEXT[titled[0].start : titled[0].end] == "Margaret Hollis"


def test_another_model_does_not_see_them(untitled: Reader) -> None:
    titled, bare = untitled.read(QUESTION, [TEXT, TEXT], TITLES, 30)
    assert titled == bare


@pytest.mark.parametrize("words", [100, 300, 5000])
def test_no_title_is_too_long(words: int) -> None:
    (found,) = Reader().read("who " * 300, [TEXT], ["lighthouse " * words], 30)
    assert found
