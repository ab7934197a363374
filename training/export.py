"""Put a trained reader into qa/weights, in 16 bits, with its tokenizer: `python -m training.export RUN/step-N`.

Several checkpoints are averaged, weight by weight: runs that start from one another lie in one basin, where the mean
of two often reads better than either (Wortsman et al. 2022, arXiv 2203.05482).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa.reader import READS_TITLES

WEIGHTS = Path("qa") / "weights"


def export(checkpoints: Sequence[Path], target: Path) -> None:
    """Write the mean of the checkpoints in 16 bits (readers may load 32) with the tokenizer of the first's run."""
    model = AutoModelForQuestionAnswering.from_pretrained(checkpoints[0], local_files_only=True)
    states = [load_file(checkpoint / "model.safetensors") for checkpoint in checkpoints]
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}
    model.load_state_dict(mean)
    setattr(model.config, READS_TITLES, True)
    model.to(torch.float16).save_pretrained(target)
    AutoTokenizer.from_pretrained(checkpoints[0].parent, local_files_only=True).save_pretrained(target)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", help="folders step-N of runs")
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    export(args.checkpoints, args.target)


if __name__ == "__main__":
    main()
