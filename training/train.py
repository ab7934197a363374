"""Train the reader: `python -m training.train --data DIR --run training/runs/NAME`; run it again to go on."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, PreTrainedModel

from training.batches import Batch, Row, collate, pack, tokenise
from training.loss import reader_loss
from training.recipe import PHASES, Phase, Recipe, load_sources, stage_groups


def schedule(data: Path, encoder: str, phase: Phase, recipe: Recipe) -> list[list[list[Row]]]:
    """All batches of all stages in their order; the seed fixes it, so that a resumed run goes on where it stopped."""
    rng = random.Random(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    sources = load_sources(data, phase)
    batches: list[list[list[Row]]] = []
    for stage in phase.stages:
        rows = tokenise(stage_groups(sources, stage, recipe, rng), tokenizer, recipe)
        batches += pack(rows, phase.batch_tokens, recipe.chunk, rng)
    return batches


def rate(step: int, steps: int, phase: Phase, recipe: Recipe) -> float:
    """Learning rate at a step: linear warm-up, then linear to the last rate."""
    warm = max(1, round(recipe.warm_up * steps))
    if step < warm:
        return phase.learning_rate * (step + 1) / warm
    left = (steps - step) / max(1, steps - warm)
    return phase.last_rate + (phase.learning_rate - phase.last_rate) * left


def fresh_model(encoder: str) -> PreTrainedModel:
    """The encoder with a new answer head, without dropout and with plain attention.

    One or two passes do not overfit, dropout's random numbers cost a CPU a quarter of its time, and the backward pass
    of fused attention is slow there.
    """
    model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(
        encoder,
        dtype=torch.float32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    return model


def save(run: Path, step: int, model: PreTrainedModel, optimiser: torch.optim.Optimizer) -> None:
    """Write a checkpoint; the step number is written last, so that a cut-off write is never resumed from."""
    names = [n for n, _ in model.named_parameters()]
    state = {
        f"{n}.{k}": v
        for n, s in zip(names, optimiser.state_dict()["state"].values(), strict=True)
        for k, v in s.items()
        if k != "step"
    }
    folder = run / f"step-{step}"
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    for file in run.glob("tokenizer*"):
        shutil.copy(file, folder)  # so that a further run can start from the checkpoint
    save_file({k: v.contiguous() for k, v in state.items()}, folder / "optimiser.safetensors")
    (run / "progress.json").write_text(json.dumps({"step": step}))
    for old in run.glob("step-*/optimiser.safetensors"):
        if old.parent != folder:
            old.unlink()


def resume(run: Path, model: PreTrainedModel, optimiser: torch.optim.Optimizer) -> int:
    """Load the last checkpoint into model and optimiser; return its step, 0 where there is none."""
    progress = run / "progress.json"
    if not progress.exists():
        return 0
    step = int(json.loads(progress.read_text())["step"])
    folder = run / f"step-{step}"
    model.load_state_dict(load_file(folder / "model.safetensors"))
    state = load_file(folder / "optimiser.safetensors")
    for name, parameter in model.named_parameters():
        optimiser.state[parameter] = {
            "step": torch.tensor(float(step)),
            "exp_avg": state[f"{name}.exp_avg"].to(parameter.device),
            "exp_avg_sq": state[f"{name}.exp_avg_sq"].to(parameter.device),
        }
    return step


def logits(model: PreTrainedModel, batch: Batch, parts: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Start and end logits, [R, L] each; the rows are read in parts of like length, so that little padding is."""
    lengths = batch.mask.sum(1)
    rows = lengths.argsort().tensor_split(min(parts, len(lengths)))
    found = []
    for part in rows:
        longest = int(lengths[part].max())
        ids, mask, types = (x[part, :longest] for x in (batch.ids, batch.mask, batch.types))
        out = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        short = batch.ids.shape[1] - longest
        found.append([torch.nn.functional.pad(x.float(), (0, short)) for x in (out.start_logits, out.end_logits)])
    back = torch.cat(rows).argsort()
    start, end = (torch.cat(x)[back] for x in zip(*found, strict=True))
    return start, end


def train(data: Path, encoder: str, run: Path, phase: Phase, recipe: Recipe, save_every: int) -> None:
    """Run all steps, from the last checkpoint on where there is one."""
    torch.manual_seed(recipe.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = fresh_model(encoder).train()
    model.to(device)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=recipe.weight_decay, fused=True)
    run.mkdir(parents=True, exist_ok=True)
    (run / "recipe.json").write_text(json.dumps(asdict(recipe) | asdict(phase), indent=2))
    tokenizer.save_pretrained(run)
    batches = schedule(data, encoder, phase, recipe)
    first = resume(run, model, optimiser)
    halves = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()  # elsewhere bf16 is far slower
    print(f"{len(batches)} steps, from {first}, on {device}", flush=True)
    began, tokens, losses = time.perf_counter(), 0, 0.0
    for step in range(first, len(batches)):
        batch = collate(batches[step], tokenizer.pad_token_id).to(device)
        for group in optimiser.param_groups:
            group["lr"] = rate(step, len(batches), phase, recipe)
        with torch.autocast(device.type, torch.bfloat16, enabled=halves):
            start, end = logits(model, batch)
        loss = reader_loss(start, end, batch, recipe.shared_weight)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        tokens, losses = tokens + int(batch.mask.sum()), losses + float(loss.detach())
        if (step + 1) % 50 == 0:
            took = time.perf_counter() - began
            print(f"step {step + 1} loss {losses / 50:.3f} {tokens / took:.0f} tokens/s", flush=True)
            began, tokens, losses = time.perf_counter(), 0, 0.0
        if (step + 1) % save_every == 0 or step + 1 == len(batches):
            save(run, step + 1, model, optimiser)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ in SQuAD form")
    parser.add_argument("--phase", choices=PHASES, required=True, help="which part of the recipe")
    parser.add_argument("--encoder", required=True, help="folder of the encoder, or of the reader, to start from")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--save-every", type=int, default=250, help="steps between checkpoints")
    args = parser.parse_args()
    train(args.data, args.encoder, args.run, PHASES[args.phase], Recipe(), args.save_every)


if __name__ == "__main__":
    main()
