"""The one family of errors: each message says what was wrong, with the value, and what to do."""

from __future__ import annotations


class QuothError(Exception):
    """Something the person who runs Quoth can mend; the message is written for that person, in one line."""


class ArticlesError(QuothError):
    """The folder or file of articles cannot be used."""


class RefusedError(QuothError):
    """One file cannot become an article; the message is the reason, without the file's name."""


class BrokenIndexError(QuothError):
    """The index on disk cannot be read, written or trusted."""


class BusyIndexError(BrokenIndexError):
    """The index is being written by somebody else."""


class ModelError(QuothError):
    """The encoder or the reader cannot be loaded."""


class SettingsError(QuothError):
    """A setting has a value it cannot have."""
