"""How long a question takes, warm and cold, and how much memory: `python -m benchmarks.asking`.

Beside it, in the same run, the plain way with transformers: the same model over the same passages, one call a passage.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qa import environment

QUESTIONS = 100
COLD_RUNS = 3
SEEDS = Path("seeds")


def questions() -> list[str]:
    """Gold questions spread over all articles."""
    data = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["data"]
    every = [qa["question"] for entry in data for qa in entry["paragraphs"][0]["qas"]]
    return every[:: max(1, len(every) // QUESTIONS)][:QUESTIONS]


def asked_and_exit(index: Path) -> None:
    """In a process of its own: ask every question, print the times in ms of both ways and the peak memory in MB."""
    import psutil

    from qa.quoth import Quoth

    quoth = Quoth.open(SEEDS, index)
    quoth.ask(questions()[0])
    ours, plain = [], []
    for question in questions():
        began = time.perf_counter()
        answer = quoth.ask(question)
        ours.append(1000 * (time.perf_counter() - began))
        texts = [(near.citation.quote, near.citation.title) for near in answer.nearest]
        began = time.perf_counter()
        for text, title in texts:
            quoth.reader.read(question, [text], [title], quoth.settings.answer_tokens)
        plain.append(1000 * (time.perf_counter() - began) + answer.timings_ms["retrieve"])
    memory = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"ours": ours, "plain": plain, "memory": memory, "passages": quoth.passages}))


def run(*words: str) -> tuple[str, float, float]:
    """Standard output, seconds and peak memory in MB of a Python process."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(words)} failed")
    return out, time.perf_counter() - began, usage.ru_maxrss * 1024 / 1e6


def main() -> None:
    """Print the three figures and the ratio."""
    environment.prepare()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        run("-m", "qa", "index", "--articles", str(SEEDS), "--index", str(index))
        out, _, peak = run("-m", "benchmarks.asking", str(index))
        warm = json.loads(out)
        command = ["-m", "qa", "ask", questions()[0], "--articles", str(SEEDS), "--index", str(index)]
        cold = [run(*command) for _ in range(COLD_RUNS)]
    ours, plain = statistics.median(warm["ours"]), statistics.median(warm["plain"])
    print(f"warm: median {ours:.0f} ms, 95 % {statistics.quantiles(warm['ours'], n=20)[-1]:.0f} ms a question "
          f"({len(warm['ours'])} questions, {warm['passages']} passages)")  # fmt: skip
    print(f"the plain way (one call a passage): median {plain:.0f} ms; ours takes {ours / plain:.2f} of its time")
    print(f"cold: median {statistics.median(seconds for _, seconds, _ in cold):.1f} s from command to answer")
    print(f"memory: {warm['memory']:.0f} MB after {len(warm['ours'])} questions, {peak:.0f} MB at its peak")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asked_and_exit(Path(sys.argv[1]))
    else:
        main()
