"""A conversation as a file: whole, readable, and harmless whatever the articles hold."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qa.conversation import Conversation, Problem, Turn
from qa.exporting import FORMATS, as_html, as_json, as_markdown
from qa.records import Answer
from tests.web.double import ALERT, COLLINS, Double

SIGNS = "<script>alert(1)</script> ${x} {{y}} [z](javascript:1)"
ANSWERED = replace(Double().ask("orbit"), understood="Apollo 11: who stayed in orbit?")
HOSTILE = Answer(SIGNS, ALERT.quote, 0.3, (ALERT,), (), (), {}, ALERT.quote)
CONVERSATION = Conversation(
    "0" * 32,
    turns=(
        Turn("Who stayed in orbit?", ANSWERED),
        Turn(SIGNS, HOSTILE),
        Turn("Where?", Double().ask("Peru")),
        Turn("Why?", Problem("This question is refused.")),
        Turn("When?"),
    ),
)


def test_markdown_has_every_question_its_quotes_and_where_they_stand() -> None:
    text = as_markdown(CONVERSATION)
    assert text.startswith("# Who stayed in orbit?\n\n## Who stayed in orbit?\n\nUnderstood as: Apollo 11")
    assert "Quite sure, 87 %." in text
    assert "> Michael Collins\n\nTwo Americans walk on the Moon, 21 July 1969, articles/moon.md, characters" in text
    assert "The articles do not say." in text
    assert "This question is refused." in text
    assert "Not answered yet." in text
    assert "<script>" not in text


def test_json_holds_the_answers_as_ask_prints_them() -> None:
    whole = json.loads(as_json(CONVERSATION))
    assert [turn["question"] for turn in whole["turns"]] == [turn.question for turn in CONVERSATION.turns]
    first = whole["turns"][0]["answered"]
    assert (first["answer"], first["understood"]) == ("Michael Collins", "Apollo 11: who stayed in orbit?")
    assert first["citations"][0]["start"] == COLLINS.start
    assert [turn["problem"] for turn in whole["turns"]] == [None, None, None, "This question is refused.", None]
    assert whole["turns"][4]["answered"] is None


def test_html_is_a_page_without_scripts_in_which_quotes_are_marked() -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(tag)

    page, tags = as_html(CONVERSATION), Tags()
    tags.feed(page)
    assert tags.seen.count("section") == 5
    assert not {"script", "img", "a", "link"} & set(tags.seen)
    assert "<mark>Michael Collins</mark> stayed behind in Columbia." in page


@pytest.mark.parametrize("ending", FORMATS)
def test_an_empty_conversation_is_a_file_too(ending: str) -> None:
    _, write = FORMATS[ending]
    assert "New conversation" in write(Conversation("0" * 32))
