"""Settings of the libraries beneath, made before any of them is imported."""

from __future__ import annotations

import os

OFFLINE_AND_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "NO_PROXY": "127.0.0.1,localhost",
    # The interpreter of any child process keeps its own output quiet, too.
    "PYTHONWARNINGS": "ignore",
}


def prepare() -> None:
    """Nothing fetches, reports or chatters; what the person has set stays."""
    for name, value in OFFLINE_AND_QUIET.items():
        os.environ.setdefault(name, value)
