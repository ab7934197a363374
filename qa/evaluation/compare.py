"""Two evaluations of the same questions side by side: what changed, and whether the difference is real."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import QuothError
from qa.evaluation.statistics import interval, resamples

SCORES = ("exact_match", "f1")
NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "id": str, "question": str, "article": str, "accepted": list, "answer": (str, type(None)),
    "exact_match": (int, float), "f1": (int, float),
}  # fmt: skip


class CompareError(QuothError):
    """Two evaluations cannot be compared."""


@dataclass(frozen=True)
class Row:
    """One question of a figures file."""

    id: str
    question: str
    article: str
    accepted: tuple[str, ...]
    answer: str | None  # None: abstained
    scores: Mapping[str, float]  # exact_match and f1, 0..1


@dataclass(frozen=True)
class Difference:
    """Second minus first, in percent points, over `questions`; `ends` of the 95 % interval, None below two articles."""

    part: str  # "all", "answerable" or "unanswerable"
    score: str
    questions: int
    before: float
    after: float
    ends: tuple[float, float] | None

    @property
    def change(self) -> float:
        """Percent points gained, negative where lost."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """ "better" or "worse" where the interval says so, else "no real difference"."""
        if self.ends is None or self.ends[0] <= 0.0 <= self.ends[1]:
            return "no real difference"
        return "better" if self.ends[0] > 0.0 else "worse"


@dataclass(frozen=True)
class Comparison:
    """`changed` are pairs of rows whose answers differ, those that got worse first; `unpaired` are ids in one file."""

    differences: tuple[Difference, ...]
    changed: tuple[tuple[Row, Row], ...]
    unpaired: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether exact match or F1 over all questions is worse beyond noise."""
        return any(d.part == "all" and d.verdict == "worse" for d in self.differences)


def read_rows(path: Path) -> list[Row]:
    """The questions of a file that `evaluate --json` wrote; `CompareError` says what is missing, and where."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CompareError(f"There is no file at {path}; check the path.") from None
    except OSError as error:
        raise CompareError(f"{path} cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CompareError(f"{path} is not JSON: {error}.") from None
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, list) or not results:
        raise CompareError(f"{path} has no results; write it with: python -m qa evaluate GOLD --json {path}")
    return [_row(each, path, number) for number, each in enumerate(results)]


def _row(each: object, path: Path, number: int) -> Row:
    for key, kind in NEEDED.items():
        if not isinstance(each, dict) or not isinstance(each.get(key, ...), kind):
            raise CompareError(f"{path}: results[{number}] has no fitting {key}; write it with evaluate --json.")
    assert isinstance(each, dict)
    scores = {name: float(each[name]) for name in SCORES}
    return Row(each["id"], each["question"], each["article"], tuple(each["accepted"]), each["answer"], scores)


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """Pair the questions by id; `CompareError` where none is in both.

    Both systems answered the same questions, so that the differences are resampled, by article (the paired bootstrap,
    Efron & Tibshirani 1993): what makes a question hard for both then cancels out.
    """
    later = {row.id: row for row in after}
    pairs = [(row, later[row.id]) for row in before if row.id in later]
    if not pairs:
        raise CompareError("The two files have no question in common; evaluate the same gold questions twice.")
    ids = {one.id for one, _ in pairs}
    differences = []
    for part, kept in (
        ("all", pairs),
        ("answerable", [p for p in pairs if p[1].accepted]),
        ("unanswerable", [p for p in pairs if not p[1].accepted]),
    ):
        if kept and (part == "all" or len(kept) < len(pairs)):
            differences += _differences(part, kept)
    changed = [(one, other) for one, other in pairs if one.answer != other.answer]
    changed.sort(key=lambda pair: pair[1].scores["f1"] - pair[0].scores["f1"])
    unpaired = (row.id for row in (*before, *after) if row.id not in ids)
    return Comparison(tuple(differences), tuple(changed), tuple(unpaired))


def _differences(part: str, pairs: Sequence[tuple[Row, Row]]) -> list[Difference]:
    drawn = resamples([other.article for _, other in pairs], seed=0)
    found = []
    for score in SCORES:
        one, other = (np.array([pair[i].scores[score] for pair in pairs]) for i in (0, 1))
        gains = 100.0 * (other - one)
        low_high = interval([float(gains[rows].mean()) for rows in drawn]) if drawn else None
        ends = None if low_high is None else (low_high[0], low_high[1])
        found.append(Difference(part, score, len(pairs), 100.0 * float(one.mean()), 100.0 * float(other.mean()), ends))
    return found
