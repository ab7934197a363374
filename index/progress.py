"""How long work reports how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with a stage's name and how much of it is done."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` pieces of `stage` are finished."""
        ...


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
