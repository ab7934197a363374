"""Both runtimes: the same spans from the 8-bit model as from the weights it was made of, whatever is read beside."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from index.errors import ModelError
from qa.reader import OWN_WEIGHTS, Reader
from qa.runtime import EIGHT_BITS, STEP, OpenVino, Transformers, Window, load_runtime
from tests.conftest import SEEDS

pytestmark = pytest.mark.model
TOKENIZER: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(OWN_WEIGHTS, local_files_only=True)
CONTEXT = "The lighthouse of Port Ann was built by Margaret Hollis in 1871. " * 3
QUESTIONS = 60


def windows(*questions: str) -> list[Window]:
    encoded = [TOKENIZER(question, CONTEXT) for question in questions]
    return [{name: each[name] for name in each} for each in encoded]


@pytest.fixture(scope="module")
def weights_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our weights without the 8-bit model."""
    folder = tmp_path_factory.mktemp("weights")
    for file in OWN_WEIGHTS.iterdir():
        if not file.name.startswith(Path(EIGHT_BITS).stem):
            shutil.copy(file, folder)
    return folder


def test_the_8_bit_model_finds_the_spans_of_its_weights(weights_alone: Path) -> None:
    eight, whole = Reader(), Reader(str(weights_alone))
    data = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["data"]
    asked = [(qa["question"], entry) for entry in data for qa in entry["paragraphs"][0]["qas"][:2] if qa["answers"]]
    same = 0
    for question, entry in islice(asked, QUESTIONS):
        texts, titles = [entry["paragraphs"][0]["context"]], [entry["title"]]
        one, other = (reader.read(question, texts, titles, 30)[0][0] for reader in (eight, whole))
        same += (one.start, one.end) == (other.start, other.end)
    assert same >= 0.9 * QUESTIONS


@pytest.mark.parametrize("which", [OpenVino, Transformers])
def test_what_is_read_beside_a_window_and_how_it_is_padded_changes_nothing(which: type, weights_alone: Path) -> None:
    folder = OWN_WEIGHTS if which is OpenVino else weights_alone
    runtime = load_runtime(folder, threads=2)
    assert isinstance(runtime, which)
    every = windows("Who built it?", "In which year was the tower at Port Ann built, and by whom?", "When?")
    assert len(every[0]["input_ids"]) % STEP
    together = runtime.logits(every)
    for window, found in zip(every, together, strict=True):
        (alone,) = runtime.logits([window])
        for one, other in zip(found, alone, strict=True):
            assert one.shape == (len(window["input_ids"]),)
            assert np.allclose(one, other, atol=0 if which is OpenVino else 1e-3)


def test_loading_and_reading_opens_no_connection() -> None:
    program = """
import sys
calls = ("socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda name, args: sys.exit(f"{name} {args}") if name in calls else None)
from qa.reader import Reader
assert Reader().read("Who built it?", ["It was built by Margaret Hollis."], [""], 30)[0]
assert sys.modules["openvino_telemetry"] is None
assert not {"torch", "transformers"} & set(sys.modules)  # they take longer to import than all the rest
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_damaged_8_bit_model_is_an_error_that_names_the_folder(weights_alone: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(weights_alone, folder)
    (folder / EIGHT_BITS).write_text("<net", encoding="utf-8")
    with pytest.raises(ModelError, match=r"reader.* cannot be loaded"):
        Reader(str(folder))
