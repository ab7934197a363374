"""What an evaluation leaves on disk, apart from the report."""

from __future__ import annotations

import json
from pathlib import Path

from index.errors import QuothError
from qa.evaluation.evaluate import Evaluation


class OutputError(QuothError):
    """A file cannot be written."""


def write_predictions(evaluation: Evaluation, path: Path) -> None:
    """The official form that the SQuAD scripts read: `{question id: text}`, "" where the system abstained."""
    _write_json({r.id: r.text or "" for r in evaluation.results}, path)


def write_confidences(evaluation: Evaluation, path: Path) -> None:
    """`{question id: confidence that the best span is right}`, 0..1, for abstained questions too."""
    _write_json({r.id: r.confidence for r in evaluation.results}, path)


def write_summary(evaluation: Evaluation, path: Path) -> None:
    """The figures; `summary.Summary` says what each key means."""
    _write_json(evaluation.summary, path)


def write_text(text: str, path: Path) -> None:
    """Write UTF-8, making the folder where it is missing; `OutputError` names the file that cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); give another place.") from None


def _write_json(value: object, path: Path) -> None:
    write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", path)
