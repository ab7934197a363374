"""What the Dockerfile promises: its own command runs where nothing but var/ can be written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from qa.web.address import listen

ROOT = Path(__file__).resolve().parents[1]
READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --bind "$2" "$1/var" && cd "$1" && shift 2'
)
MAY_MOUNT = os.geteuid() == 0 and shutil.which("unshare") is not None


def instruction(name: str) -> list[str]:
    """The words of an instruction of the Dockerfile that is written as a list."""
    found = re.search(rf"^{name} (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    words: list[str] = json.loads(found[1])
    return words


def copied(folder: Path) -> Path:
    """What the image holds, as the Dockerfile copies it."""
    image = folder / "image"
    image.mkdir()
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                place = image / source if target in {".", "./"} else image / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, place)
    (image / "var").mkdir()
    return image


@pytest.mark.model
@pytest.mark.skipif(not MAY_MOUNT, reason="only root may make a folder read-only by mounting it")
def test_the_image_runs_where_only_var_can_be_written(tmp_path: Path) -> None:
    image, var = copied(tmp_path), tmp_path / "var"
    var.mkdir()
    with listen("127.0.0.1", 0) as free:
        port = str(free.getsockname()[1])
    whole = [*instruction("ENTRYPOINT"), *instruction("CMD"), "--port", port]
    assert whole[0] == "python"
    command = whole[1:]
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    inside = [
        "unshare",
        "--mount",
        "sh",
        "-ec",
        f'{READ_ONLY} && exec "$@"',
        "sh",
        str(image),
        str(var),
        sys.executable,
    ]
    refused = subprocess.run(
        [*inside, *command], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert refused.returncode == 2, "without users nobody beyond this computer is let in"
    assert "python -m qa user add" in refused.stderr
    added = subprocess.run(
        [*inside, "-m", "qa", "user", "add", "ann", "--may", "change", "--stdin"],
        env=environment, input="a long password\n", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    with subprocess.Popen(
        [*inside, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as app:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", app)
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", trust_env=False, auth=("ann", "a long password")
            ) as ann:
                heron = b"# The heron\n\nA heron landed on the town hall of Graz on Monday.\n"
                assert ann.post("/library/upload?name=heron.md", content=heron, timeout=60).json()["outcome"] == "added"
            assert not (image / "var").exists() or list((image / "var").iterdir()) == []
            assert sorted(each.name for each in var.iterdir())[:3] == ["index", "library", "log"]
        finally:
            app.terminate()
            assert app.wait(timeout=60) == 0


def wait_until_ready(url: str, app: subprocess.Popen[str], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert app.poll() is None, app.communicate()
        try:
            if httpx.get(f"{url}/health", trust_env=False, timeout=5).json() == {"status": "ready"}:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise AssertionError("it never got ready")
