import datetime
import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.articles import read_article
from index.errors import RefusedError
from index.formats.extract import Extract
from index.formats.word import read_word
from index.settings import IndexSettings

SETTINGS = IndexSettings.model_validate({})


def saved(document: WordDocument) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file of the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def read(document: WordDocument) -> Extract:
    """The extract of a document."""
    return read_word(saved(document))


def article_document() -> WordDocument:
    """A document with a title, headings, paragraphs and a table."""
    document = Document()
    document.add_heading("General killed", 0)
    document.add_paragraph("The general was killed at the airport.")
    document.add_heading("The dead", 1)
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Name", "Age", "Soleimani", "62"], strict=True):
        cell.text = text
    document.add_paragraph("He was\tburied on\nTuesday.")
    return document


def test_a_docx_becomes_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(saved(article_document()))
    article = read_article(tmp_path / "a.docx", "a.docx", SETTINGS)
    assert article.text == (
        "General killed\n\nThe general was killed at the airport.\n\nThe dead\n\nName | Age\n\nSoleimani | 62\n\n"
        "He was\tburied on\nTuesday."
    )
    assert article.title == "General killed"
    assert [article.text[start:end] for start, end in article.headings] == ["General killed", "The dead"]
    assert article.date is None


def test_properties_give_title_and_date() -> None:
    document = Document()
    document.add_heading("A heading", 1)
    document.add_paragraph("He was 62.")
    document.core_properties.title = "Killed"
    document.core_properties.created = datetime.datetime(2020, 1, 3, 5, 30, tzinfo=datetime.UTC)
    assert (read(document).title, read(document).date) == ("Killed", "2020-01-03")
    document.core_properties.title = ""
    assert (read(document).title, read(document).date) == ("A heading", None)


def test_merged_and_nested_cells_are_read_once() -> None:
    document = Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Merged"
    table.cell(0, 2).add_table(1, 1).cell(0, 0).text = "Nested"
    assert read(document).text == "Merged | Nested"


def test_tracked_changes_links_and_controls_read_as_they_show() -> None:
    document = Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr>"
            "<w:r><w:t xml:space='preserve'>He was </w:t></w:r><w:del><w:r><w:delText>61</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>62</w:t></w:r></w:ins><w:hyperlink><w:r><w:t xml:space='preserve"
            "'> then</w:t></w:r></w:hyperlink><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert read(document).text == "He was 62 then"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the password")
    package = zipfile.ZipFile(io.BytesIO(saved(article_document())))
    parts = {name: package.read(name) for name in package.namelist()}
    head, rest = parts["word/document.xml"].split(b"?>", 1)
    entity = f'<!DOCTYPE d [<!ENTITY secret SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'.encode()
    parts["word/document.xml"] = head + b"?>" + entity + rest.replace(b"at the airport.", b"at &secret;")
    assert "The general was killed at\n\nThe dead" in read_word(zipped(parts)).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"He was 62.", "not a DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "^is encrypted: save a copy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"WordDocument", "old Word file: save it as .docx"),
        (zipped({"word/document.xml": b"0" * 5_000_000}), "unpacks to 1 parts and 5 MB"),
        (zipped({f"{n}.xml": b"" for n in range(5001)}), "unpacks to 5001 parts"),
        (zipped({"some.txt": b"He was 62."}), "is damaged: its DOCX parser failed"),
        (saved(article_document())[:-2000], "is damaged"),
        (saved(Document()), "holds no text"),
    ],
)
def test_what_is_no_readable_docx_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(RefusedError, match=reason) as caught:
        read_article(tmp_path / "a.docx", "a.docx", SETTINGS)
    assert "\n" not in str(caught.value)
