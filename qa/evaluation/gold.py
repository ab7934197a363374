"""Gold questions: SQuAD v1.1 and v2.0 files read into records, and the articles such a file holds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from index.articles import article_from_text
from index.errors import QuothError, RefusedError
from index.records import Article

BLANK_LINE = "\n\n"
Checked = TypeVar("Checked")


class GoldError(QuothError):
    """The gold questions cannot be used."""


@dataclass(frozen=True)
class GoldQuestion:
    """One question with its accepted answers; `answer_starts` count characters of `context`, one an answer."""

    id: str
    question: str
    answers: tuple[str, ...]  # as annotators gave them, repeats included; empty where the question is unanswerable
    answer_starts: tuple[int, ...]
    article: str  # title
    context: str
    impossible: bool


@dataclass(frozen=True)
class GoldArticle:
    """One entry of `data`: a title, its paragraphs and the questions about them."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[GoldQuestion, ...]

    @property
    def text(self) -> str:
        """The paragraphs as one article, joined by blank lines."""
        return BLANK_LINE.join(self.paragraphs)


@dataclass(frozen=True)
class Gold:
    """A file of gold questions."""

    source: str
    articles: tuple[GoldArticle, ...]

    @property
    def questions(self) -> tuple[GoldQuestion, ...]:
        """All questions in the order of the file."""
        return tuple(question for article in self.articles for question in article.questions)

    @property
    def has_impossible(self) -> bool:
        """Whether any question is unanswerable."""
        return any(question.impossible for question in self.questions)


class Place(NamedTuple):
    """Where in a gold file we are, for error messages."""

    file: Path
    path: str

    def __truediv__(self, step: str) -> Place:
        """One step further in: a key, or a key with its position."""
        return Place(self.file, f"{self.path}.{step}" if self.path else step)

    def error(self, wrong: str) -> GoldError:
        """The error that says what is wrong here."""
        return GoldError(f"{self.file} is no SQuAD file: {self.path or 'the file'} {wrong}.")


def read_gold(path: Path) -> Gold:
    """The questions of a SQuAD v1.1 or v2.0 file; `GoldError` names the file and the place that is wrong.

    A question without answers is unanswerable, as the official v2.0 script counts it, whether or not it says so.
    """
    return gold_from_json(_read(path), path)


def gold_from_json(text: str, name: Path) -> Gold:
    """The questions of the text of a SQuAD file called `name`; errors as `read_gold`."""
    place = Place(name, "")
    entries = _list(_parse(text, name), "data", place)
    gold = Gold(str(name), tuple(_article(entry, place / f"data[{i}]") for i, entry in enumerate(entries)))
    if not gold.questions:
        raise GoldError(f"{name} holds no questions; give a SQuAD file with at least one.")
    repeated = [id_ for id_, count in Counter(question.id for question in gold.questions).items() if count > 1]
    if repeated:
        raise GoldError(f"{name}: {len(repeated)} question ids stand more than once, first {repeated[0]!r}; "
                        "give each question its own id.")  # fmt: skip
    return gold


def articles_from_gold(gold: Gold) -> list[Article]:
    """Each entry of `data` as one article, its paragraphs joined by blank lines; its id is its title, made unique."""
    seen: Counter[str] = Counter()
    articles = []
    for entry in gold.articles:
        seen[entry.title] += 1
        id_ = entry.title if seen[entry.title] == 1 else f"{entry.title} ({seen[entry.title]})"
        articles.append(as_article(entry.text, id_, entry.title, gold.source))
    return articles


def as_article(text: str, id_: str, title: str, source: str) -> Article:
    """Text of a gold file as an article, its front matter and the like found as in a file."""
    try:
        return article_from_text(text, id=id_, source=source, title=title)
    except RefusedError:
        # A file of nothing but headings is no article, yet a context that a question is asked about is always read.
        return Article(id=id_, title=title, source=source, text=text)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise GoldError(f"There is no file of gold questions at {path}; check the path.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise GoldError(f"{path} cannot be read ({error.strerror}); give a SQuAD file in JSON.") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None


def _parse(text: str, name: Path) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise GoldError(f"{name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise GoldError(f"{name} is nested too deeply to be a SQuAD file.") from None


def _article(entry: object, place: Place) -> GoldArticle:
    title = _text(entry, "title", place)
    paragraphs, questions = [], []
    for i, paragraph in enumerate(_list(entry, "paragraphs", place)):
        here = place / f"paragraphs[{i}]"
        context = _text(paragraph, "context", here)
        paragraphs.append(context)
        for j, qa in enumerate(_list(paragraph, "qas", here)):
            questions.append(_question(qa, title, context, here / f"qas[{j}]"))
    return GoldArticle(title, tuple(paragraphs), tuple(questions))


def _question(qa: object, title: str, context: str, place: Place) -> GoldQuestion:
    id_, question = _text(qa, "id", place), _text(qa, "question", place)
    answers = _list(qa, "answers", place)
    places = [place / f"answers[{i}]" for i in range(len(answers))]
    texts = tuple(_text(answer, "text", here) for answer, here in zip(answers, places, strict=True))
    starts = tuple(_field(answer, "answer_start", int, here) for answer, here in zip(answers, places, strict=True))
    for text, start, here in zip(texts, starts, places, strict=True):
        if start < 0 or not context.startswith(text, start):
            there = context[max(start, 0) : max(start, 0) + len(text)]
            raise here.error(f"says that {text!r} stands at character {start} of its context, where {there!r} stands")
    if texts and isinstance(qa, dict) and qa.get("is_impossible"):
        raise place.error("says is_impossible and yet lists answers")
    return GoldQuestion(id_, question, texts, starts, title, context, impossible=not texts)


def _field(holder: object, key: str, kind: type[Checked], place: Place) -> Checked:
    if not isinstance(holder, dict):
        raise place.error(f"is not an object with {key!r}")
    if key not in holder:
        raise place.error(f"lacks {key!r}")
    value = holder[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise (place / key).error(f"is {type(value).__name__}, not {kind.__name__}")
    return value


def _text(holder: object, key: str, place: Place) -> str:
    text = _field(holder, key, str, place)
    if not text.strip():
        raise (place / key).error("is empty")
    return text


def _list(holder: object, key: str, place: Place) -> list[object]:
    return _field(holder, key, list, place)
