"""Confidence: the probability that an answer is right, by logistic regression on what reader and retriever say."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import ModelError
from qa.answering import NO_RIVAL, RankedAnswer, Weights

FILE = "confidence.json"


def features(answer: RankedAnswer) -> dict[str, float]:
    """What tells a right answer: the reader's log-odds, null logit and margin, and how near the passage is."""
    best = answer.best
    return {
        "log_odds": max(-20.0, min(20.0, answer.log_odds)),
        "null": max(-20.0, min(20.0, best.span.null)),
        "margin": max(-NO_RIVAL, min(NO_RIVAL, answer.margin)),
        "cosine": best.hit.cosine,
    }


@dataclass(frozen=True)
class Logistic:
    """P = 1 / (1 + exp(-(intercept + sum of weight * feature)))."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, values: Mapping[str, float]) -> float:
        """Probability, 0..1, that the answer with these features is right."""
        logit = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


@dataclass(frozen=True)
class Confidence:
    """Fitted for answers from the whole corpus (`retrieved`) and from one given context (`isolated`).

    The thresholds are probabilities below which the articles do not say; `weights` order the spans.
    """

    retrieved: Logistic
    isolated: Logistic
    threshold: float
    isolated_threshold: float
    weights: Weights

    def save(self, folder: Path) -> None:
        """Write beside the reader's weights."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Confidence:
        """The inverse of `dataclasses.asdict`; KeyError or TypeError where the row is of another form."""
        nested = {"retrieved": Logistic(**row["retrieved"]), "isolated": Logistic(**row["isolated"])}
        return cls(**{**row, **nested, "weights": Weights(**row["weights"])})

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read what `save` wrote; `ModelError` where it is not there."""
        try:
            return cls.from_row(json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"The confidence fitted for the reader cannot be read from {folder / FILE}; "
                f"fit it: python -m training.calibrate"
            ) from error
