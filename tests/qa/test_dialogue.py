"""What a question leaves out, and where it is taken from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.records import Hit, Passage
from qa.dialogue import Earlier, leans, lifted, surest, topic, understandings
from qa.english import names
from qa.quoth import Quoth
from qa.records import Answer

ROULE = Earlier("Who led the Iran mission at the CIA?", "Norman Roule", ("cia.md",))
MOON = Earlier("When did Neil Armstrong step on the Moon?", "July 20, 1969", ("moon.md",))
TREES = Earlier("How many coffee trees did the frost destroy?", "230 million")
DEAD = Earlier("How many people died in 2018?", "57")


def answer(confidence: float, text: str = "a") -> Answer:
    return Answer("q", text, confidence, (), (), (), {}, text)


@pytest.mark.parametrize(
    "question",
    [
        "When did he retire?", "how old was she", "Where was it built?", "How many of them survived?", "Why?",
        "By whom?", "What became of him?",
        "And in 2019?", "What about Aldrin?", "And Aldrin?", "Aldrin?", "what year", "How many?", "And who led it?",
        "What did they say about that?",
    ],
)  # fmt: skip
def test_pronouns_and_fragments_lean_on_what_was_asked_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who stayed in orbit?", "How old was the guard when he drew it?", "When did Carter say that it was over?",
        "Which party leader dropped his motion?", "How many people died?", "What happened there during the strike?",
        "waiting time for ships at Mombasa in 2017", "Who decided that the poet held in Kandaru should go free?",
    ],
)  # fmt: skip
def test_a_question_with_its_own_antecedent_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize(
    ("question", "earlier", "first"),
    [
        ("When did he retire?", ROULE, "Norman Roule, Iran, CIA: when did he retire?"),
        ("And in 2019?", DEAD, "How many people died in 2019?"),
        ("what about 2019", DEAD, "How many people died in 2019?"),
        ("And Aldrin?", MOON, "When did Aldrin step on the Moon?"),
        ("Why?", MOON, "Why did Neil Armstrong step on the Moon?"),
        ("Why?", ROULE, "Why Norman Roule led the Iran mission at the CIA?"),
        ("Where?", TREES, "Where did the frost destroy coffee trees?"),
        ("What for?", MOON, "What did Neil Armstrong step on the Moon for?"),
        ("Why?", Earlier("Norman Roule: when did he retire?", "2017"), "Norman Roule: why did he retire?"),
        ("And Aldrin?", Earlier("Armstrong, Moon: how old was he?", "38"), "Aldrin, Moon: how old was he?"),
        ("And before that?", DEAD, "How many people died in 2018 before that?"),
        ("How many were injured?", DEAD, "people died 2018: how many were injured?"),
    ],
)
def test_what_is_left_out_is_put_beside_or_in_its_place(question: str, earlier: Earlier, first: str) -> None:
    assert first in understandings(question, [earlier])


def test_without_earlier_questions_there_is_nothing_to_understand() -> None:
    assert understandings("When did he retire?", []) == []


def test_what_the_question_names_is_no_topic() -> None:
    assert topic("And who founded the CIA?", [MOON, ROULE]) == "Norman Roule, Iran"
    assert topic("And where did Norman Roule meet the CIA's Iran mission?", [ROULE]) == ""


def test_the_topic_reaches_back_to_where_it_began() -> None:
    began = Earlier("Who saw Carla?", "Dora Dean")
    asked = [MOON, began, Earlier("Dora Dean, Carla: when?", "Monday"), Earlier("How many people came?", "Fifty-seven")]
    assert topic("Why?", asked) == "Dora Dean, Carla"
    assert topic("Why?", [*asked, ROULE]) == "Norman Roule, Iran, CIA"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who was Qassem Soleimani?", ["Qassem Soleimani"]),
        ("What did the U.S. Supreme Court say?", ["U.S. Supreme Court"]),
        ("Apollo 13 landed when?", ["Apollo 13"]),
        ("Wher was Abu Mahdi al-Muhandis born?", ["Abu Mahdi al-Muhandis"]),
        ("Who stopped the Asian influenza?", ["Asian influenza"]),
        ("When did the Titanic sink?", ["Titanic"]),
        ("Where is it?", []),
        ("What was Tesla's first job?", ["Tesla"]),
    ],
)
def test_names_begin_with_capitals_and_question_words_are_none(question: str, found: list[str]) -> None:
    assert names(question) == found


def test_the_surest_answer_is_taken_and_the_question_as_it_stands_where_two_are_equal() -> None:
    alone, other = answer(0.6), answer(0.6, "b")
    assert surest("Who stayed in orbit?", [alone, other], [ROULE]) is alone
    assert surest("Who stayed in orbit?", [alone, other, best := answer(0.99)], [ROULE]) is best


def test_a_fragment_asks_for_something_else_than_was_answered_unless_nothing_else_is_found() -> None:
    same, new = answer(0.9, "Norman Roule"), answer(0.5, "b")
    assert surest("And Aldrin?", [same, new], [ROULE]) is new
    assert surest("And Aldrin?", [same], [ROULE]) is same


def test_a_question_that_names_what_it_is_about_is_not_touched() -> None:
    assert understandings("When did Bruderer die?", [ROULE]) == []
    assert understandings("And when did Bruderer die?", [ROULE]) != []


def test_passages_of_the_articles_in_question_are_lifted() -> None:
    hits = [Hit(Passage(name, 0, 9), score, 0.5, 1, 1) for name, score in (("a", 0.9), ("b", 0.85), ("c", 0.3))]
    assert [hit.passage.article_id for hit in lifted(hits, {"b", "c"}, by=0.1)] == ["b", "a", "c"]


@pytest.mark.model
def test_a_follow_up_is_answered_in_the_light_of_what_was_asked_before(quoth: Quoth) -> None:
    died = Earlier("How many people died when Mount St. Helens erupted?", "Fifty-seven")
    answer = quoth.ask("And Pinatubo?", earlier=[died])
    assert answer.understood == "How many people died when Pinatubo erupted?"
    assert (answer.question, answer.text) == ("And Pinatubo?", "850")
    alone = quoth.ask("When did the Berlin Wall fall?", earlier=[died])
    assert replace(alone, timings_ms={}) == replace(quoth.ask("When did the Berlin Wall fall?"), timings_ms={})
