"""Parsing in a process of its own, so that a file can neither hang, exhaust nor crash ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from index.errors import RefusedError
from index.formats.extract import Extract
from index.settings import IndexSettings

_HOME = Path(__file__).resolve().parents[2]  # the folder from which `index` is imported


def parse_apart(kind: str, data: bytes, settings: IndexSettings) -> Extract:
    """The extract of a file (`kind` "pdf", "docx" or "html"), within the settings' seconds and megabytes.

    `RefusedError` where the parser refuses, hangs, dies or answers with anything but an extract.
    """
    characters = int(settings.file_megabytes * 1e6)
    command = [sys.executable, "-m", "index.formats.worker", kind, str(settings.parse_megabytes), str(characters)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=settings.parse_seconds, cwd=_HOME, check=False
        )
    except subprocess.TimeoutExpired:
        seconds = f"{settings.parse_seconds:g} s"
        raise RefusedError(f"took longer than {seconds} to read (QUOTH_PARSE_SECONDS)") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise RefusedError(f"is damaged: its {kind.upper()} parser failed ({_why(done)})") from None
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    headings = tuple((start, end) for start, end in answer.pop("headings"))
    return Extract(**answer, headings=headings)


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last words of a process that died, on one line."""
    lines = done.stderr.decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return last[:200] if last else f"exit code {done.returncode}"
