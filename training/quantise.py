"""Make the reader's 8-bit model for OpenVINO from its weights: `python -m training.quantise`.

Weights and activations become 8-bit integers, with ranges seen on passages of our reports (static quantisation by NNCF,
with its settings for transformers: smooth quantisation, Xiao et al. 2022, and bias correction).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import nncf
import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from index.passages import cut
from index.settings import IndexSettings
from qa.evaluation.gold import articles_from_gold
from qa.reader import OWN_WEIGHTS, with_title
from qa.runtime import EIGHT_BITS
from training.recipe import Recipe
from training.reports import gold_reports

SAMPLES = 300
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Logits(torch.nn.Module):
    """The reader with named inputs and two outputs, as OpenVINO takes it in."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Start and end logits, [R, T] each."""
        out = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return out.start_logits, out.end_logits


def windows(tokenizer: PreTrainedTokenizerBase, samples: int) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Inputs of the model, [1, T] each: questions beside passages of their reports."""
    gold, settings = gold_reports("news"), IndexSettings()
    articles = {article.id: article for article in articles_from_gold(gold)}
    for number, q in enumerate(gold.questions[:: len(gold.questions) // samples]):
        article = articles[q.article]
        passages = cut(article, settings.passage_words, settings.passage_overlap)
        passage = passages[number % len(passages)]
        text = article.text[passage.start : passage.end]
        asked = with_title(q.question, passage.heading)
        encoded = tokenizer(asked, text, truncation="only_second", max_length=Recipe().longest, return_tensors="np")
        yield {name: encoded[name].astype(np.int64) for name in INPUTS}


def quantise(folder: Path, samples: int = SAMPLES) -> None:
    """Write the model in 8 bits beside the weights in the folder, with the ranges seen on so many passages."""
    model = AutoModelForQuestionAnswering.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
    feeds = list(windows(AutoTokenizer.from_pretrained(folder, local_files_only=True), samples))
    example = {name: torch.tensor(value) for name, value in feeds[0].items()}
    converted = openvino.convert_model(Logits(model), example_input=example)
    converted.reshape({name: [-1, -1] for name in INPUTS})
    eight = nncf.quantize(
        converted,
        nncf.Dataset(feeds, lambda feed: feed),
        subset_size=len(feeds),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
    )
    openvino.save_model(eight, folder / EIGHT_BITS)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=OWN_WEIGHTS, help="folder of the reader")
    quantise(parser.parse_args().weights)


if __name__ == "__main__":
    main()
