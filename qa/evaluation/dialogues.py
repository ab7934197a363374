"""Dialogues: questions of which the later ones leave out what the earlier ones said, asked with and without memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.records import Filters
from qa.conversation import Conversation, Turn
from qa.dialogue import Earlier
from qa.evaluation.gold import GoldError
from qa.evaluation.metrics import exact_match, f1
from qa.records import Answer


@dataclass(frozen=True)
class Asked:
    """One question of a dialogue; `resolved` is the same written out, `accepted` is empty where nothing answers it."""

    question: str
    resolved: str
    kind: str  # first; pronoun, ellipsis, noun, omitted: how it leans on those before; switch: it does not
    accepted: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A question of a dialogue, its answer, and whether that is right: exactly an accepted one, or rightly none."""

    asked: Asked
    answer: Answer
    later: bool  # not the first of its dialogue

    @property
    def right(self) -> bool:
        """Whether it is right by the official normalisation."""
        return bool(exact_match(self.answer.text or "", self.asked.accepted))

    @property
    def f1(self) -> float:
        """Its F1, 0..1."""
        return f1(self.answer.text or "", self.asked.accepted)


class Converses(Protocol):
    """What can be asked in the light of earlier questions."""

    def ask(
        self, question: str, filters: Filters = ..., abstain: bool | None = ..., earlier: Sequence[Earlier] = ...
    ) -> Answer:
        """The answer to one question."""
        ...


def read_dialogues(path: Path) -> list[list[Asked]]:
    """The dialogues of a file, each a list of its questions; `GoldError` where it is of another form."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["data"]
        return [
            [
                Asked(turn["question"], turn["resolved"], turn["kind"], tuple(a["text"] for a in turn["answers"]))
                for turn in dialogue["turns"]
            ]
            for dialogue in found
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{path} is no file of dialogues ({error}).") from error


def with_memory(dialogues: Iterable[Sequence[Asked]], system: Converses) -> list[Judged]:
    """Every dialogue asked as a conversation of its own: the system's answers, right or wrong, are its memory."""
    return [judged for dialogue in dialogues for judged in _conversation(dialogue, system)]


def without_memory(dialogues: Iterable[Sequence[Asked]], system: Converses, resolved: bool = False) -> list[Judged]:
    """Every question asked alone, as it stands or written out."""
    return [
        Judged(asked, system.ask(asked.resolved if resolved else asked.question), later=number > 0)
        for dialogue in dialogues
        for number, asked in enumerate(dialogue)
    ]


def _conversation(dialogue: Sequence[Asked], system: Converses) -> list[Judged]:
    conversation, found = Conversation(""), []
    for number, asked in enumerate(dialogue):
        answer = system.ask(asked.question, earlier=conversation.earlier(number))
        conversation = Conversation("", turns=(*conversation.turns, Turn(asked.question, answer)))
        found.append(Judged(asked, answer, later=number > 0))
    return found
