from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from index.records import Refusal
from qa.conversation import Conversation, Problem, Turn
from qa.escaping import escape, time_element
from qa.presentation import percent
from qa.records import Answer, Nearest
from qa.web import markup
from qa.web.loading import Failed, Loading, Ready
from qa.web.markup import notice, status
from tests.web.double import ALERT, COLLINS, HORNET, Counts, Double


def conversation(turns: list[Turn], examples: tuple[str, ...] = (), ready: bool = True) -> str:
    return markup.conversation(Conversation("0" * 32, turns=tuple(turns)), examples, ready)


def test_escaped_text_holds_no_sign_of_markup_or_templates_and_reads_the_same() -> None:
    text = "<b>\"a\"</b> & 'b' ${x} {{y}} `z`"
    assert not set(escape(text)) & set("<>\"'{}$`")
    assert html.unescape(escape(text)) == text


@pytest.mark.parametrize(
    ("confidence", "figures"),
    [(0.0, "under 1 %"), (0.014, "1 %"), (0.87, "87 %"), (0.99, "99 %"), (0.994, "over 99 %"), (1.0, "over 99 %")],
)
def test_figures_never_claim_certainty(confidence: float, figures: str) -> None:
    assert percent(confidence) == figures


def test_dates_are_written_out_where_they_are_dates() -> None:
    assert time_element("2020-01-03") == "<time class='date' datetime='2020-01-03'>3 January 2020</time>"
    assert time_element("<soon>") == "<span class='date'>&lt;soon&gt;</span>"
    assert time_element(None) == ""


def test_the_quote_is_marked_in_its_sentence() -> None:
    shown = conversation([Turn("Who?", Double().ask("orbit"))])
    assert "<mark>Michael Collins</mark> stayed behind in Columbia." in shown
    assert f"data-start='{COLLINS.start}' data-end='{COLLINS.end}'" in shown


def test_agreement_of_articles_is_shown_and_said() -> None:
    answer = Answer("Who?", "Ada", 0.9, (COLLINS, ALERT), (), (), {}, "Ada")
    shown = conversation([Turn("Who?", answer)])
    assert "<p class='agreement'>Two articles agree.</p>" in shown
    assert "90 %. Two articles agree.'" in shown
    assert "agree" not in conversation([Turn("Who?", replace(answer, citations=(COLLINS, HORNET)))])


def test_only_the_last_turn_is_announced() -> None:
    turns = [Turn("One", Problem("No.")), Turn("Two")]
    assert re.findall("data-say='([^']*)'", conversation(turns)) == ["Looking through the articles …"]
    assert re.findall("data-say='([^']*)'", conversation(turns, ready=False)) == [
        "Waiting until the articles are ready …"
    ]


def test_abstaining_names_no_answer_and_cuts_long_passages_between_words() -> None:
    long = Nearest(HORNET.__class__(**{**HORNET.__dict__, "quote": "word " * 100}), 0.5)
    shown = conversation([Turn("Who?", Answer("Who?", None, 0.1, (), (), (long,), {}, best="secret guess"))])
    assert "The articles do not say." in shown
    assert "secret guess" not in shown
    assert "word …" in shown


def test_nothing_from_files_or_people_arrives_unescaped() -> None:
    answer = Answer("q", ALERT.quote, 0.3, (ALERT,), (), (Nearest(ALERT, 0.1),), {}, ALERT.quote)
    turns = [Turn("<q>", answer), Turn("<q>", Problem("<q>"))]
    shown = conversation(turns) + conversation([], ("<q>",)) + notice("<q>") + status(Failed("<q>"))
    shown += status(Loading("<q>", 1, 2)) + status(Ready(Double(report=Counts(refused=(Refusal("<q>", "<q>"),)))))
    for sign in ("<q>", "<img", "${", "{{"):
        assert sign not in shown


def test_progress_without_a_total_has_no_figures() -> None:
    assert "of" not in status(Loading("Starting", 0, 0))
    assert "value='3'" in status(Loading("Reading", 3, 42))
    assert "3 of 42" in status(Loading("Reading", 3, 42))
