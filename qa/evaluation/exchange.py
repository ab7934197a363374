"""Gold questions in and out: SQuAD v2.0 JSON, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.records import Article
from qa.evaluation.gold import Gold, GoldError, GoldQuestion, read_gold
from qa.evaluation.kept import UNPLACED, Accepted, Located, accept, find

COLUMNS = ("question", "answer", "article")  # one row an accepted answer; no answer: the articles do not say
CSV_SUFFIX = ".csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # first characters of a formula in a spreadsheet


@dataclass(frozen=True)
class Incoming:
    """A question to keep."""

    question: str
    article_id: str | None
    accepted: tuple[Accepted, ...]


@dataclass(frozen=True)
class Unplaced:
    """A question that cannot be kept, and why."""

    question: str
    reason: str


def to_squad(gold: Gold) -> dict[str, object]:
    """The JSON object of a SQuAD v2.0 file."""
    return {
        "version": "v2.0",
        "data": [
            {"title": entry.title, "paragraphs": [{"context": entry.text, "qas": [_qa(q) for q in entry.questions]}]}
            for entry in gold.articles
        ],
    }


def _qa(question: GoldQuestion) -> dict[str, object]:
    answers = zip(question.answers, question.answer_starts, strict=True)
    return {
        "id": question.id,
        "question": question.question,
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
        "is_impossible": question.impossible,
    }


def to_csv(located: Iterable[Located]) -> str:
    """A table with a header; stale questions come too, with the reason."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "start", "stale", "id"])
    for each in located:
        kept = each.kept
        starts = [start for start, _ in each.ranges] or [a.start for a in kept.accepted]
        rows = [(a.quote, str(start)) for a, start in zip(kept.accepted, starts, strict=True)] or [("", "")]
        for quote, start in rows:
            cells = (kept.question, quote, kept.article_id or "", start, each.stale or "", kept.id)
            writer.writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def read_incoming(path: Path, articles: Mapping[str, Article]) -> tuple[list[Incoming], list[Unplaced]]:
    """The questions of a SQuAD or CSV file, their answers found in the articles; and those that cannot be."""
    if path.suffix.lower() == CSV_SUFFIX:
        asked = _csv_rows(path)
    else:
        asked = [(q.question, entry.title, _marked(q)) for entry in read_gold(path).articles for q in entry.questions]
    incoming, unplaced = [], []
    for question, name, accepted in asked:
        try:
            incoming.append(placed(question, name, accepted, articles))
        except GoldError as error:
            unplaced.append(Unplaced(question, str(error)))
    return incoming, unplaced


def _marked(question: GoldQuestion) -> list[Accepted]:
    """The accepted answers with what surrounds them in the file's own context."""
    context = Article("", question.article, "", question.context)
    starts = zip(question.answers, question.answer_starts, strict=True)
    return [accept(context, start, start + len(text)) for text, start in dict.fromkeys(starts)]


def placed(question: str, name: str, accepted: Sequence[Accepted], articles: Mapping[str, Article]) -> Incoming:
    """The question with its answers where they stand in its article; `GoldError` says why they cannot be found."""
    named = [a for a in articles.values() if name in (a.id, a.title)]
    if not accepted:
        return Incoming(question, named[0].id if named else None, ())
    if name and not named and name != UNPLACED:
        raise GoldError(f"no article has the id or the title {name!r}")
    places = [(article, [find(article.text, each) for each in accepted]) for article in named or articles.values()]
    fitting = [(article, starts) for article, starts in places if None not in starts]
    if not fitting:
        where = name if named else "any article"
        nowhere = [each for at, each in enumerate(accepted) if all(starts[at] is None for _, starts in places)]
        words = " and ".join(f"“{each.quote}”" for each in nowhere or accepted)
        if not nowhere:
            raise GoldError(f"{words} do not stand in one article")
        raise GoldError(f"{words} {'do' if len(nowhere) > 1 else 'does'} not stand in {where}")
    if len(fitting) > 1:
        raise GoldError(f"“{accepted[0].quote}” stands in {len(fitting)} articles; name one")
    article, starts = fitting[0]
    found = ((at, each) for at, each in zip(starts, accepted, strict=True) if at is not None)
    return Incoming(question, article.id, tuple(accept(article, at, at + len(each.quote)) for at, each in found))


def _csv_rows(path: Path) -> list[tuple[str, str, list[Accepted]]]:
    """Question, article and accepted answers of each question; rows of one question and article are one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise GoldError(f"There is no file at {path}; check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} cannot be read as UTF-8 text ({error}).") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise GoldError(f"{path} lacks the column {', '.join(missing)}; its first line must name {', '.join(COLUMNS)}.")
    found: dict[tuple[str, str], list[str]] = {}
    for number, row in enumerate(reader, 2):
        question, answer, article = (_unharmed(row[name] or "").strip() for name in COLUMNS)
        if not question:
            raise GoldError(f"{path}, line {number}: the question is empty.")
        answers = found.setdefault((question, article), [])
        if answer:
            answers.append(answer)
    return [
        (question, article, [Accepted(a, 0, "", "") for a in answers]) for (question, article), answers in found.items()
    ]


def _harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _unharmed(cell: str) -> str:
    """The inverse of `_harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
