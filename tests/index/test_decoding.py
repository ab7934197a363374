import codecs

import pytest

from index.errors import RefusedError
from index.formats.decoding import decode

TEXT = "“Tonight, he got what he deserved,” Cotton said — and it’s true.\r\nThe café stayed open.\r\n"
RUSSIAN = "Президент сказал в пятницу, что войска останутся в стране до конца года.\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le", "utf-16-be"])
def test_encodings_and_line_ends(encoding: str) -> None:
    text = TEXT if not encoding.startswith("utf-16-") else "He said: it's true.\r\nThe cafe stayed open.\r\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_either_order_of_utf16(mark: bytes) -> None:
    order = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert decode(mark + TEXT.encode(order)) == TEXT


@pytest.mark.parametrize("text", ["It’s “done”.", "El señor dijo que mañana habrá elecciones en España.\n" * 3])
def test_western_texts_are_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_other_alphabets_are_found() -> None:
    assert decode(RUSSIAN.encode("cp1251")) == RUSSIAN


def test_a_declared_encoding_comes_first_where_it_fits() -> None:
    assert decode("Größe".encode("cp1252"), "cp1252") == "Größe"
    assert decode("Größe".encode(), "ascii") == "Größe"
    assert decode("Größe".encode(), "no-such-encoding") == "Größe"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"text\0more text", bytes(range(256)) * 8, b"\x01\x02\x03\x04" * 50],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError, match="binary"):
        decode(data)


def test_broken_utf16_is_refused() -> None:
    with pytest.raises(RefusedError, match="damaged"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8a")
