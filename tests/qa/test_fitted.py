"""A confidence fitted for an index: kept beside it, and refused where it does not belong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa import fitted
from qa.answering import Weights
from qa.confidence import Confidence, Logistic
from qa.fitted import FittedError, Origin

CONFIDENCE = Confidence(
    Logistic(-1.0, {"log_odds": 0.5}), Logistic(0.0, {"log_odds": 1.0}), 0.4, 0.3, Weights(0.5, 12.0, 1.0)
)
ENCODER = {"weights": "abc", "pooling": ["mean"], "longest": 256, "probe": [0.6, 0.8]}
HERE = Origin("reader", ENCODER, dict.fromkeys(fitted.SETTINGS, 1))


def test_is_read_as_it_was_written_and_lies_beside_the_index(tmp_path: Path) -> None:
    index = tmp_path / "new" / "index"
    file = fitted.save(index, CONFIDENCE, HERE, "gold.json")
    assert file.parent == index.parent
    assert not index.exists()
    assert fitted.load(index, HERE) == CONFIDENCE


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (replace(HERE, reader="other"), "another reader;"),
        (replace(HERE, encoder={**ENCODER, "weights": "other"}), "another encoder;"),
        (replace(HERE, settings={**HERE.settings, "read_passages": 5}), "another read_passages;"),
        (
            replace(HERE, reader="other", settings={**HERE.settings, "passage_words": 5}),
            "another passage_words, reader;",
        ),
    ],
)
def test_one_of_other_models_or_settings_is_refused_with_the_reason(tmp_path: Path, now: Origin, names: str) -> None:
    fitted.save(tmp_path / "index", CONFIDENCE, HERE, "gold.json")
    with pytest.raises(FittedError, match=f"{names}.*--forget"):
        fitted.load(tmp_path / "index", now)


@pytest.mark.parametrize("content", ["", "[]", '{"origin": {}}'])
def test_a_damaged_file_says_how_to_mend_it(tmp_path: Path, content: str) -> None:
    fitted.place(tmp_path / "index").write_text(content, encoding="utf-8")
    with pytest.raises(FittedError, match="python -m qa calibrate"):
        fitted.load(tmp_path / "index", HERE)


def test_forgetting_says_whether_there_was_one(tmp_path: Path) -> None:
    fitted.save(tmp_path / "index", CONFIDENCE, HERE, "gold.json")
    assert fitted.forget(tmp_path / "index")
    assert not fitted.forget(tmp_path / "index")
