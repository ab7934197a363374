"""A confidence fitted on somebody's own gold questions, kept beside the index that it belongs to.

It belongs to one reader, one encoder and the settings that decide what is read: with others, its probabilities would
mean nothing, and it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.embedding import model_folder, same_encoder, weights_digest
from index.errors import QuothError
from qa.confidence import Confidence
from qa.reader import OWN_WEIGHTS
from qa.settings import Settings

SETTINGS = ("passage_words", "passage_overlap", "dense_weight", "read_passages", "answer_tokens")
REFIT = "fit it again: python -m qa calibrate GOLD, or remove it: python -m qa calibrate --forget"


class FittedError(QuothError):
    """A fitted confidence cannot be written or does not belong here."""


@dataclass(frozen=True)
class Origin:
    """What a fitted confidence belongs to."""

    reader: str  # SHA-256 over its weights
    encoder: Mapping[str, Any]  # fingerprint
    settings: Mapping[str, float]


def origin(settings: Settings, encoder: Mapping[str, Any]) -> Origin:
    """The origin of what is fitted now, with this encoder's fingerprint."""
    folder = OWN_WEIGHTS if settings.reader == "" else model_folder(settings.reader)
    return Origin(weights_digest(folder), dict(encoder), {name: getattr(settings, name) for name in SETTINGS})


def place(index: Path) -> Path:
    """The file that belongs to an index: beside its folder, which holds nothing but the index."""
    return index.with_name(f"{index.name}.confidence.json")


def save(index: Path, confidence: Confidence, belongs: Origin, gold: str) -> Path:
    """Write it at one stroke and return the file; `FittedError` where that fails."""
    file = place(index)
    row = {"gold": gold, "origin": asdict(belongs), "confidence": asdict(confidence)}
    fresh = file.with_suffix(".tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise FittedError(f"{file} cannot be written ({error.strerror}).") from None
    return file


def load(index: Path, now: Origin) -> Confidence:
    """The confidence kept for an index; `FittedError` where it is unreadable or of other models or settings."""
    file = place(index)
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        then = Origin(**row["origin"])
        confidence = Confidence.from_row(row["confidence"])
        others = [name for name in SETTINGS if then.settings[name] != now.settings[name]]
        if then.reader != now.reader:
            others.append("reader")
        if not same_encoder(then.encoder, now.encoder):
            others.append("encoder")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FittedError(
            f"The confidence fitted for this index cannot be read from {file} ({error}); {REFIT}"
        ) from error
    if others:
        raise FittedError(
            f"The confidence fitted for this index is not used: it was fitted with another {', '.join(others)}; {REFIT}"
        )
    return confidence


def forget(index: Path) -> bool:
    """Remove the confidence kept for an index; whether there was one."""
    try:
        place(index).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FittedError(f"{place(index)} cannot be removed ({error.strerror}).") from None
    return True
