from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from index.articles import content_key
from index.corpus import Corpus, scan
from index.errors import ArticlesError, RefusedError
from index.library import LONGEST_NAME, Added, Library, LibraryError, checked_name, pasted
from index.settings import IndexSettings

SETTINGS = IndexSettings()
HERON = b"# The heron\n\nA heron landed on the town hall of Graz on Monday.\n"
CRANE = b"# The crane\n\nA crane fell over in the harbour of Trieste on Tuesday.\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "crane.md").write_bytes(CRANE)
    return folder


def add(library: Library, name: str, data: bytes, corpus: Corpus | None = None) -> Added:
    known = {} if corpus is None else {content_key(each): each.id for each in corpus.articles.values()}
    return library.add(name, data, SETTINGS, known)


def stored(library: Library) -> list[Path]:
    return sorted((library.folder / "files").iterdir())


def test_an_upload_is_an_article_like_any_other(library: Library, root: Path) -> None:
    added = add(library, "birds/heron.md", HERON)
    assert (added.outcome, added.id, added.title) == ("added", "uploads/birds/heron.md", "The heron")
    corpus = scan(root, SETTINGS, library=library)
    assert list(corpus.articles) == ["crane.md", "uploads/birds/heron.md"]
    article = corpus.articles["uploads/birds/heron.md"]
    assert article.text.encode() == HERON == Path(article.source).read_bytes()


def test_the_same_content_is_there_already_under_whatever_name(library: Library, root: Path) -> None:
    corpus = scan(root, SETTINGS)
    assert add(library, "other.md", CRANE, corpus) == Added("other.md", "already there", "crane.md", "The crane")
    add(library, "heron.md", HERON)
    assert add(library, "heron.md", HERON).outcome == "already there"
    assert add(library, "copy.md", HERON).id == "uploads/heron.md"
    assert len(stored(library)) == 1


def test_the_same_name_with_other_content_is_a_change_that_leaves_nothing_behind(library: Library) -> None:
    add(library, "heron.md", HERON)
    [before] = stored(library)
    assert add(library, "heron.md", HERON + b"It stayed an hour.\n").outcome == "changed"
    [after] = stored(library)
    assert after != before
    assert library.uploads()["uploads/heron.md"].file == after.resolve()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("picture.png", b"\x89PNG", "none of the files that can be read"),
        ("broken.pdf", b"%PDF-1.7 nothing more", "is damaged"),
        ("broken.docx", b"PK\x03\x04 nothing more", "is"),
        ("large.txt", b"x" * 10_000_001, "is too large"),
        ("page.html", b"<script>1</script>", "holds no text"),
        ("../outside.md", HERON, "has a name that cannot be used"),
        ("a/..\\..\\outside.md", HERON, "has a name that cannot be used"),
        ("/", HERON, "has a name that cannot be used"),
        ("bell\x07.md", HERON, "has a name that cannot be used"),
        ("x" * LONGEST_NAME + ".md", HERON, "has a name that cannot be used"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing_behind(library: Library, name: str, data: bytes, reason: str) -> None:
    added = add(library, name, data)
    assert added.outcome == "refused"
    assert reason in added.reason
    assert library.uploads() == {}
    assert not (library.folder / "files").exists() or stored(library) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a.md", "a.md"), ("/etc/a.md", "etc/a.md"), ("C:\\b\\a.TXT", "C:/b/a.TXT"), ("./ b /a.md", "b/a.md")],
)
def test_names_are_labels_and_never_paths(name: str, kept: str) -> None:
    assert checked_name(name) == kept


def test_names_say_what_a_file_is() -> None:
    with pytest.raises(RefusedError, match=r"\.docx"):
        checked_name("readme")


def test_uploads_are_stored_under_names_made_here(library: Library) -> None:
    add(library, "$(touch x); <b>naïve.md", HERON)
    [file] = stored(library)
    assert file.name.startswith("touch-x-b-na-ve-")
    assert file.suffix == ".md"


def test_deleting_hides_both_kinds_and_restoring_brings_them_back(library: Library, root: Path) -> None:
    add(library, "heron.md", HERON)
    library.delete("uploads/heron.md", "The heron")
    library.delete("crane.md", "The crane")
    assert [(each.id, each.title) for each in library.deleted()] == [
        ("crane.md", "The crane"),
        ("uploads/heron.md", "The heron"),
    ]
    assert (root / "crane.md").exists()
    with pytest.raises(ArticlesError, match="all were deleted"):
        scan(root, SETTINGS, library=library)
    assert not scan(root, SETTINGS, library=library, may_be_empty=True).articles
    library.restore("crane.md")
    library.restore("uploads/heron.md")
    assert list(scan(root, SETTINGS, library=library).articles) == ["crane.md", "uploads/heron.md"]
    assert library.deleted() == []


def test_only_what_was_deleted_can_be_restored(library: Library) -> None:
    add(library, "heron.md", HERON)
    with pytest.raises(LibraryError, match=r"'uploads/heron\.md'"):
        library.restore("uploads/heron.md")


def test_a_deleted_upload_that_comes_again_is_added_again(library: Library) -> None:
    add(library, "heron.md", HERON)
    library.delete("uploads/heron.md", "The heron")
    assert add(library, "heron.md", HERON).outcome == "added"
    assert library.deleted() == []


def test_deleted_uploads_go_for_good_after_a_while(library: Library) -> None:
    add(library, "heron.md", HERON)
    library.delete("uploads/heron.md", "The heron")
    with sqlite3.connect(library.folder / "library.sqlite") as store:
        store.execute("UPDATE article SET deleted = '2020-01-01T00:00:00+00:00'")
    library.delete("crane.md", "The crane")
    assert [each.id for each in library.deleted()] == ["crane.md"]
    assert stored(library) == []


def test_a_file_of_the_folder_comes_before_an_upload_of_its_name(library: Library, root: Path) -> None:
    add(library, "heron.md", HERON)
    (root / "uploads").mkdir()
    (root / "uploads" / "heron.md").write_bytes(CRANE + b"Nobody was hurt.\n")
    corpus = scan(root, SETTINGS, library=library)
    assert corpus.articles["uploads/heron.md"].title == "The crane"
    assert [(each.file, each.reason[:17]) for each in corpus.refused] == [
        ("uploads/heron.md (uploaded)", "has the same name")
    ]


def test_there_is_an_end_to_uploads(library: Library) -> None:
    few = IndexSettings(most_uploads=1)
    library.add("heron.md", HERON, few, {})
    refused = library.add("crane.md", CRANE, few, {})
    assert refused.outcome == "refused"
    assert "1 uploads" in refused.reason
    assert library.add("heron.md", HERON + b"Again.\n", few, {}).outcome == "changed"


def test_pasted_text_keeps_its_characters_and_gets_its_title(library: Library, root: Path) -> None:
    name, data = pasted("It's: a {title}", "First line.\r\n\nSecond “line” of it.\n")
    assert name == "It-s-a-title.md"
    assert add(library, name, data).title == "It's: a {title}"
    article = scan(root, SETTINGS, library=library).articles[f"uploads/{name}"]
    assert article.text.endswith("\n\nFirst line.\r\n\nSecond “line” of it.\n")
    assert pasted("", "Nameless.")[0].startswith("pasted-")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LibraryError, match="cannot be written"):
        add(Library(tmp_path / "library"), "heron.md", HERON)
