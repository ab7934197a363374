"""What computes the reader's logits: OpenVINO in 8 bits for our own model, transformers itself for any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

EIGHT_BITS = "reader-int8.xml"  # beside the weights it was made from; its numbers lie in the .bin of the same name
STEP = 32  # windows are padded to a multiple of so many word pieces: OpenVINO prepares itself anew for each new length
TOGETHER = 5  # windows of one padded length that OpenVINO reads at a time: a seventh faster than one by one
BATCH = 16  # windows that transformers reads at a time

Window = dict[str, list[int]]  # the inputs of the model by name, each [T] word pieces
Logits = tuple[NDArray[np.float32], NDArray[np.float32]]  # start and end logits of a window, [T] each


class Runtime(Protocol):
    """Start and end logits of windows. Calling from several threads at once is safe."""

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """The logits of each window, in the given order."""
        ...


def load_runtime(folder: Path, threads: int) -> Runtime:
    """OpenVINO where the folder has a model in 8 bits, otherwise transformers; raises what these raise."""
    file = folder / EIGHT_BITS
    return OpenVino(file, threads) if file.exists() else Transformers(folder, threads)


class OpenVino:
    """A model in 8 bits. Windows of one padded length are read together; the logits are those of a window alone."""

    def __init__(self, file: Path, threads: int) -> None:
        # With this package at hand, importing OpenVINO alone reports it over the network.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        import openvino

        # Some processors would compute what is not in 8 bits in bfloat16, and find other spans than all others
        exact = {"INFERENCE_PRECISION_HINT": "f32"}
        hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, **exact}
        self._model = openvino.Core().compile_model(file, "CPU", hints)
        self._names = [each.any_name for each in self._model.inputs]

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """See `Runtime`."""
        request = self._model.create_infer_request()
        lengths = [len(window["input_ids"]) for window in windows]
        found: dict[int, Logits] = {}
        for padded, rows in _by_padded_length(lengths):
            # [PAD] is 0, and the mask hides it
            batch = {n: np.array([windows[i][n] + [0] * (padded - lengths[i]) for i in rows]) for n in self._names}
            for i, start, end in zip(rows, *request.infer(batch).values(), strict=True):
                found[i] = start[: lengths[i]].copy(), end[: lengths[i]].copy()
        return [found[i] for i in range(len(windows))]


def _by_padded_length(lengths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Windows of these lengths in batches of at most `TOGETHER`: their common padded length, and their numbers."""
    rows_of: dict[int, list[int]] = {}
    for i, length in enumerate(lengths):
        rows_of.setdefault(length + -length % STEP, []).append(i)
    for padded, rows in rows_of.items():
        for at in range(0, len(rows), TOGETHER):
            yield padded, rows[at : at + TOGETHER]


class Transformers:
    """Any question-answering model of transformers, in single precision; windows of like length share a batch.

    It is imported here alone: with torch, that takes longer than reading.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        torch.set_num_threads(threads)
        self._inference = torch.inference_mode
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._names = self._tokenizer.model_input_names
        self._model = AutoModelForQuestionAnswering.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        ).eval()

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """See `Runtime`."""
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i]["input_ids"]))
        found: dict[int, Logits] = {}
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            inputs = [{n: windows[i][n] for n in self._names} for i in rows]
            batch = self._tokenizer.pad(inputs, return_tensors="pt")
            with self._inference():
                out = self._model(**batch)
            for i, start, end in zip(rows, out.start_logits.numpy(), out.end_logits.numpy(), strict=True):
                length = len(windows[i]["input_ids"])
                found[i] = start[:length], end[:length]
        return [found[i] for i in range(len(windows))]
