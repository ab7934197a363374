"""What eight bits cost: `python -m benchmarks.fidelity var/dev/dev-a-v1.1.json`, our runtime beside transformers.

Every answerable question is read in its own context with the same weights twice; the best spans are compared.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from qa import environment
from qa.evaluation.gold import GoldQuestion, read_gold
from qa.evaluation.metrics import f1
from qa.reader import OWN_WEIGHTS, Reader
from qa.runtime import EIGHT_BITS
from qa.settings import load_settings


def best_span(reader: Reader, question: GoldQuestion, longest: int) -> tuple[int, int]:
    """Start and end of the reader's best span in the question's context, in characters."""
    (found,) = reader.read(question.question, [question.context], [question.article], longest)
    return (found[0].start, found[0].end) if found else (0, 0)


def main() -> None:
    """Print the share of questions with the same best span, and both F1."""
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="gold questions, SQuAD JSON")
    questions = [q for q in read_gold(parser.parse_args().gold).questions if not q.impossible]
    longest = load_settings().answer_tokens
    with tempfile.TemporaryDirectory() as folder:
        for file in OWN_WEIGHTS.iterdir():
            if not file.name.startswith(Path(EIGHT_BITS).stem):
                shutil.copy(file, folder)
        eight, whole = Reader(), Reader(folder)
    pairs = [(best_span(eight, q, longest), best_span(whole, q, longest)) for q in questions]
    same = sum(one == other for one, other in pairs) / len(pairs)
    scores = [
        100 * sum(f1(q.context[slice(*pair[i])], q.answers) for q, pair in zip(questions, pairs, strict=True))
        / len(pairs)
        for i in (0, 1)
    ]  # fmt: skip
    print(f"{len(pairs)} questions: {same:.1%} the same span; F1 in eight bits {scores[0]:.2f}, "
          f"in single precision {scores[1]:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
