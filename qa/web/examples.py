"""Example questions, taken from the gold questions beside the articles where there are any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOLD = "gold.json"
EXAMPLES = 4
LONGEST = 90  # characters; longer questions make poor examples
LARGEST = 5_000_000  # bytes of a gold file that is read before the page opens


def example_questions(articles: Path, count: int = EXAMPLES) -> tuple[str, ...]:
    """Up to `count` answerable questions of `articles/gold.json` (SQuAD JSON), each of another article.

    A folder without such a file has none: no examples are better than questions that nothing answers.
    """
    gold = articles / GOLD
    try:
        if not gold.is_file() or gold.stat().st_size > LARGEST:
            return ()
        data = json.loads(gold.read_text(encoding="utf-8"))["data"]
        firsts = [question for question in map(_first_answerable, data) if question is not None]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()  # the file is another tool's, and nothing here depends on it
    step = max(1, len(firsts) // count)
    return tuple(firsts[step // 2 :: step][:count])


def _first_answerable(entry: dict[str, Any]) -> str | None:
    for paragraph in entry["paragraphs"]:
        for item in paragraph["qas"]:
            question = str(item["question"])
            if item["answers"] and not item.get("is_impossible", False) and len(question) <= LONGEST:
                return question
    return None
