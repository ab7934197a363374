"""Follow-up questions: what a question leaves out is taken from the questions and answers before it.

No language model writes: words of the conversation are put beside, or in the place of, words of the question, and
`Quoth` keeps the understanding that the articles bear out. Sources: ellipsis resolved by putting the fragment in the
place of what it corresponds to (Dalrymple, Shieber & Pereira 1991); earlier entities as topics (Centering: Grosz, Joshi
& Weinstein 1995).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from index.records import Hit
from qa.records import Answer

_OPENER = re.compile(r"(?:(?:and|but|also|or|so|then|ok|okay)\b[ ,]*)*(?:(?:what|how) about\b ?)?", re.IGNORECASE)
_BARE = re.compile(
    r"(?:by |with |from |to |for |in |on |at |since |until |of )?"
    r"(?:who|whom|whose|why|where|when|how|(?:what|which) (?:year|day|date|time|place|country|city|one)|what for"
    r"|how (?:many|much|long|old|far|often|high|big|large|fast|come|so))(?: else| exactly| then)?",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_QUESTION_WORDS = _words("who whom whose what which when where why how")
_AUXILIARIES = _words("did do does was were is are am has have had can could will would shall should may might must")
_PRONOUNS = _words(
    "he him his she her hers it its they them their theirs this that these those there then one ones such both "
    "himself herself itself themselves"
)
_FUNCTION_WORDS = (
    _QUESTION_WORDS
    | _AUXILIARIES
    | _PRONOUNS
    | _words(
        "a an the and or but of in on at by to from for with about as into over after before under between during "
        "since until than not no so if be been being get got many much long old i you we us me my your our s what's"
    )
)
_NAME = re.compile(r"\b[A-Z][\w’'.-]*(?: (?:(?:of|de|van|von|al|bin|the|and) )?[A-Z0-9][\w’'.-]*)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_LIFT = 0.1  # of the fused score, for passages of the articles that earlier answers came from
_LEAD = 0.2  # of confidence that an understanding needs over a question that seems to stand alone
_MOST_NAMES = 6  # words of an answer that may be what is asked about next


@dataclass(frozen=True)
class Earlier:
    """An earlier question of the conversation as it was understood, its answer, and the articles cited for it."""

    question: str
    answer: str | None
    article_ids: tuple[str, ...] = ()


def lifted(hits: Sequence[Hit], about: Set[str], by: float = _LIFT) -> list[Hit]:
    """The hits with those of the articles `about` lifted, best first."""
    raised = [replace(hit, score=hit.score + by) if hit.passage.article_id in about else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def choose(question: str, alone: Answer, others: Sequence[Answer]) -> Answer:
    """The answer to the question as it stands or to one of its understandings: where it leans, the surest of these."""
    best = max(others, key=lambda answer: answer.confidence, default=alone)
    need = -1.0 if leans(question) else alone.confidence + _LEAD
    return best if best.confidence > need else alone


def leans(question: str) -> bool:
    """Whether the form of a question shows that it leaves something out: a pronoun, a fragment, an opening "and"."""
    rest = _opened(question)
    if rest != question.strip() or _BARE.fullmatch(_bare(rest)):
        return True
    words = [word.lower() for word in re.findall(r"[\w’']+", rest)]
    return any(word in _PRONOUNS for word in words) or not any(w in _QUESTION_WORDS | _AUXILIARIES for w in words)


def understandings(question: str, earlier: Sequence[Earlier]) -> list[str]:
    """The question in the light of the earlier ones (oldest first), the likeliest ways first; each once."""
    if not earlier:
        return []
    return list(dict.fromkeys(_understandings(question.strip(), earlier)))


def _understandings(question: str, earlier: Sequence[Earlier]) -> Iterator[str]:
    last, rest = earlier[-1], _opened(question)
    if _BARE.fullmatch(_bare(rest)):
        yield from _with_another_question_word(_bare(rest), last)
    elif not _asks(rest):
        yield from _substituted(_bare(rest), last)
    for topic in topics(earlier):
        yield f"{topic}: {_lower_first(rest)}"


def topics(earlier: Sequence[Earlier]) -> list[str]:
    """What a conversation is about, the likeliest first: names in the last answer, then in the questions, latest first.

    Where there are none, the words of the last question that carry meaning.
    """
    found: list[str] = []
    for each in reversed(earlier):
        asked = ", ".join(names(each.question))
        said = each.answer if each.answer is not None and _is_name(each.answer) else ""
        found += [said, asked] if each is earlier[-1] else [asked, said]
    found.append(" ".join(content_words(earlier[-1].question)))
    return [topic for topic in dict.fromkeys(found) if topic]


def names(question: str) -> list[str]:
    """Runs of words with a capital letter, less a question word that begins the question."""
    found = []
    for match in _NAME.finditer(question):
        words = match.group().rstrip(".").removesuffix("'s").removesuffix("’s").split(" ")
        while words and words[0].lower() in _FUNCTION_WORDS:
            words = words[1:]
        if words and not (match.start() == 0 and len(words) == 1 and not _asks_later(question)):
            found.append(" ".join(words))
    return found


def content_words(question: str) -> list[str]:
    """The words of a question that are no function words."""
    return [word for word in re.findall(r"[\w’'-]+", question) if word.lower() not in _FUNCTION_WORDS]


def _asks_later(question: str) -> bool:
    """Whether a question begins with something other than a question word or auxiliary: "Apollo 13 landed when?"."""
    first = re.findall(r"[\w’']+", question.lower())[:1]
    return bool(first) and first[0] not in _FUNCTION_WORDS


def _opened(question: str) -> str:
    """The question less an opener such as "And" or "What about"."""
    return question.strip()[_OPENER.match(question.strip()).end() :].strip()  # type: ignore[union-attr]


def _bare(question: str) -> str:
    return question.strip().rstrip("?!. ").strip()


def _asks(question: str) -> bool:
    words = [word.lower() for word in re.findall(r"[\w’']+", question)]
    return any(word in _QUESTION_WORDS or word in _AUXILIARIES for word in words[:4])


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) <= _MOST_NAMES and bool(names(f"is {text}")) and not _NUMBER.search(text)


def _lower_first(text: str) -> str:
    first = re.match(r"\w+", text)
    return text[:1].lower() + text[1:] if first and first.group().lower() in _FUNCTION_WORDS else text


def _substituted(fragment: str, last: Earlier) -> Iterator[str]:
    """The last question with the fragment in the place of what it corresponds to; at its end where there is nothing."""
    asked = _bare(last.question)
    numbers, old_numbers = _NUMBER.findall(fragment), _NUMBER.findall(asked)
    if numbers and old_numbers and not names(f"is {fragment}"):
        yield f"{asked.replace(old_numbers[-1], numbers[0])}?"
    elif not numbers or names(f"is {fragment}"):
        for name in reversed(names(asked)):
            yield f"{asked.replace(name, fragment)}?"
    yield f"{asked} {_lower_first(fragment)}?"


def _with_another_question_word(word: str, last: Earlier) -> Iterator[str]:
    """The last question asked with another question word: "When did X retire?" and "Why?" give "Why did X retire?"."""
    words = _bare(last.question).split()
    place = next((i for i, w in enumerate(words[:7]) if w.lower() in _AUXILIARIES), None)
    if place is not None and place > 0:
        said = f" {last.answer}" if last.answer is not None and words[0].lower() in ("what", "which", "who") else ""
        yield f"{word.capitalize()} {' '.join(words[place:])}{said}?"
    if last.answer is not None and words and words[0].lower() in _QUESTION_WORDS:
        yield f"{word.capitalize()}: {last.answer} {' '.join(words[1:])}?"
    yield f"{word.capitalize()}: {' '.join(words)}?"
