"""A short real run: it learns its few examples, and a stopped run goes on as if it had not been stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import training.train
from index.embedding import PACKAGED, encoder_folder
from qa.reader import Reader
from qa.runtime import EIGHT_BITS
from training.batches import Row, collate
from training.export import export
from training.loss import reader_loss
from training.quantise import quantise
from training.recipe import FIRST, Phase, Recipe
from training.train import fresh_model, logits, rate, schedule, train

pytestmark = pytest.mark.model
RECIPE = Recipe(longest=64)
PHASE = Phase(3e-4, 0.0, FIRST.stages, batch_tokens=64)
CONTEXT = "The lighthouse of Port Ann was built by Margaret Hollis in 1871. A bridge was opened by Edith Crane in 1902."
QUESTIONS = {"Who built the lighthouse?": "Margaret Hollis", "Who opened the bridge?": "Edith Crane"}


def squad(title: str, impossible: bool) -> dict[str, object]:
    answered = [
        {"id": q, "question": q, "answers": [{"text": a, "answer_start": CONTEXT.index(a)}], "is_impossible": False}
        for q, a in QUESTIONS.items()
    ]
    open_one = {"id": "x", "question": "Who burned the mill?", "answers": [], "is_impossible": True}
    qas = [*answered, open_one] if impossible else answered
    return {"title": title, "paragraphs": [{"context": CONTEXT, "qas": qas}]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of the form that `training.recipe.load_sources` reads."""
    names = ["qamr", "squadshifts-reddit", "squadshifts-amazon", "fairytaleqa-spans", "squadshifts-new-wiki"]
    files = {f"train/{name}.json": False for name in names}
    files |= {"dev/squad-v1.1-half-a.json": False, "dev/squad-v2.0-half-a.json": True}
    for name, impossible in files.items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"data": [squad(title, impossible) for title in ("A", "B", "C")]}))
    return tmp_path / "data"


def weights(run: Path) -> dict[str, torch.Tensor]:
    newest = max(run.glob("step-*"), key=lambda f: int(f.name.removeprefix("step-")))
    return load_file(newest / "model.safetensors")


def mean_loss(data: Path, folder: str) -> float:
    """Mean loss of the model in a folder over all batches of the run."""
    torch.manual_seed(0)
    model = fresh_model(folder).train(False)
    batches = [collate(batch, 0) for batch in schedule(data, str(encoder_folder(PACKAGED)), PHASE, RECIPE)]
    with torch.inference_mode():
        outs = [model(input_ids=b.ids, attention_mask=b.mask, token_type_ids=b.types) for b in batches]
    losses = [reader_loss(o.start_logits, o.end_logits, b, 0.5) for o, b in zip(outs, batches, strict=True)]
    return float(torch.stack(losses).mean())


def test_a_stopped_run_goes_on_to_the_same_weights(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = str(encoder_folder(PACKAGED))
    train(data, encoder, tmp_path / "whole", PHASE, RECIPE, save_every=3)

    real = training.train.save

    def save_and_stop(run: Path, step: int, *rest: object) -> None:
        real(run, step, *rest)  # type: ignore[arg-type]
        if step == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(training.train, "save", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        train(data, encoder, tmp_path / "stopped", PHASE, RECIPE, save_every=3)
    monkeypatch.undo()
    train(data, encoder, tmp_path / "stopped", PHASE, RECIPE, save_every=3)
    one, other = weights(tmp_path / "whole"), weights(tmp_path / "stopped")
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)

    newest = max((tmp_path / "whole").glob("step-*"), key=lambda f: int(f.name.removeprefix("step-")))
    assert mean_loss(data, str(newest)) < 0.5 * mean_loss(data, encoder)
    export([newest], tmp_path / "weights")
    quantise(tmp_path / "weights", samples=8)
    assert (tmp_path / "weights" / EIGHT_BITS).exists()
    (found,) = Reader(str(tmp_path / "weights")).read("Who built the lighthouse?", [CONTEXT], ["Port Ann"], longest=30)
    assert found and CONTEXT[found[0].start : found[0].end]


def test_reading_in_parts_of_like_length_gives_the_logits_of_the_whole_batch() -> None:
    model = fresh_model(str(encoder_folder(PACKAGED))).train(False)
    rows = [[Row([101, *range(2000, 2000 + n), 102], [0] * (n + 2), ((0, 0),))] for n in (30, 5, 17, 5)]
    batch = collate(rows, 0)
    with torch.inference_mode():
        out = model(input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.types)
        found = logits(model, batch)
    for part, whole in zip(found, (out.start_logits, out.end_logits), strict=True):
        assert torch.allclose(part[batch.mask == 1], whole[batch.mask == 1], atol=1e-4)


@pytest.mark.parametrize("last", [0.0, 0.5, 1.0])
def test_the_rate_rises_and_falls_to_the_last(last: float) -> None:
    recipe, phase = Recipe(warm_up=0.1), Phase(1.0, last, ())
    rates = [rate(step, 100, phase, recipe) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * (i + 1) for i in range(10)])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert last < rates[-1] + 1e-9 and rates[-1] < last + 0.02
