"""The reader: an extractive question-answering model that marks answer spans in passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.embedding import model_folder
from index.errors import ModelError
from index.passages import sentences
from qa.runtime import Window, load_runtime
from qa.spans import best_spans

OWN_WEIGHTS = Path(__file__).parent / "weights"
LONGEST_INPUT = 384  # word pieces of question and passage together; longer passages are read in windows
STRIDE = 128  # word pieces that two windows of one passage share
LONGEST_QUESTION = 96  # word pieces; what follows is not read
LONGEST_TITLE = 64  # word pieces; together they leave a passage more room than `STRIDE`
SPANS = 10  # kept of each window
READS_TITLES = "reads_titles"  # in the configuration of a model that was trained with titles
SEPARATOR = "[SEP]"  # before a title, in the only tokenizer that such models have had


@dataclass(frozen=True)
class Reading:
    """A span of one text: `start` and `end` in its characters; `logit` and `null` as in `qa.records.Span`."""

    start: int
    end: int
    logit: float
    null: float


class Reader:
    """Reads several passages for one question at once, on the CPU: the same answer every time."""

    def __init__(self, name: str = "", threads: int = 2) -> None:
        folder = OWN_WEIGHTS if name == "" else model_folder(name)
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._pieces, self._pairs = load_tokenizer(folder), load_tokenizer(folder)
            self._pairs.enable_truncation(LONGEST_INPUT, stride=STRIDE, strategy="only_second")
            self._runtime = load_runtime(folder, threads)
        except Exception as error:  # the libraries raise whatever their loaders meet
            reason = (str(error).strip().splitlines() or ["unknown"])[0].rstrip(".")
            raise ModelError(f"The reader in {folder} cannot be loaded: {reason}.") from error
        self._reads_titles = bool(config.get(READS_TITLES, False))

    def read(self, question: str, texts: Sequence[str], titles: Sequence[str], longest: int) -> list[list[Reading]]:
        """For each text its best spans of at most `longest` word pieces in one sentence, best first, each place once.

        `titles` say what the texts are about; a model that was not trained with titles does not see them.
        """
        if not texts:
            return []
        windows = self._windows(question, texts, titles)
        logits = self._runtime.logits([_inputs(window) for _, window in windows])
        begins = [[start for start, _ in sentences(text, 0, len(text))] for text in texts]
        found: list[dict[tuple[int, int], Reading]] = [{} for _ in texts]
        for row, (text_number, window) in enumerate(windows):
            may_start, may_end = _word_edges(window)
            offsets, places = window.offsets, found[text_number]
            sentence = np.searchsorted(begins[text_number], [first for first, _ in offsets], side="right")
            for span in best_spans(*logits[row], may_start, may_end, longest, SPANS, sentence):
                place = (int(offsets[span.first][0]), int(offsets[span.last][1]))
                reading = Reading(*place, span.logit, span.null)
                places[place] = max(reading, places.get(place, reading), key=_log_odds)
        return [sorted(places.values(), key=lambda r: (-_log_odds(r), r.start, r.end)) for places in found]

    def _windows(self, question: str, texts: Sequence[str], titles: Sequence[str]) -> list[tuple[int, Encoding]]:
        """Each window with the number of the text that it is of."""
        question = self._cut(question, LONGEST_QUESTION)
        seen = [self._cut(title, LONGEST_TITLE) if self._reads_titles else "" for title in titles]
        asked = [with_title(question, title) for title in seen]
        encoded = self._pairs.encode_batch(list(zip(asked, texts, strict=True)))
        return [(i, window) for i, first in enumerate(encoded) for window in (first, *first.overflowing)]

    def _cut(self, text: str, longest: int) -> str:
        """The text up to its first `longest` word pieces."""
        pieces = self._pieces.encode(text, add_special_tokens=False).offsets
        return text[: pieces[longest - 1][1]] if len(pieces) > longest else text


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a model, neither padding nor cutting; transformers makes one where its file is missing."""
    file = folder / "tokenizer.json"
    if file.exists():
        tokenizer = Tokenizer.from_file(str(file))
    else:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def with_title(question: str, title: str) -> str:
    """The first part of the reader's input: the question and, behind a separator, the title of what is read."""
    return f"{question}{SEPARATOR}{title.replace('_', ' ')}" if title else question


def _inputs(window: Encoding) -> Window:
    return {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}


def _word_edges(window: Encoding) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which tokens of the passage may begin and end a span: those at the edges of words, so that no word is cut."""
    words = window.word_ids
    passage = np.array([part == 1 for part in window.sequence_ids])
    before = np.array([True] + [a != b for a, b in pairwise(words)])
    after = np.append(before[1:], True)
    return passage & before, passage & after


def _log_odds(reading: Reading) -> float:
    return reading.logit - reading.null
