"""All that the page and the endpoints work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa.conversation_store import ConversationStore
from qa.evaluation.gold_store import GoldStore
from qa.web.loading import Loader
from qa.web.updating import Updater
from qa.web.watcher import Watcher


@dataclass(frozen=True)
class Site:
    """One collection of articles as it is served."""

    loader: Loader
    updater: Updater
    watcher: Watcher
    gold: GoldStore
    chats: Callable[[str], ConversationStore]  # those of a person, by name
    examples: tuple[str, ...]
    corpus: Path | None  # the gold file beside the articles, where there is one
    longest_question: int  # characters
    largest_file: int  # bytes
