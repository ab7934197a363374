import pytest

from index.errors import RefusedError
from index.formats.extract import Extract
from index.formats.webpage import read_webpage

PAGE = """<!DOCTYPE html><html><head>{meta}<title>Moon base opens - Daily Globe</title>
<meta property="article:section" content="Science"><link rel="canonical" href="https://example.org/moon">
<meta property="og:site_name" content="Daily Globe">
<meta property="article:published_time" content="2021-05-04T10:00:00Z"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav><article>
<h1>Moon base opens</h1><p>The “first” base on the Moon opened on Tuesday, the agency said, after nine years of
<b>work</b> by two thousand engineers in <a href="x">eleven countries</a>. It houses 12 people.</p>
<h2>Costs</h2><p>It cost 4 billion dollars — twice the plan — and the parliament was not at all pleased with that.</p>
<blockquote><p>We are here to stay, the commander of the base told the crowd in Houston over the radio.</p></blockquote>
<table><tr><th>Item</th><th>Price</th></tr><tr><td>Dome</td><td>1 billion</td></tr></table></article>
<footer>All the news of the Moon, every day, since 1969</footer><script>var secret = 1;</script></body></html>"""


def paragraphs(extract: Extract) -> list[str]:
    """The text between blank lines."""
    return extract.text.split("\n\n")


def test_the_article_is_told_from_the_page() -> None:
    extract = read_webpage(PAGE.format(meta='<meta charset="utf-8">').encode())
    first = "The “first” base on the Moon opened on Tuesday, the agency said, after nine years of work by two thousand "
    assert first + "engineers in eleven countries. It houses 12 people." in paragraphs(extract)
    assert "We are here to stay, the commander of the base told the crowd in Houston over the radio." in extract.text
    assert "Dome | 1 billion" in paragraphs(extract)
    assert not any(word in extract.text for word in ("Home", "secret", "every day", "<"))


def test_what_the_page_says_of_itself() -> None:
    extract = read_webpage(PAGE.format(meta="").encode())
    assert (extract.title, extract.date, extract.section) == ("Moon base opens", "2021-05-04", "Science")
    assert extract.url == "https://example.org/moon"
    assert [extract.text[start:end] for start, end in extract.headings] == ["Moon base opens", "Costs"]


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252"),
        ('<meta charset="utf-16">', "utf-8"),
        ("", "utf-16"),
        ("", "cp1252"),
    ],
)
def test_encodings(meta: str, encoding: str) -> None:
    extract = read_webpage(PAGE.format(meta=meta).encode(encoding))
    assert "The “first” base" in extract.text
    assert "dollars — twice the plan — and" in extract.text


def test_an_xml_declaration_does_not_matter() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?>\n' + PAGE.format(meta="")
    assert "The “first” base" in read_webpage(page.encode()).text


def test_a_page_without_article_gives_its_body() -> None:
    page = b"<html><head><title>Memo 7</title></head><body><div>Hi <b>you</b></div><h2>Then</h2>He left.</body></html>"
    extract = read_webpage(page)
    assert extract.text == "Hi you\n\nThen\n\nHe left."
    assert extract.title == "Memo 7"
    assert [extract.text[start:end] for start, end in extract.headings] == ["Then"]


@pytest.mark.parametrize("page", [b"<html><body><img src='x.png'><script>x</script></body></html>", b"<!-- -->", b" "])
def test_a_page_without_text_is_refused(page: bytes) -> None:
    with pytest.raises(RefusedError, match="holds no text"):
        read_webpage(page)


def test_deep_nesting_is_survived() -> None:
    page = "<div>" * 20_000 + "He was 62." + "</div>" * 20_000
    assert read_webpage(page.encode()).text == "He was 62."
