from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from qa.evaluation.evaluate import Evaluation, evaluate
from qa.evaluation.gold import GoldArticle
from qa.evaluation.report import render
from tests.qa.evaluation.double import WordOverlap, gold_of, gold_question, plain_article

HOSTILE = 'Pass <script>alert("x")</script> & <img src="http://example.org/a.png">.'
TITLE = "<i>Passes</i>"
ENTRY = GoldArticle(
    TITLE,
    (HOSTILE,),
    (
        gold_question("a", "Pass what <b>first</b>?", HOSTILE, '<script>alert("x")</script>', title=TITLE),
        gold_question("b", "Pass whom?", HOSTILE, title=TITLE),
        gold_question("c", "Pass to where?", HOSTILE, "Pass", title=TITLE),
    ),
)
TABLE = {
    "Pass what <b>first</b>?": ('<img src="http://example.org/a.png">', 0.75),
    "Pass whom?": ("<script>", 0.65),
    "Pass to where?": ("Pass", 0.25),
}
VOID = {"meta", "link", "img", "br", "input"}


class Outline(HTMLParser):
    """Tags, attributes, ids and text of a page; fails on a tag that is closed out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def closed(self) -> bool:
        return not self._open


def evaluation(isolated: bool = False) -> Evaluation:
    return evaluate(gold_of(ENTRY), WordOverlap([plain_article("a", TITLE, HOSTILE)], TABLE), isolated=isolated)


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser


def test_is_one_sound_file_that_fetches_nothing_and_runs_one_script_of_ours() -> None:
    page = render(evaluation())
    found = outline(page)
    assert found.closed
    assert found.tags["script"] == 1
    assert not found.tags.keys() & {"img", "link", "iframe", "object"}
    assert not {name for name, _ in found.attributes} & {"src", "href", "onclick", "onload", "style"}
    assert "url(" not in page
    script = page.split("<script>")[-1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(value for _, value in found.attributes if "default-src" in value)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_shows_hostile_text_as_text() -> None:
    text = "".join(outline(render(evaluation())).words)
    assert "Pass what <b>first</b>?" in text
    assert TITLE in text
    assert '<script>alert("x")</script>' in text
    assert '<img src="http://example.org/a.png">' in text


def test_the_table_holds_every_question_with_its_outcome() -> None:
    page = render(evaluation())
    assert re.findall(r'<tr id="q\d" data-outcome="(\w+)">', page) == ["reading", "answering", "abstaining"]
    assert outline(page).tags["details"] == 3


def test_the_figures_of_own_contexts_stand_beside() -> None:
    beside = replace(evaluation(), own_context=evaluation(isolated=True).summary)
    page = render(beside)
    assert "Own context" in page
    row = page.split('<th scope="row">Answerable (2), exact match</th>')[1].split("</tr>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', row) == ["0.00 %", "0.00 %"]
    assert "Own context" not in render(evaluation())


def test_marks_expected_and_found_words_in_two_ways() -> None:
    page = render(evaluation())
    assert '<mark class="expected">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</mark>' in page
    assert '<mark class="found">&lt;img src=&quot;http://example.org/a.png&quot;&gt;</mark>' in page


def test_holds_five_charts_and_the_figures() -> None:
    found = outline(render(evaluation()))
    assert found.tags["svg"] == 5
    text = "".join(found.words)
    for name in ("Exact match", "Recall at 20", "Citation precision", "Could answer with 90 % right", "retrieve"):
        assert name in text


def test_the_threshold_in_force_stands_on_the_curve() -> None:
    text = "".join(outline(render(evaluation())).words)
    assert "the threshold in force answers 67% of the questions, 100% of these wrong" in text


def test_isolated_leaves_retrieval_out() -> None:
    text = "".join(outline(render(evaluation(isolated=True))).words)
    assert "Recall" not in text
    assert "each question read in its own context" in text


def test_follows_light_and_dark() -> None:
    page = render(evaluation())
    assert "color-scheme: light dark" in page
    assert "prefers-color-scheme: dark" in page
