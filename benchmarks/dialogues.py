"""Follow-up questions with and without memory: `python -m benchmarks.dialogues` (a minute), over the seeds.

The last lines ask all gold questions in one conversation, in a random order: what was asked before should not harm.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from qa import environment
from qa.evaluation.dialogues import Asked, Judged, read_dialogues, with_memory, without_memory
from qa.evaluation.gold import articles_from_gold, read_gold
from qa.quoth import Quoth
from qa.settings import load_settings

SEED = 13
KINDS = ("pronoun", "ellipsis", "noun", "omitted", "switch")


def share(judged: Sequence[Judged]) -> str:
    """How many are right."""
    right = sum(each.right for each in judged)
    return f"{right} of {len(judged)} ({right / len(judged):.0%})" if judged else "–"


def rows(columns: Sequence[Sequence[Judged]]) -> list[str]:
    """The table's rows: all later questions, each kind of them, and the first ones."""
    later = [[each for each in column if each.later] for column in columns]
    parts = [("all later questions", later)]
    parts += [(f"… {kind}", [[e for e in column if e.asked.kind == kind] for column in later]) for kind in KINDS]
    parts.append(("first questions", [[each for each in column if not each.later] for column in columns]))
    return [f"| {name} | {' | '.join(share(column) for column in part)} |" for name, part in parts]


def main() -> None:
    """Print the table, then the gold questions asked alone and in one conversation."""
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialogues", type=Path, nargs="?", default=Path("seeds/dialogues.json"))
    parser.add_argument(
        "--gold", type=Path, default=Path("seeds/gold.json"), help="the articles, and questions on them"
    )
    args = parser.parse_args()
    dialogues, gold = read_dialogues(args.dialogues), read_gold(args.gold)
    system = Quoth.in_memory(articles_from_gold(gold), load_settings())
    columns = [
        without_memory(dialogues, system),
        with_memory(dialogues, system),
        without_memory(dialogues, system, resolved=True),
    ]
    print(f"{len(dialogues)} dialogues of {args.dialogues}\n")
    print("| right | without memory | with memory | written out |\n|---|---|---|---|")
    print("\n".join(rows(columns)))
    asked = [Asked(q.question, q.question, "first", q.answers) for q in gold.questions]
    random.Random(SEED).shuffle(asked)
    for name, judged in (
        ("alone", without_memory([asked], system)),
        ("in one conversation, in a random order", with_memory([asked], system)),
    ):
        f1 = 100 * sum(each.f1 for each in judged) / len(judged)
        changed = sum(each.answer.understood is not None for each in judged)
        print(f"\n{len(judged)} questions of {args.gold} {name}: F1 {f1:.1f}; {changed} understood as follow-ups")


if __name__ == "__main__":
    main()
