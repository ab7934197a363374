import os
import sys
from pathlib import Path

import pytest

from index.articles import article_from_text, article_id, find_files, read_article
from index.errors import ArticlesError, RefusedError
from index.records import Article
from index.settings import IndexSettings

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
SETTINGS = IndexSettings.model_validate({})
BODY = "The general was killed at the airport.\n\nHe was 62.\n"


def read(folder: Path, name: str, content: str | bytes, **settings: float) -> Article:
    """The article of a file with the given content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_article(path, article_id(path, folder), IndexSettings(**settings))  # type: ignore[arg-type]


def quoted(article: Article, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    """The characters of each range."""
    return [article.text[start:end] for start, end in ranges]


# finding


def test_files_are_found_below_the_folder_sorted_and_by_their_ending(tmp_path: Path) -> None:
    for name in ["b.txt", "a.MD", "deep/er/c.Html", "d.htm", "e.pdf", "f.docx", "g.markdown", "h.png", "gold.json"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["a.MD", "b.txt", "d.htm", "deep/er/c.Html", "e.pdf", "f.docx", "g.markdown"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ["seen.txt", ".hidden.txt", ".git/config.txt", "deep/.cache/x.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_files(tmp_path) == [tmp_path / "seen.txt"]


def test_links_are_followed_only_within_the_folder(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (root / "own.txt").write_text("x")
    (root / "within.txt").symlink_to("own.txt")
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "folder").symlink_to(outside)
    (root / "gone.txt").symlink_to("nowhere.txt")
    assert [path.name for path in find_files(root)] == ["own.txt", "within.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
def test_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ArticlesError, match=r"holds no articles"):
        find_files(tmp_path)
    with pytest.raises(RefusedError, match=r"regular"):
        read_article(tmp_path / "pipe.txt", "pipe.txt", SETTINGS)


def test_one_file_is_found_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(BODY)
    assert find_files(path) == [path]
    article = read_article(path, article_id(path, path), SETTINGS)
    assert (article.id, article.source) == ("one.txt", str(path))


@pytest.mark.parametrize(
    ("name", "message"), [("absent", "no file or folder"), ("picture.png", "none of the files"), ("empty", "holds no")]
)
def test_nothing_to_read_is_one_clear_line(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "picture.png").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticlesError, match=message) as caught:
        find_files(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


# text


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_the_text_is_exactly_the_files_own(tmp_path: Path, name: str) -> None:
    content = "---\r\ntitle: T\r\n---\r\n\r\n# T \r\n\r\nHe\x0bwas\u2028“62”.\rNo 👍🏽 more\t\n \r\n"
    article = read(tmp_path, name, content)
    assert article.text == content
    start = content.index("“62”")
    assert article.text[start : start + 4] == (tmp_path / name).read_bytes().decode()[start : start + 4]


def test_a_byte_order_mark_is_dropped_and_offsets_count_after_it(tmp_path: Path) -> None:
    article = read(tmp_path, "a.txt", b"\xef\xbb\xbf" + BODY.encode())
    assert article.text == BODY


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = "“It’s true,” he said — and left the café.\r\n\r\nHe was 62.\r\n"
    assert read(tmp_path, "a.txt", text.encode(encoding)).text == text


def test_ids_are_paths_with_forward_slashes(tmp_path: Path) -> None:
    (tmp_path / "2020" / "january").mkdir(parents=True)
    article = read(tmp_path, "2020/january/2020-01-03-baghdad_strike.txt", BODY)
    assert article.id == "2020/january/2020-01-03-baghdad_strike.txt"
    assert article.title == "Baghdad strike"
    assert (article.date, article.url, article.skipped, article.headings) == (None, None, (), ())


def test_the_first_line_that_is_an_articles_is_the_title(tmp_path: Path) -> None:
    article = read(tmp_path, "a.txt", f"Advertisement\n\nJan. 3, 2020\n\n  General killed in U.S. strike\n\n{BODY}")
    assert article.title == "General killed in U.S. strike"
    assert quoted(article, article.headings) == ["  General killed in U.S. strike"]
    assert quoted(article, article.skipped) == ["Advertisement"]
    assert article.date == "2020-01-03"


@pytest.mark.parametrize("first", ["He was killed.\n\n", "General killed\n", "a " * 100 + "\n\n", "Those killed:\n\n"])
def test_a_sentence_or_a_paragraph_is_no_title(tmp_path: Path, first: str) -> None:
    article = read(tmp_path, "my-notes.txt", first + BODY)
    assert (article.title, article.headings) == ("My notes", ())


def test_a_lone_line_is_text_and_no_title(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", "He was 62\n\n").headings == ()


def test_front_matter_and_headings(tmp_path: Path) -> None:
    front = "---\ntitle: 'Killed: a general'\ndate: Dec. 27, 2019\nsection: World\nsource: https://example.org/a\n---"
    article = read(tmp_path, "a.md", f"{front}\n\nKilled: a general\n\n## Reactions\n\n{BODY}\nRelated: more\n")
    assert (article.title, article.date) == ("Killed: a general", "2019-12-27")
    assert (article.section, article.url) == ("World", "https://example.org/a")
    assert quoted(article, article.skipped) == [front, "Related: more"]
    assert quoted(article, article.headings) == ["Killed: a general", "## Reactions"]


def test_a_skipped_heading_is_no_heading(tmp_path: Path) -> None:
    article = read(tmp_path, "a.md", f"# Killed\n\n{BODY}\n## Read more: others\n\n## After\n\nMore followed.\n")
    assert quoted(article, article.headings) == ["# Killed", "## After"]
    assert quoted(article, article.skipped) == ["## Read more: others"]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="shared/seeds is absent")
def test_a_page_as_its_reader_saved_it(tmp_path: Path) -> None:
    content = next(SEEDS.glob("*.txt")).read_bytes()
    article = read(tmp_path, "saved.txt", content)
    title = "U.S. airstrike kills top Iran general, Qassem Soleimani, at Baghdad airport"
    assert article.text == content.decode()
    assert article.title == title
    assert quoted(article, article.headings) == [title]
    browser, app, image, caption = quoted(article, article.skipped)
    assert browser.startswith("IE 11 is not supported.")
    assert app == "Download the NBC News app for breaking news"
    assert image == "Image: US Airstrike, Suleimani"
    assert caption.startswith("This photo released by") and caption.endswith("via AP")


# refusing


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx"])
def test_empty_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match=r"is empty"):
        read(tmp_path, name, b"")


@pytest.mark.parametrize(
    "content", [" \r\n\t\n", "\ufeff", "Advertisement\n\nShare this article\n", "---\na: b\n---\n"]
)
def test_files_with_nothing_to_quote_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(RefusedError, match=r"is empty"):
        read(tmp_path, "a.txt", content)


def test_headings_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"headings"):
        read(tmp_path, "a.md", "# Killed\n\n## Reactions\n")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_binary_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match=r"binary"):
        read(tmp_path, name, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20)


def test_large_files_are_refused_and_those_at_the_limit_are_not(tmp_path: Path) -> None:
    assert len(read(tmp_path, "a.txt", "He was 62. " * 100, file_megabytes=0.0011).text) == 1100
    with pytest.raises(RefusedError, match=r"too large.*more than 0.001 MB"):
        read(tmp_path, "a.txt", "He was 62. " * 100, file_megabytes=0.001)


def test_vanished_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"cannot be read"):
        read_article(tmp_path / "gone.txt", "gone.txt", SETTINGS)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    path.chmod(0)
    with pytest.raises(RefusedError, match=r"Permission denied"):
        read_article(path, path.name, SETTINGS)


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms do not make such names")
def test_names_that_cannot_be_shown_are_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text(BODY)
    with pytest.raises(RefusedError, match=r"rename"):
        read_article(path, path.name, SETTINGS)


# text in memory


def test_text_in_memory_is_treated_like_a_file() -> None:
    article = article_from_text(f"# Killed\n\nAdvertisement\n\n{BODY}", id="x", source="gold.json")
    assert (article.id, article.source, article.title) == ("x", "gold.json", "Killed")
    assert quoted(article, article.headings) == ["# Killed"]
    assert quoted(article, article.skipped) == ["Advertisement"]


def test_a_given_title_comes_first_and_no_line_is_taken_for_it() -> None:
    article = article_from_text(f"62 years old\n\n{BODY}", id="x", source="x", title="Soleimani")
    assert (article.title, article.headings) == ("Soleimani", ())


def test_text_without_title_is_named_by_its_first_line_or_its_id() -> None:
    assert article_from_text(f"General killed\n\n{BODY}", id="x", source="x").title == "General killed"
    assert article_from_text(BODY, id="some_id", source="x").title == "Some id"


def test_empty_text_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"is empty"):
        article_from_text(" \n", id="x", source="x")
