"""A citation as other texts take it in: plain, Markdown, BibTeX, or after the manner of the APA."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from qa.presentation import day_of, written
from qa.records import Citation

TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts escaped braces too
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
}


def plain(citation: Citation) -> str:
    """Quote, title, date, source and characters in one line."""
    return f"“{_line(citation.quote)}” ({', '.join(_known(citation))}, {_characters(citation)})"


def markdown(citation: Citation) -> str:
    """A block quotation and, below it, where it stands; the title is a link where the article has an address."""
    title, *others = (markdown_text(each) for each in _known(citation))
    if address := _address(citation):
        title, others = f"[{title}](<{address}>)", others[:-1]
    return f"> {markdown_text(citation.quote)}\n\n{', '.join([title, *others, _characters(citation)])}"


def bibtex(citation: Citation) -> str:
    """An entry whose note has the quote; the key is made of title, year and place."""
    day = day_of(citation.date)
    words = re.findall(r"[a-z0-9]+", _line(citation.title).lower())[:3]
    fields = {"title": f"{{{_tex(_line(citation.title))}}}"}  # the second braces keep its capitals
    if citation.date is not None:
        fields["date"] = _tex(_line(citation.date))
    if day is not None:
        fields["year"] = f"{day.year}"
    if address := _address(citation):
        fields["url"] = address
    else:
        fields["howpublished"] = _tex(_line(citation.source))
    fields["note"] = f"``{_tex(_line(citation.quote))}'', {_characters(citation)}"
    key = "-".join([*(words or ["article"]), *([f"{day.year}"] if day else []), f"{citation.start}"])
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{rows}}}"


def apa(citation: Citation) -> str:
    """Title, date, source and the quote, as the APA has them for a work without a named author."""
    day, title = day_of(citation.date), _line(citation.title)
    dated = f"{day.year}, {day:%B} {day.day}" if day else citation.date and _line(citation.date)
    stop = "" if title.endswith((".", "?", "!")) else "."
    source = _address(citation) or f"{_line(citation.source)}."
    return f"{title}{stop} ({dated or 'n.d.'}). {source} “{_line(citation.quote)}” ({_characters(citation)})"


STYLES: Mapping[str, Callable[[Citation], str]] = {"plain": plain, "markdown": markdown, "bibtex": bibtex, "apa": apa}


def _known(citation: Citation) -> list[str]:
    """Title, date where there is one, and source."""
    day = day_of(citation.date)
    dated = written(day) if day else citation.date
    return [_line(each) for each in (citation.title, dated, _address(citation) or citation.source) if each]


def _characters(citation: Citation) -> str:
    return f"characters {citation.start} to {citation.end}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _address(citation: Citation) -> str | None:
    """The address of the article, unless it could break out of a link or is none of the Web."""
    return citation.url if citation.url and re.fullmatch(r"https?://[^\s<>{}\\]+", citation.url) else None


def markdown_text(text: str) -> str:
    """Text on one line whose signs mean nothing to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", _line(text))


def _tex(text: str) -> str:
    return "".join(TEX.get(sign, sign) for sign in text)
