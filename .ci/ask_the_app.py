"""Ask the running app a question over HTTP, as any program could, and check answer, offsets and abstention."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

ADDRESS = "http://127.0.0.1:7860"
PATIENCE = 300  # seconds for a slow machine to start, load the models and build the index


def get(path: str, body: object = None, patience: float = PATIENCE) -> str:
    """The answer to a GET or, with a body, a POST."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ADDRESS + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=patience) as response:
        text: str = response.read().decode()
    return text


def wait_for_the_page() -> float:
    """Seconds until the page was there."""
    began = time.monotonic()
    while True:
        try:
            get("/", patience=5)
            return time.monotonic() - began
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() - began > PATIENCE:
                raise
            time.sleep(0.2)


def ask(question: str) -> dict[str, Any]:
    """The app's answer: the call is made, then its event is read."""
    event = json.loads(get("/gradio_api/call/ask", {"data": [question]}))["event_id"]
    lines = get(f"/gradio_api/call/ask/{event}").splitlines()
    data = next(after for line, after in pairwise(lines) if line == "event: complete")
    answer: dict[str, Any] = json.loads(data.removeprefix("data: "))[0]
    return answer


def main() -> None:
    """Fail loudly where anything is not as promised."""
    print(f"the page was there after {wait_for_the_page():.1f} s")
    answer = ask("How many people died when Mount St. Helens erupted?")
    print(json.dumps(answer["answer"]), answer["confidence"], answer["timings_ms"])
    assert answer["answer"] == "Fifty-seven", answer
    for citation in answer["citations"]:
        text = Path(citation["source"]).read_bytes().decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"], citation
    nothing = ask("What is the capital of Australia?")
    assert nothing["answer"] is None and nothing["nearest"], nothing


if __name__ == "__main__":
    main()
