"""HTML: the main text of a saved page, by trafilatura; nothing is fetched."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from index.dates import iso_date
from index.errors import RefusedError
from index.formats.decoding import decode
from index.formats.extract import Block, Extract, lay_out, row, sensible_title
from index.lines import one_line

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED = re.compile(r"\A\s*<\?xml[^>]*\?>")
_WESTERN = {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}  # browsers read all of these as Windows-1252
_BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre, td, th, dt, dd, div"


def read_webpage(data: bytes) -> Extract:
    """The article of a page: its main text, and title, date, address and section as the page's metadata give them."""
    page = _DECLARED.sub("", decode(data, _declared(data)))
    document = _extracted(page)
    blocks = [] if document is None or document.body is None else list(_blocks(document.body))
    text, headings = lay_out(blocks or _all_text(page))
    if not text:
        raise RefusedError("holds no text: it is a page of images or scripts alone")
    if document is None:
        return Extract(text, title=_title(page), headings=headings)
    return Extract(
        text,
        title=sensible_title(document.title) or _title(page),
        date=iso_date(document.date),
        url=document.url,
        section=next((one_line(name) for name in document.categories or [] if one_line(name)), None),
        headings=headings,
    )


def _declared(data: bytes) -> str | None:
    """The encoding that the page itself names near its beginning."""
    match = _CHARSET.search(data[:4096])
    name = None if match is None else match[1].decode("ascii", "ignore").lower()
    if name is None or name.startswith(("utf-16", "utf-32")):  # whoever could read that far read no UTF-16
        return None
    return "cp1252" if name in _WESTERN else name


def _extracted(page: str) -> Any:  # noqa: ANN401 (a type of a library without types for its trees)
    """What trafilatura finds in the page; None where that is nothing."""
    import trafilatura  # takes a second, which only pages need to pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _blocks(parent: Any) -> Iterator[Block]:  # noqa: ANN401 (an lxml element)
    """The blocks of a tree by trafilatura: headings, paragraphs, items, rows, and text between them."""
    yield Block(one_line(parent.text or ""))
    for child in parent:
        if child.tag in {"list", "quote", "table", "div", "body"} and len(child):
            yield from _blocks(child)
        elif child.tag == "row":
            yield Block(row(["".join(cell.itertext()) for cell in child]))
        else:
            yield Block(one_line("".join(child.itertext())), heading=child.tag == "head")
        yield Block(one_line(child.tail or ""))


def _all_text(page: str) -> list[Block]:
    """All text of a page's body, for pages in which no article is found."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style", "noscript", "template", "nav", "footer", "form", "svg"])
    if tree.body is None:
        return []
    heads = {one_line(node.text()) for node in tree.css("h1, h2, h3, h4, h5, h6")}
    for node in tree.body.css(_BLOCKS):
        node.insert_before("\n\n")
        node.insert_after("\n\n")
    pieces = (one_line(piece) for piece in re.split(r"\n\s*\n", tree.body.text()))
    return [Block(piece, heading=piece in heads) for piece in pieces]


def _title(page: str) -> str | None:
    """What the page's title element says."""
    from selectolax.lexbor import LexborHTMLParser

    node = LexborHTMLParser(page).css_first("title")
    return None if node is None else sensible_title(node.text())
