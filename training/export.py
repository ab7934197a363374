"""Put a trained reader into qa/weights, in 16 bits, with its tokenizer: `python -m training.export RUN/step-N`."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa.reader import READS_TITLES

WEIGHTS = Path("qa") / "weights"


def export(checkpoint: Path, target: Path) -> None:
    """Write the model of a checkpoint in 16 bits (readers load it in 32) with its tokenizer."""
    model = AutoModelForQuestionAnswering.from_pretrained(checkpoint, local_files_only=True)
    setattr(model.config, READS_TITLES, True)
    model.to(torch.float16).save_pretrained(target)
    AutoTokenizer.from_pretrained(checkpoint.parent, local_files_only=True).save_pretrained(target)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="folder step-N of a run")
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    export(args.checkpoint, args.target)


if __name__ == "__main__":
    main()
