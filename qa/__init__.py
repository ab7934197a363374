"""A question in, a cited answer out: `from qa import Quoth`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.quoth import Quoth

__all__ = ["Quoth"]


def __getattr__(name: str) -> object:
    """Import the engine, and its models with it, only when it is asked for: the page and `--help` must open at once."""
    if name == "Quoth":
        from qa.quoth import Quoth

        return Quoth
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
