"""Checks of what a person types, at the border."""

from __future__ import annotations

from datetime import date

from index.records import Filters
from qa.errors import QuestionError


def checked_question(question: str, longest: int) -> str:
    """The question with single spaces; `QuestionError` where it is empty or longer than `longest` characters."""
    question = " ".join(question.split())
    if not any(c.isalnum() for c in question):
        raise QuestionError("The question is empty; ask in words, for example: Who was killed?")
    if len(question) > longest:
        raise QuestionError(f"The question has {len(question):,} characters and may have {longest:,}; shorten it.")
    return question


def checked_filters(since: str | None, until: str | None) -> Filters:
    """Filters from dates as typed; `QuestionError` where one is no date, or none can lie between them."""
    for name, value in (("--since", since), ("--until", until)):
        if value is not None and not _is_date(value):
            raise QuestionError(f"{name} is {value!r}; write a date as YYYY-MM-DD.")
    if since is not None and until is not None and since > until:
        raise QuestionError(f"--since {since} is later than --until {until}; no article can be both.")
    return Filters(since, until)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
