import pytest

from index.formats.frontmatter import read_front_matter
from index.formats.textfile import read_markdown


def headings(text: str) -> list[str]:
    """The characters of each heading found in Markdown."""
    return [text[start:end] for start, end in read_markdown(text).headings]


def test_headings_of_both_kinds_with_any_line_end() -> None:
    text = "# One #\r\n\r\nText.\r\n\r\nTwo\r\n===\r\n\r\nThree\r\n---\r\nText.\r\n### Four\r\n"
    assert headings(text) == ["# One #", "Two\r\n===", "Three\r\n---", "### Four"]
    assert read_markdown(text).title == "One"


@pytest.mark.parametrize(
    "text",
    [
        "#hashtag is no heading",
        "    # code",
        "```\n# a comment\n```\n",
        "~~~\n```\n# a comment\n~~~\n",
        "A paragraph\nof two lines\n---\n",
        "Text.\n\n---\n\nText.",
        "- item\n---\n",
        "| a | b |\n|---|---|\n",
        "a | b\n---\n",
        "####### seven",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert headings(text) == []


def test_headings_go_on_after_a_code_block() -> None:
    assert headings("```\n# no\n```\n# yes\n") == ["# yes"]


def test_a_title_is_shown_without_markup() -> None:
    assert read_markdown("## Not me\n\n# **Bold** [link](http://x) `code`\n").title == "Bold link code"


@pytest.mark.parametrize(
    ("block", "title", "date"),
    [
        ("title: A\ndate: 2020-01-03", "A", "2020-01-03"),
        ("Title: A\nDate: 2020-01-03T05:30:00Z", "A", "2020-01-03"),
        ("title: A\ndate: 20200103", "A", "2020-01-03"),
        ("title: A: b\ndate: Jan. 3, 2020", "A: b", "2020-01-03"),
        ('title: "A\ndate: 2020-13-45', "A", None),
        ("title: 2020\ntags:\n  - a\n- b\n# comment", "2020", None),
        ("title: [a, b]\nheadline: B", "B", None),
        ("title: >\n  A long\n  title", "A long title", None),
        ('title: "\\ud800A b"', "A b", None),
        ("", None, None),
    ],
)
def test_front_matter_even_where_it_is_no_valid_yaml(block: str, title: str | None, date: str | None) -> None:
    text = f"---\n{block}\n---\nText."
    extract = read_front_matter(text)
    assert (extract.title, extract.date) == (title, date)
    assert text[extract.body :] == "\nText."


@pytest.mark.parametrize(
    "text",
    [
        "Text.\n---\ntitle: A\n---\n",
        "---\nHe was killed on Friday.\n---\nHe was 62.",
        "---\ntitle: A\nnever closed",
        "---\n" + "a: b\n" * 10_000 + "---\n",
        "----\ntitle: A\n---\n",
        "",
    ],
)
def test_what_is_no_front_matter_stays_text(text: str) -> None:
    assert read_front_matter(text).body == 0


def test_nested_yaml_neither_explodes_nor_recurses() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert read_front_matter(f"---\n{bomb}title: *u\n---\n").title is None
    assert read_front_matter(f"---\ntitle: {'[' * 9000}\n---\n").body > 0


@pytest.mark.parametrize(("line", "url"), [("url: https://a.org/b", "https://a.org/b"), ("source: Reuters", None)])
def test_only_addresses_are_urls(line: str, url: str | None) -> None:
    assert read_front_matter(f"---\n{line}\n---\n").url == url
