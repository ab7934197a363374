"""Errors of question answering; see index.errors for the family."""

from __future__ import annotations

from index.errors import QuothError


class QuestionError(QuothError):
    """The question cannot be asked: it is empty or too long, or asked in a way that does not go."""
