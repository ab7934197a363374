import io
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from index.articles import read_article
from index.errors import RefusedError
from index.formats.pdf import read_pdf
from index.records import Article
from index.settings import IndexSettings

LINES = [
    "The general was killed early on Friday when missiles struck",
    "the two vehicles that carried him and his party from the air-",
    "port of the capital, officials said.",
    "The strike came after a week of rising tension between both",
    "governments.",
]


def pdf_of(content: bytes, pages: int = 1) -> bytes:
    """A PDF by hand, each page with the same content stream, compressed."""
    stream = zlib.compress(content)
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    resources = b"/Resources << /Font << /F1 3 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %s >>" % resources
    objects += [page] * pages
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def text_pdf(lines: list[str]) -> bytes:
    """A PDF of one page with the given lines."""
    shown = b"".join(b"(%s) Tj T* " % line.encode("cp1252") for line in lines)
    return pdf_of(b"BT /F1 12 Tf 14 TL 72 720 Td " + shown + b"ET")


def rewritten(data: bytes, metadata: dict[str, str] | None = None, password: str | None = None) -> bytes:
    """A PDF with other metadata, or under a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    if metadata is not None:
        writer.add_metadata(metadata)
    if password is not None:
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def read(folder: Path, data: bytes, **settings: float) -> Article:
    """The article of a PDF, through the worker process."""
    (folder / "a.pdf").write_bytes(data)
    return read_article(folder / "a.pdf", "a.pdf", IndexSettings(**settings))  # type: ignore[arg-type]


def test_a_pdf_becomes_paragraphs(tmp_path: Path) -> None:
    article = read(tmp_path, text_pdf(["General killed", "", *LINES]))
    assert article.text == (
        "General killed\n\nThe general was killed early on Friday when missiles struck the two vehicles that carried "
        "him and his party from the airport of the capital, officials said.\n\nThe strike came after a week of rising "
        "tension between both governments."
    )
    assert (article.title, article.headings, article.date) == ("General killed", ((0, 14),), None)


def test_title_and_date_from_the_metadata() -> None:
    data = rewritten(text_pdf(LINES), {"/Title": "Killed  in\nBaghdad", "/CreationDate": "D:20200103053000Z"})
    extract = read_pdf(data)
    assert (extract.title, extract.date) == ("Killed in Baghdad", "2020-01-03")


@pytest.mark.parametrize("title", ["Microsoft Word - memo.doc", "Untitled-1", "memo.pdf", " "])
def test_a_programs_title_is_none(title: str) -> None:
    extract = read_pdf(rewritten(text_pdf(LINES), {"/Title": title, "/CreationDate": "D:20200103053000Z"}))
    assert (extract.title, extract.date) == (None, None)


def test_a_broken_date_is_none() -> None:
    extract = read_pdf(rewritten(text_pdf(LINES), {"/Title": "Killed", "/CreationDate": "yesterday"}))
    assert (extract.title, extract.date) == ("Killed", None)


def test_a_password_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"^is encrypted: save a copy without password$"):
        read(tmp_path, rewritten(text_pdf(LINES), password="secret"))


def test_a_pdf_that_anyone_may_open_is_read_though_encrypted() -> None:
    assert read_pdf(rewritten(text_pdf(LINES), password="")).text.startswith("The general was killed")


def test_a_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"no text.*OCR"):
        read(tmp_path, pdf_of(b"0 0 612 792 re f"))


@pytest.mark.parametrize("data", [b"He was 62.", b"%PDF-1.4\nrubbish", text_pdf(LINES)[:300]])
def test_damage_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RefusedError, match=r"is damaged|is not a PDF") as caught:
        read(tmp_path, data)
    assert "\n" not in str(caught.value)


def test_a_pdf_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    slow = pdf_of(b"BT /F1 12 Tf 72 720 Td " + b"(a) Tj " * 1_000_000 + b"ET", pages=20)
    with pytest.raises(RefusedError, match=r"took longer than 1.5 s"):
        read(tmp_path, slow, parse_seconds=1.5)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux binds the memory of a process")
def test_a_pdf_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    large = pdf_of(b"BT /F1 12 Tf 72 720 Td " + b"(a) Tj " * 8_000_000 + b"ET")
    with pytest.raises(RefusedError, match=r"memory"):
        read(tmp_path, large, parse_megabytes=128)


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(RefusedError, match=r"has 2001 pages, more than 2000"):
        read_pdf(pdf_of(b"BT ET", pages=2001))


def test_more_text_than_a_file_may_hold_is_refused(tmp_path: Path) -> None:
    data = pdf_of(b"BT /F1 12 Tf 72 720 Td (" + b"He was 62. " * 2000 + b") Tj ET")
    with pytest.raises(RefusedError, match=r"holds 21999 characters of text, more than 20000"):
        read(tmp_path, data, file_megabytes=0.02)
