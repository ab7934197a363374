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
from qa.english import (
    ASKS_FOR_WORDS,
    AUXILIARIES,
    BARE,
    BEFORE_SUBJECT,
    DEFINITE,
    FUNCTION_WORDS,
    NOUN,
    NUMBER,
    OPENER,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORDS,
    WHAT_OF,
    content_words,
    names,
)
from qa.normalise import normalise
from qa.records import Answer

REMEMBERED = 3  # questions of a conversation that a later one may lean on
_LIFT = 0.1  # of the fused score, for passages of the articles that earlier answers came from
_FRAGMENT, _OPENED_FRAGMENT = 2, 7  # most words of a fragment, alone and after an opening "and"
_MOST_TOPICS = 4  # names
_MOST_REPLACED = 2  # names of a topic that a fragment may stand for


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


def surest(question: str, answers: Sequence[Answer], earlier: Sequence[Earlier]) -> Answer:
    """The surest of the answers to a question as it stands and to its understandings, the first where two are equal.

    A fragment asks for something else than what was answered last; the same again counts where nothing else is found.
    """
    if earlier and _is_fragment(question):
        answers = [each for each in answers if each.text is not None and not _repeats(each, earlier[-1])] or answers
    return max(answers, key=lambda answer: answer.confidence)


def leans(question: str) -> bool:
    """Whether the form of a question shows that it leaves something out.

    It opens with "and", is a fragment of few words, or has a pronoun before which nothing is named.
    """
    rest = _opened(question)
    if rest != question.strip() or _is_fragment(question) or BARE.fullmatch(_bare(rest)):
        return True
    pronoun = PRONOUN.search(rest)
    if pronoun is None:
        return False
    before = rest[: pronoun.start()]
    return len(content_words(before)) <= 1 and not names(before) and NOUN.search(before) is None


def understandings(question: str, earlier: Sequence[Earlier]) -> list[str]:
    """The question in the light of the earlier ones (oldest first); none where it names what it is about."""
    if not earlier or (names(question) and not leans(question)):
        return []
    last, rest = earlier[-1], _opened(question)
    ways: list[str] = []
    if BARE.fullmatch(_bare(rest)):
        ways += _with_another_question_word(_bare(rest), last)
    elif _is_fragment(question):
        ways += _substituted(_bare(rest), last)
    if (not ways or not names(f"is {rest}")) and (about := topic(question, earlier)):
        ways.append(f"{about}: {_lower_first(rest)}")
    return list(dict.fromkeys(ways))


def topic(question: str, earlier: Sequence[Earlier]) -> str:
    """What a conversation is about that the question does not name: names in the last answers and questions.

    Where there are none, the words of the last question that carry meaning.
    """
    found: list[str] = []
    for each in reversed(earlier):
        about, asked = _parted(each.question)
        said = names(f"is {each.answer}") if each.answer is not None and not NUMBER.search(each.answer) else []
        named = names(asked)
        found += [*said, *named, *(part for part in about.split(", ") if part)]
        if each is earlier[-1]:
            found += DEFINITE.findall(asked)
        if named and not about:
            break  # here began what is talked of
    asked = question.lower()
    named = [name for name in dict.fromkeys(found) if name.lower() not in asked]
    return ", ".join(named[:_MOST_TOPICS]) or ("" if found else " ".join(content_words(earlier[-1].question)))


def _opened(question: str) -> str:
    """The question less an opener such as "And" or "What about"."""
    return question.strip()[OPENER.match(question.strip()).end() :].strip()  # type: ignore[union-attr]


def _bare(question: str) -> str:
    return question.strip().rstrip("?!. ").strip()


def _asks(question: str) -> bool:
    words = [word.lower() for word in re.findall(r"[\w’']+", question)]
    return any(word in QUESTION_WORDS or word in AUXILIARIES for word in words[:4])


def _is_fragment(question: str) -> bool:
    """Whether a question neither asks nor says: few words without question word or auxiliary, more after "And"."""
    rest = _opened(question)
    most = _FRAGMENT if rest == question.strip() else _OPENED_FRAGMENT
    return not _asks(rest) and len(rest.split()) <= most


def _lower_first(text: str) -> str:
    first = re.match(r"\w+", text)
    return text[:1].lower() + text[1:] if first and first.group().lower() in FUNCTION_WORDS else text


def _substituted(fragment: str, last: Earlier) -> Iterator[str]:
    """The last question with the fragment in the place of what it corresponds to; at its end where there is nothing."""
    about, asked = _parted(last.question)
    core = fragment
    while PREPOSITION.match(core):
        core = PREPOSITION.sub("", core, count=1)
    numbers, old_numbers = NUMBER.findall(core), NUMBER.findall(asked)
    named = bool(names(f"is {core}"))
    if numbers and old_numbers and not named:
        yield f"{asked.replace(old_numbers[-1], numbers[0])}?"
        return
    replaced = names(asked)[::-1] if named else []
    if fragment.lower().startswith("the ") and (noun := re.search(r"\bthe [a-z]\w+", asked)):
        replaced = [noun.group()]
        core = fragment
    for name in replaced:
        yield f"{asked.replace(name, core, 1)}?"
    parts = about.split(", ") if about and named else []
    for part in parts[:_MOST_REPLACED]:
        yield f"{about.replace(part, core)}: {asked}?"
    if not replaced and not parts:
        yield f"{_bare(last.question)} {_lower_first(fragment)}?"


def _parted(understood: str) -> tuple[str, str]:
    """The topic that was put before an earlier question, "" where none was, and the question itself."""
    about, mark, asked = _bare(understood).partition(": ")
    return (about, asked) if mark else ("", about)


def _with_another_question_word(word: str, last: Earlier) -> Iterator[str]:
    """The last question asked with another question word: "When did X retire?" and "Why?" give "Why did X retire?".

    What the question asked for comes back at its end: its noun ("How many trees did it destroy?"), or the answer.
    """
    about, asked = _parted(last.question)
    word, _, after = word.partition(" ") if word.lower() in WHAT_OF else (word, "", "")
    words, before = asked.split(), f"{about}: {word.lower()}" if about else word.capitalize()
    place = next((i for i, w in enumerate(words[:7]) if w.lower() in AUXILIARIES), 0)
    blank = last.answer if last.answer is not None and words and words[0].lower() in ASKS_FOR_WORDS else ""
    if place > 0 and words[place].lower() in BEFORE_SUBJECT:
        noun = " ".join(w for w in words[1:place] if w.lower() not in FUNCTION_WORDS)
        parts = [before, *words[place:], noun or ("" if after else blank), after]
    elif place > 0:
        parts = [before, words[place], blank, *words[place + 1 :], after]
    else:
        parts = [before, blank, *words[1:]]
    yield f"{' '.join(filter(None, parts))}?"


def _repeats(answer: Answer, last: Earlier) -> bool:
    return last.answer is not None and normalise(answer.best) == normalise(last.answer)
