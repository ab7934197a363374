"""How long reading takes, beside the same weights read otherwise: `python -m benchmarks.reading`.

The same question over the same passages, in one run: our own runtime (8 bits, OpenVINO), transformers in single
precision, and Haystack's reader where it is installed (`python -m pip install haystack-ai transformers-haystack`).
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from qa import environment
from qa.reader import OWN_WEIGHTS
from qa.runtime import OpenVino, Runtime, Transformers, Window, load_runtime

SEEDS = Path("seeds")
PIECES = 200  # word pieces of a passage
COUNTS = (5, 10, 20)
ROUNDS = 9
THREADS = 2
QUESTION = "How many people died when Mount St. Helens erupted?"

Read = Callable[[Sequence[str]], object]


def passages(count: int, tokenizer: PreTrainedTokenizerBase) -> list[str]:
    """Passages of `PIECES` word pieces, each from another article."""
    data = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["data"]
    texts = []
    for entry in data[:count]:
        text = entry["paragraphs"][0]["context"]
        offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        texts.append(text[: offsets[PIECES - 1][1]])
    return texts


def through(runtime: Runtime, tokenizer: PreTrainedTokenizerBase) -> Read:
    """Reading by one of our runtimes, from texts to logits."""

    def read(texts: Sequence[str]) -> object:
        encoded = tokenizer([QUESTION] * len(texts), list(texts))
        windows: list[Window] = [{name: encoded[name][i] for name in encoded} for i in range(len(texts))]
        return runtime.logits(windows)

    return read


def haystack() -> Read | None:
    """Haystack's extractive reader with our weights; None where it is not installed."""
    if importlib.util.find_spec("haystack_integrations") is None:
        return None
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
    from haystack import Document
    from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

    reader = TransformersExtractiveReader(model=str(OWN_WEIGHTS), model_kwargs={"dtype": torch.float32})
    reader.warm_up()
    return lambda texts: reader.run(query=QUESTION, documents=[Document(content=text) for text in texts])


def median_ms(read: Read, texts: Sequence[str]) -> float:
    """Median milliseconds of `ROUNDS` readings, after two that do not count."""
    taken = []
    for round_ in range(ROUNDS + 2):
        began = time.perf_counter()
        read(texts)
        if round_ > 1:
            taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    environment.prepare()
    torch.set_num_threads(THREADS)
    tokenizer = AutoTokenizer.from_pretrained(OWN_WEIGHTS, local_files_only=True)
    ours = load_runtime(OWN_WEIGHTS, THREADS)
    assert isinstance(ours, OpenVino)
    reference = Transformers(OWN_WEIGHTS, THREADS)
    readers = {"ours": through(ours, tokenizer), "transformers": through(reference, tokenizer)}
    if (other := haystack()) is not None:
        readers["haystack"] = other
    for count in COUNTS:
        texts = passages(count, tokenizer)
        times = {name: median_ms(read, texts) for name, read in readers.items()}
        told = ", ".join(f"{name} {ms:.0f} ms ({times['ours'] / ms:.2f})" for name, ms in times.items())
        print(f"{count} passages of {PIECES} word pieces (ours / theirs): {told}")


if __name__ == "__main__":
    main()
