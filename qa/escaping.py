"""Text of files and people made harmless before it becomes part of the page."""

from __future__ import annotations

import html

from qa.presentation import day_of, written

# Gradio's HTML component fills templates that know {{…}} and ${…}: what no template can see, none can run.
TEMPLATE_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})


def escape(text: str) -> str:
    """`text` for an element or a quoted attribute of HTML: no markup, no template, the same characters on screen."""
    return html.escape(text, quote=True).translate(TEMPLATE_SIGNS)


def time_element(iso: str | None) -> str:
    """A `<time>` such as "3 January 2020" for an ISO 8601 date; the date as it stands if it is none; "" for None."""
    if iso is None:
        return ""
    day = day_of(iso)
    if day is None:
        return f"<span class='date'>{escape(iso)}</span>"
    return f"<time class='date' datetime='{escape(iso)}'>{written(day)}</time>"
