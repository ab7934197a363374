"""Bytes to characters, without translating line ends."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import RefusedError

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "shift_jis", "euc_jp"]
_LIKELY += ["gb18030", "big5", "euc_kr"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY = "is not text but binary data: save it as .txt, .md, .html, .pdf or .docx"


def decode(data: bytes, declared: str | None = None) -> str:
    r"""The characters of `data`: every one of them, \r\n too, but for a byte order mark, which is dropped.

    Tried in order: the byte order mark, `declared` (an encoding that the file names), UTF-8, UTF-16 without a mark, and
    what charset-normalizer finds likely; where Windows-1252 is as likely as any other, it is that. `RefusedError` where
    the bytes are no text.
    """
    text = _decoded(data, declared)
    if "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise RefusedError(_BINARY)
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    """The characters by the first encoding that fits."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is not None:
        text = _strict(data, marked)
        if text is None:
            raise RefusedError(f"is damaged: it begins as {marked.upper()} but is not: save it anew as UTF-8")
        return text
    for encoding in (declared, "utf-8", _utf16_without_mark(data)):
        text = None if encoding is None else _strict(data, encoding)
        if text is not None and "\0" not in text:
            return text
    if b"\0" in data:
        raise RefusedError(_BINARY)
    return _guessed(data)


def _strict(data: bytes, encoding: str) -> str | None:
    """`data` in `encoding`, or None where it does not fit or Python has no such text encoding."""
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of either order where nearly every second byte is NUL, as in mostly Latin text; None otherwise."""
    even, odd, most = data[0::2].count(0), data[1::2].count(0), 0.4 * len(data) / 2
    if odd > most and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > most and odd == 0 else None


def _guessed(data: bytes) -> str:
    """`data` in the likeliest encoding of one or two bytes a character."""
    matches = from_bytes(data, cp_isolation=_LIKELY)
    best = matches.best()
    western = next((match for match in matches if match.encoding == "cp1252"), None)
    if best is not None and (western is None or western.chaos > best.chaos):
        return _strict(data, best.encoding) or str(best)
    text = _strict(data, "cp1252")
    if text is None:
        raise RefusedError("is in no encoding that can be told: save it as UTF-8")
    return text
