"""Front matter: the YAML between `---` lines that opens many Markdown files."""

from __future__ import annotations

import re

import yaml

from index.dates import iso_date
from index.formats.extract import Extract, sensible_title
from index.lines import lines_of, one_line

_LONGEST = 20_000  # characters; a longer block is no front matter
_PLAIN = re.compile(r"([A-Za-z][\w-]{0,40})[ \t]*:(?:[ \t]+(.*))?")
_CONTINUED = re.compile(r"[ \t]+\S.*|-[ \t].*|#.*|\s*")


def read_front_matter(text: str) -> Extract:
    """`text` with what its front matter says; `body` is where the article begins, 0 where there is no front matter."""
    lines = lines_of(text[:_LONGEST])
    first = next(lines)
    if first.text.rstrip() != "---":
        return Extract(text)
    closing = next((line for line in lines if line.text.rstrip() in {"---", "..."}), None)
    fields = None if closing is None else _fields(text[first.end : closing.start])
    if closing is None or fields is None:
        return Extract(text)
    return Extract(
        text,
        title=sensible_title(str(_first(fields, "title", "headline"))),
        date=iso_date(_first(fields, "date", "published", "published_at", "publish_date", "pubdate")),
        url=_url(fields),
        section=one_line(str(_first(fields, "section", "category"))) or None,
        body=closing.end,
    )


def _fields(block: str) -> dict[str, object] | None:
    """The fields of `block`, lower-case; line by line where it is no valid YAML; None where it holds other things."""
    plain = [_PLAIN.fullmatch(line.text.rstrip()) for line in lines_of(block) if not _CONTINUED.fullmatch(line.text)]
    if not all(plain):
        return None
    try:
        loaded = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        loaded = {match[1]: (match[2] or "").strip().strip("\"'") for match in plain if match is not None}
    if loaded is None:
        return {}
    return {str(key).lower(): value for key, value in loaded.items()} if isinstance(loaded, dict) else None


def _first(fields: dict[str, object], *names: str) -> object:
    """The first of the named fields that holds a single value; "" where none does."""
    values = (fields.get(name) for name in names)
    return next((value for value in values if value is not None and not isinstance(value, list | dict | set)), "")


def _url(fields: dict[str, object]) -> str | None:
    """The first field that names where the article was published."""
    values = (str(_first(fields, name)).strip() for name in ("url", "canonical_url", "canonical", "link", "source"))
    return next((value for value in values if re.fullmatch(r"https?://\S{1,2000}", value)), None)
