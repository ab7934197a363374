"""One version on disk: its manifest, and whether every file is as the manifest says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import BrokenIndexError
from index.folder import MANIFEST

SCHEMA = 1  # raised by every change that an older Quoth would misread


@dataclass(frozen=True)
class Snapshot:
    """One version whose files agree with its manifest: the writer's facts, "schema", and "files" by relative name."""

    folder: Path
    number: int
    manifest: Mapping[str, Any]


class DamageError(Exception):
    """A file, and what is wrong with it."""


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of `manifest.json`: a JSON object whose first line holds the SHA-256 of all bytes after that line."""
    body = json.dumps(dict(manifest), indent=1, allow_nan=False)[2:].encode()
    return _seal(body) + body


def _seal(body: bytes) -> bytes:
    return f'{{"sha256": "{hashlib.sha256(body).hexdigest()}",\n'.encode()


def verified(path: Path, number: int) -> Snapshot:
    """The version in a folder, if every file is as the manifest says; `BrokenIndexError` where its schema is newer."""
    file = path / MANIFEST
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise DamageError(f"{file} is missing") from None
    except OSError as error:
        raise DamageError(f"{file} cannot be read ({error.strerror})") from None
    body = data[len(_seal(b"")) :]
    if data != _seal(body) + body:
        raise DamageError(f"{file} does not match its own SHA-256")
    manifest: dict[str, Any] = json.loads(b"{" + body)
    if manifest["schema"] > SCHEMA:
        raise BrokenIndexError(
            f"The index in {path} was written by a newer Quoth (schema {manifest['schema']}, this one reads {SCHEMA}); "
            "upgrade Quoth, or name another folder with --index."
        )
    if manifest["schema"] < SCHEMA:
        raise DamageError(f"{file} has schema {manifest['schema']}, which this Quoth (schema {SCHEMA}) no longer reads")
    for name, expected in manifest["files"].items():
        _check(path / name, expected)
    return Snapshot(path, number, manifest)


def _check(file: Path, expected: Mapping[str, Any]) -> None:
    try:
        found = digest(file)
    except FileNotFoundError:
        raise DamageError(f"{file} is missing") from None
    except OSError as error:
        raise DamageError(f"{file} cannot be read ({error.strerror})") from None
    if found["bytes"] != expected["bytes"]:
        raise DamageError(f"{file} has {found['bytes']} bytes where the manifest says {expected['bytes']}")
    if found["sha256"] != expected["sha256"]:
        raise DamageError(f"{file} does not match its SHA-256 in the manifest")


def digest(file: Path) -> dict[str, Any]:
    """What the manifest says of a file: "sha256" in hexadecimal and "bytes"."""
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"sha256": sha256, "bytes": os.fstat(stream.fileno()).st_size}
