from __future__ import annotations

import re
from collections import Counter
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
VOID = {"meta", "link", "img", "br"}


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


def test_is_one_sound_file_that_runs_and_fetches_nothing() -> None:
    page = render(evaluation())
    found = outline(page)
    assert found.closed
    assert not found.tags.keys() & {"script", "img", "link", "iframe", "object"}
    assert not {name for name, _ in found.attributes} & {"src", "onclick", "onload", "style"}
    assert all(value.startswith("#") for name, value in found.attributes if name == "href")
    assert ("http-equiv", "Content-Security-Policy") in found.attributes
    assert "url(" not in page


def test_shows_hostile_text_as_text() -> None:
    text = "".join(outline(render(evaluation())).words)
    assert "Pass what <b>first</b>?" in text
    assert TITLE in text
    assert '<script>alert("x")</script>' in text
    assert '<img src="http://example.org/a.png">' in text


def test_every_anchor_leads_to_a_stage_with_its_questions() -> None:
    found = outline(render(evaluation()))
    ids = {value for name, value in found.attributes if name == "id"}
    targets = {value[1:] for name, value in found.attributes if name == "href"}
    assert targets == ids == {"wrong", "reading", "abstaining", "answering"}
    assert found.tags["article"] == 3


def test_holds_two_charts_and_the_figures() -> None:
    page = render(evaluation())
    found = outline(page)
    assert found.tags["svg"] == 2
    assert found.tags["rect"] == 3  # one bar for each bin that holds an answer
    text = "".join(found.words)
    assert "Exact match" in text
    assert "Recall at 20" in text
    points = re.findall(r'class="curve" points="([^"]*)"', page)
    assert len(points[0].split()) == 3


def test_isolated_leaves_retrieval_out() -> None:
    text = "".join(outline(render(evaluation(isolated=True))).words)
    assert "Recall" not in text
    assert "each question read in its own context" in text


def test_follows_light_and_dark() -> None:
    page = render(evaluation())
    assert "color-scheme: light dark" in page
    assert "prefers-color-scheme: dark" in page
