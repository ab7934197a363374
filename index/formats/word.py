"""DOCX, by python-docx; runs in the worker only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from index.dates import iso_date
from index.errors import RefusedError
from index.formats.extract import Block, Extract, lay_out, row, sensible_title

_MOST_ENTRIES = 5000
_MOST_BYTES = 300_000_000  # of all entries, uncompressed
_MOST_RATIO = 200  # uncompressed to compressed, of entries beyond a megabyte
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how old Word files begin, and new ones under a password
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_word(data: bytes) -> Extract:
    """The text of a DOCX: paragraphs, headings and tables; title, and a date beside it, from its properties."""
    _check_container(data)
    document = Document(io.BytesIO(data))
    blocks, visible = list(_blocks(document)), _visible_title(document)
    text, headings = lay_out(blocks)
    if not text:
        raise RefusedError("holds no text")
    properties = document.core_properties
    declared = sensible_title(properties.title)
    first = next((block.text for block in blocks if block.heading), None)
    date = None if declared is None else iso_date(properties.created)
    return Extract(text, title=visible or declared or sensible_title(first), date=date, headings=headings)


def _check_container(data: bytes) -> None:
    """Refuse what is no DOCX, or would unpack to too much; nothing is unpacked here."""
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise RefusedError(
            "is encrypted: save a copy without password" if encrypted else "is an old Word file: save it as .docx"
        )
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise RefusedError("is damaged, or not a DOCX whatever its name says")
    entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    size = sum(entry.file_size for entry in entries)
    ratio = max((e.file_size / max(e.compress_size, 1) for e in entries if e.file_size > 1_000_000), default=0.0)
    if len(entries) > _MOST_ENTRIES or size > _MOST_BYTES or ratio > _MOST_RATIO:
        raise RefusedError(
            f"unpacks to {len(entries)} parts and {size / 1e6:.0f} MB, {ratio:.0f} times its size, as no article does"
        )


def _blocks(document: WordDocument) -> Iterator[Block]:
    """Paragraphs and rows in order, also those in text boxes and content controls; nothing twice."""
    for element in document.element.body.iter(qn("w:p"), qn("w:tr")):
        if any(True for _ in element.iterancestors(_ALTERNATE, qn("w:tr"))):
            continue
        if element.tag == qn("w:tr"):
            yield Block(row([_text(cell) for cell in element.iter(qn("w:tc"))]))
        else:
            yield Block(_text(element), heading=_style(element, document).startswith(("Heading", "Title")))


def _text(element: Any) -> str:  # noqa: ANN401 (an element of python-docx's untyped tree)
    """The characters right below a paragraph or cell, not those of a paragraph or cell within it."""
    parts: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:p"), *_CHARACTERS):
        if element.tag == qn("w:p") and next(node.iterancestors(qn("w:p")), None) is not element:
            continue
        if element.tag == qn("w:tc") and next(node.iterancestors(qn("w:tc")), None) is not element:
            continue
        if next(node.iterancestors(_ALTERNATE, qn("w:moveFrom"), qn("w:tabs")), None) is None:
            parts.append(" " if node.tag == qn("w:p") else _CHARACTERS.get(node.tag, node.text or ""))
    return "".join(parts)


def _style(paragraph: Any, document: WordDocument) -> str:  # noqa: ANN401 (as above)
    """The name of a paragraph's style in English; "" where it has none."""
    style = Paragraph(paragraph, document._body).style
    return "" if style is None or style.name is None else style.name


def _visible_title(document: WordDocument) -> str | None:
    """The first paragraph in the style Title."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return next((sensible_title(_text(p)) for p in paragraphs if _style(p, document) == "Title"), None)
