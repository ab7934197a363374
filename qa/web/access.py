"""Who is asking, and what that person may do."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
from starlette.requests import Request

from index.errors import QuothError

KEY = "quoth.visitor"  # in the ASGI scope of every request that the guard lets in


class AccessError(QuothError):
    """The person may not do this."""


@dataclass(frozen=True)
class Visitor:
    """Somebody whom the guard let in: they may read; `may_change` says whether they may change anything shared."""

    name: str  # "" where nobody needs to log in
    may_change: bool


ALONE = Visitor("", may_change=True)  # without users, whoever reaches the page may do all


def visitor(request: gr.Request | Request) -> Visitor:
    """Who is behind a request, Gradio's queued ones too."""
    plain = request.request if isinstance(request, gr.Request) else request
    if plain is None:
        raise AccessError("Nobody is behind this request.")
    found: Visitor = plain.scope[KEY]
    return found


def check_change(request: gr.Request | Request) -> None:
    """Raise `AccessError` unless the person may change what is shared."""
    who = visitor(request)
    if not who.may_change:
        raise AccessError(f"{who.name} may ask and read, but change nothing; whoever runs this Quoth can allow it.")
