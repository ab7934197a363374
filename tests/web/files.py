"""Thirty files as people drop them in, of which six are bad, each in another way."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from docx import Document

from tests.index.test_pdf import rewritten, text_pdf
from tests.index.test_word import saved, zipped

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
HERON = "A heron landed on the town hall of Graz on Monday."
CRANE = "A crane fell over in the harbour of Trieste on Tuesday."
TRAM = "The tram to Miramare will run again from the ninth of March."
MANY_ZEROS = 60_000_000


def thirty_files(folder: Path) -> list[Path]:
    """24 good files in five formats and the six of `bad_files`, written into the folder."""
    for each in sorted(SEEDS.glob("*.md"))[:20]:
        (folder / each.name).write_bytes(each.read_bytes())
    (folder / "heron.txt").write_text(f"The heron of Graz\n\n{HERON}\n", encoding="utf-8")
    (folder / "crane.html").write_text(
        f"<html><head><title>The crane</title></head><body><article><h1>The crane</h1><p>{CRANE}</p></article></body>",
        encoding="utf-8",
    )
    (folder / "tram.pdf").write_bytes(text_pdf([TRAM]))
    document = Document()
    document.add_heading("The bakery", 0)
    document.add_paragraph("The bakery on the corner was sold to Ana Perko.")
    (folder / "bakery.docx").write_bytes(saved(document))
    for name, data in bad_files().items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def bad_files() -> dict[str, bytes]:
    """Files that cannot become articles, by name."""
    return {
        "empty.txt": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "damaged.pdf": b"%PDF-1.7 and nothing more",
        "locked.pdf": rewritten(text_pdf([TRAM]), password="secret"),
        "bomb.docx": zip_bomb(),
        "scripts.html": b"<html><body><script>alert(1)</script></body></html>",
    }


def zip_bomb() -> bytes:
    """A DOCX of 60 KB whose text would unpack to 60 MB."""
    parts = {
        "[Content_Types].xml": b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "word/document.xml": b" " * MANY_ZEROS,
    }
    bomb = zipped(parts)
    assert zipfile.ZipFile(BytesIO(bomb)).getinfo("word/document.xml").file_size == MANY_ZEROS
    return bomb
