"""Building, updating, opening and searching an index on disk, with a deterministic encoder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import ArticlesError, BrokenIndexError
from index.passage_index import PassageIndex, indexed_root, open_index
from index.records import Filters
from index.settings import IndexSettings
from tests.doubles import WordEncoder

SETTINGS = IndexSettings()
STORIES = {
    "chile.md": "---\ntitle: Miners freed\ndate: 2010-10-14\n---\n\nThirty-three miners came up from a mine in Chile.",
    "dolly.md": "---\ntitle: A cloned sheep\ndate: 1997-02-25\n---\n\nDolly, the sheep, was cloned near Edinburgh.",
    "undated.txt": "A bridge was opened\n\nThe bridge over the river was opened by the mayor.",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in STORIES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def built(index: Path, root: Path, encoder: WordEncoder | None = None, **options: bool) -> PassageIndex:
    return open_index(index, root, encoder or WordEncoder(), SETTINGS, **options)  # type: ignore[arg-type]


def same(one: PassageIndex, other: PassageIndex) -> bool:
    vectors = np.array_equal(one.contents.vectors.all(), other.contents.vectors.all())
    return one.articles == other.articles and one.passages == other.passages and vectors


def test_search_finds_the_passage_and_its_place(root: Path, index: Path) -> None:
    found = built(index, root).search("Which sheep was cloned?", 2)
    best = found[0]
    assert best.passage.article_id == "dolly.md"
    assert (best.score, best.vector_rank, best.term_rank) == (1.0, 1, 1)
    article = built(index, root).articles["dolly.md"]
    assert article.text == STORIES["dolly.md"]
    assert article.text[best.passage.start : best.passage.end].startswith("Dolly, the sheep")


def test_filters_apply_before_the_search(root: Path, index: Path) -> None:
    opened = built(index, root)

    def ids(filters: Filters) -> set[str]:
        return {hit.passage.article_id for hit in opened.search("Which sheep was cloned?", 9, filters)}

    assert ids(Filters(since="2000-01-01")) == {"chile.md"}
    assert ids(Filters(until="1997-02-25")) == {"dolly.md"}
    assert ids(Filters(article_ids=frozenset({"undated.txt"}))) == {"undated.txt"}
    assert ids(Filters(since="2000-01-01", article_ids=frozenset({"dolly.md"}))) == set()


def test_an_unchanged_folder_embeds_and_publishes_nothing(root: Path, index: Path) -> None:
    built(index, root)
    before = sorted(index.rglob("*"))
    encoder = WordEncoder()
    report = built(index, root, encoder).report
    assert (report.embedded, report.added, report.changed, report.removed) == (0, (), (), ())
    assert encoder.encoded == []
    assert sorted(index.rglob("*")) == before


def test_updates_embed_what_changed_and_equal_a_build_from_nothing(root: Path, index: Path, tmp_path: Path) -> None:
    built(index, root)
    (root / "chile.md").unlink()
    (root / "undated.txt").write_text(STORIES["undated.txt"] + " It is long.", encoding="utf-8")
    (root / "new.txt").write_text("A comet came\n\nThe probe Philae landed on a comet.", encoding="utf-8")
    encoder = WordEncoder()
    updated = built(index, root, encoder)
    assert updated.report.added == ("new.txt",)
    assert updated.report.changed == ("undated.txt",)
    assert updated.report.removed == ("chile.md",)
    assert len(encoder.encoded) == updated.report.embedded == 2
    assert same(updated, built(tmp_path / "fresh", root))
    assert same(built(index, root), updated)


def test_a_file_in_different_words_but_the_same_size_and_time_is_the_limit(root: Path, index: Path) -> None:
    """What the person edits has a new time; only a file forged to keep both is missed, until `rebuild`."""
    built(index, root)
    file = root / "dolly.md"
    stat = file.stat()
    file.write_text(STORIES["dolly.md"].replace("Dolly", "Molly"), encoding="utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert built(index, root).report.changed == ()
    assert "Molly" in built(index, root, rebuild=True).articles["dolly.md"].text


def test_the_same_content_twice_is_indexed_once_and_survives_the_loss_of_the_first(root: Path, index: Path) -> None:
    (root / "a-copy.txt").write_text(STORIES["undated.txt"], encoding="utf-8")
    opened = built(index, root)
    assert "undated.txt" not in opened.articles
    assert [(r.file, r.reason) for r in opened.report.refused] == [
        ("undated.txt", "has the same content as a-copy.txt, which is indexed")
    ]
    (root / "a-copy.txt").unlink()
    assert "undated.txt" in built(index, root).articles


def test_a_bad_file_is_named_and_the_others_are_indexed(root: Path, index: Path) -> None:
    (root / "empty.txt").write_text("", encoding="utf-8")
    (root / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02\xff" * 9)
    for opened in (built(index, root), built(index, root)):  # the second time from what the index remembers
        assert [r.file for r in opened.report.refused] == ["empty.txt", "image.md"]
        assert all(r.reason for r in opened.report.refused)
        assert set(opened.articles) == set(STORIES)


def test_a_folder_of_bad_files_alone_is_an_error(tmp_path: Path, index: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "empty.txt").write_text("")
    with pytest.raises(ArticlesError, match=r"empty\.txt"):
        built(index, tmp_path / "bad")
    assert not index.exists()


def test_another_encoder_of_the_same_dimension_is_refused_naming_both(root: Path, index: Path) -> None:
    built(index, root)
    with pytest.raises(BrokenIndexError, match=r"'words'.*'other'"):
        built(index, root, WordEncoder("other", "two"))
    adopted = built(index, root, WordEncoder("other", "two"), adopt_encoder=True)
    assert adopted.report.embedded == len(adopted.passages)


def test_other_cutting_settings_cut_anew(root: Path, index: Path) -> None:
    (root / "long.txt").write_text("A long one\n\n" + "This sentence has six words here. " * 40, encoding="utf-8")
    built(index, root)
    small = SETTINGS.model_copy(update={"passage_words": 20, "passage_overlap": 0})
    opened = open_index(index, root, WordEncoder(), small)
    assert sum(p.article_id == "long.txt" for p in opened.passages) == 14


def test_an_index_of_other_articles_is_refused(root: Path, index: Path, tmp_path: Path) -> None:
    built(index, root)
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("Some words about a bridge.", encoding="utf-8")
    with pytest.raises(BrokenIndexError, match="belongs to the articles in"):
        built(index, other)
    assert indexed_root(index) == root.resolve()
    assert indexed_root(tmp_path / "nowhere") is None


def test_a_missing_row_of_vectors_is_refused(root: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = built(index, root)
    short = replace(opened.contents, passages=opened.passages[:-1])
    facts = opened.contents.facts()
    monkeypatch.setattr(type(short), "facts", lambda self: facts)
    monkeypatch.setattr("index.passage_index._built", lambda *a: (short, 0))
    (root / "new.txt").write_text("Something else stands here.", encoding="utf-8")
    with pytest.raises(BrokenIndexError, match="passages"):
        built(index, root)
    monkeypatch.undo()
    (root / "new.txt").unlink()
    assert same(built(index, root), opened)


def test_an_index_that_cannot_be_written_still_answers(root: Path, index: Path) -> None:
    opened = built(index, root)
    (root / "new.txt").write_text("Something else stands here.", encoding="utf-8")
    from index.snapshot import write_lock

    with write_lock(index):
        with pytest.raises(BrokenIndexError):
            built(index, root)
        old = built(index, root, serve_old=True)
    assert same(old, opened)
    assert len(old.report.warnings) == 1
