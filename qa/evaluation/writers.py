"""What an evaluation leaves on disk, apart from the report."""

from __future__ import annotations

import json
from pathlib import Path

from index.errors import QuothError
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.results import Result


class OutputError(QuothError):
    """A file cannot be written."""


def write_predictions(evaluation: Evaluation, path: Path) -> None:
    """The official form that the SQuAD scripts read: `{question id: text}`, "" where the system abstained."""
    _write_json({r.id: r.text or "" for r in evaluation.results}, path)


def write_confidences(evaluation: Evaluation, path: Path) -> None:
    """`{question id: confidence that the best span is right}`, 0..1, for abstained questions too."""
    _write_json({r.id: r.confidence for r in evaluation.results}, path)


def write_summary(evaluation: Evaluation, path: Path) -> None:
    """The figures, as `summary.Summary` names them, and under `results` every question, as `compare` reads them.

    Under `own_context` the figures of the same questions isolated, where both were wanted.
    """
    beside = {} if evaluation.own_context is None else {"own_context": evaluation.own_context}
    _write_json({**evaluation.summary, **beside, "results": [result_row(r) for r in evaluation.results]}, path)


def result_row(result: Result) -> dict[str, object]:
    """One question in a figures file."""
    return {
        "id": result.id,
        "question": result.question,
        "article": result.article,
        "accepted": list(dict.fromkeys(result.accepted)),
        "answer": result.text,
        "best": result.best,
        "confidence": result.confidence,
        "exact_match": result.exact_match,
        "f1": result.f1,
        "lost": result.lost,
        "rank": result.rank,
    }


def write_text(text: str, path: Path) -> None:
    """Write UTF-8, making the folder where it is missing; `OutputError` names the file that cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); give another place.") from None


def _write_json(value: object, path: Path) -> None:
    write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", path)
