"""PDF, by pypdf; runs in the worker only."""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from index.dates import iso_date
from index.errors import RefusedError
from index.formats.extract import Block, Extract, lay_out, sensible_title
from index.formats.paragraphs import paragraphs_of

_ENCRYPTED = "is encrypted: save a copy without password"
_MOST_PAGES = 2000


def read_pdf(data: bytes) -> Extract:
    """The text of a PDF in paragraphs; title, and date where there is a title, from its metadata."""
    if b"%PDF-" not in data[:1024]:
        raise RefusedError("is not a PDF, whatever its name says")
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = len(reader.pages)
        if pages > _MOST_PAGES:
            raise RefusedError(f"has {pages} pages, more than {_MOST_PAGES}: split it")
        text, _ = lay_out(Block(paragraph) for paragraph in paragraphs_of([p.extract_text() for p in reader.pages]))
    except (FileNotDecryptedError, DependencyError):
        raise RefusedError(_ENCRYPTED) from None
    if not text:
        raise RefusedError("holds no text, only images perhaps: run text recognition (OCR) over it first")
    title, date = _metadata(reader)
    return Extract(text, title=title, date=date)


def _metadata(reader: PdfReader) -> tuple[str | None, str | None]:
    """Title and date; a file without a sensible title has no sensible date either, but that of its making."""
    metadata = reader.metadata
    title = None if metadata is None else sensible_title(metadata.title)
    if metadata is None or title is None:
        return None, None
    try:
        return title, iso_date(metadata.creation_date)
    except ValueError:
        return title, None
