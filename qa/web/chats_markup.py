"""What a conversation is limited to, as chips, and the list of conversations; everything from people is escaped."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from index.records import Article
from qa.conversation import Scope, source_of
from qa.conversation_store import Listed
from qa.escaping import escape, time_element
from qa.exporting import FORMATS
from qa.web.markup import dates

FORMAT_NAMES = {"md": "Markdown", "json": "JSON", "html": "HTML"}


def chips(scope: Scope, articles: Mapping[str, Article]) -> str:
    """One chip for each limit, which removes it and holds the scope that is then left; the way to the conversations."""
    limits = [
        *((articles[id_].title if id_ in articles else id_, _without_article(scope, id_)) for id_ in scope.article_ids),
        *((each, _without_source(scope, each)) for each in scope.sources),
        *((each, replace(scope, since=None) if each.startswith("from") else replace(scope, until=None))
          for each in dates(scope)),
    ]  # fmt: skip
    shown = "".join(
        f"<li><button type='button' class='chip' data-left='{_json(left)}'"
        f" aria-label='Remove the limit {escape(text)}'><span>{escape(text)}</span> ×</button></li>"
        for text, left in limits
    )
    label = "Only in" if limits else "All articles"
    return (
        f"<div class='limits' data-scope='{_json(scope)}'><button type='button' popovertarget='quoth-limiting'>{label}"
        f"</button><ul aria-label='Limits of the search'>{shown}</ul>"
        "<button type='button' class='conversations' popovertarget='quoth-chats'>Conversations</button></div>"
    )


def offer(articles: Iterable[Article]) -> str:
    """All articles that a search can be limited to, for the script that shows them."""
    rows = [
        {"id": a.id, "title": a.title, "date": a.date or "", "source": source_of(a)}
        for a in sorted(articles, key=lambda a: (a.title.casefold(), a.id))
    ]
    return f"<template data-articles='{escape(json.dumps(rows, ensure_ascii=False))}'></template>"


def chat_list(listed: Sequence[Listed], current: str, words: str, deleted: str = "") -> str:
    """The conversations, latest first; `deleted` is one that can be brought back."""
    rows = "".join(_row(each, current) for each in listed)
    none = "No conversation has all these words." if words.strip() else "No conversation has been kept yet."
    undo = (
        "<p class='deleted' role='status'>Deleted. "
        f"<button type='button' data-do='restore' data-id='{escape(deleted)}'>Undo</button></p>"
        if deleted
        else ""
    )
    return f"{undo}<ul class='chats'>{rows}</ul>" if rows else f"{undo}<p class='none'>{none}</p>"


def file(name: str, kind: str, text: str) -> str:
    """A file for the script that hands it to the browser."""
    made = secrets.token_hex(8)  # what is drawn as it was before is not seen again
    held = f"data-name='{escape(name)}' data-type='{kind}' data-text='{escape(text)}'"
    return f"<template data-made='{made}' {held}></template>"


def _row(each: Listed, current: str) -> str:
    here = " aria-current='true'" if each.id == current else ""
    exports = "".join(
        f"<button type='button' data-do='export' data-format='{name}'>{FORMAT_NAMES[name]}</button>" for name in FORMATS
    )
    return (
        f"<li data-id='{escape(each.id)}'><button type='button' class='open' data-do='open'{here}>"
        f"<span class='title'>{escape(each.title)}</span> {time_element(each.changed[:10])}</button>"
        f"<details><summary aria-label='More about {escape(each.title)}'>More</summary>"
        f"<button type='button' data-do='rename'>Rename</button>{exports}"
        "<button type='button' data-do='delete'>Delete</button></details></li>"
    )


def _without_article(scope: Scope, id_: str) -> Scope:
    return replace(scope, article_ids=tuple(each for each in scope.article_ids if each != id_))


def _without_source(scope: Scope, source: str) -> Scope:
    return replace(scope, sources=tuple(each for each in scope.sources if each != source))


def _json(scope: Scope) -> str:
    return escape(json.dumps(asdict(scope), ensure_ascii=False))
