from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from index.records import Article
from qa.web.article import REACH, article_view, blocks
from tests.web.double import ALERT, COLLINS, HOSTILE, MOON


def plain(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup))


def marked(markup: str) -> list[str]:
    return [html.unescape(each) for each in re.findall("<mark[^>]*>(.*?)</mark>", markup, re.DOTALL)]


def test_blocks_follow_paragraphs_headings_and_what_is_skipped() -> None:
    kinds = [(block.kind, MOON.text[block.start : block.end]) for block in blocks(MOON)]
    assert kinds[0] == ("text", "Men from Earth have stood on another world.")
    assert ("heading", "## The third man") in kinds
    assert ("skipped", "Advertisement") in kinds
    assert not any("title:" in text for _, text in kinds)


def test_the_quote_is_marked_once_and_can_be_found() -> None:
    shown = article_view(MOON, {"quote": (COLLINS.start, COLLINS.end)})
    assert marked(shown) == ["Michael Collins"]
    assert shown.count("id='quoth-quote'") == 1
    assert "<h3>The third man</h3>" in shown


def test_the_passage_is_tinted_around_the_quote_and_no_text_is_lost() -> None:
    article = Article("a", "T", "s", "One two.\n\nThree four. Five.")
    shown = article_view(article, {"quote": (10, 15)}, (4, 21))
    assert re.findall("<span class='passage'>(.*?)</span>", shown) == [
        "two.", "<mark id='quoth-quote' tabindex='-1' class='quote'>Three</mark>", " four."
    ]  # fmt: skip
    assert plain(shown).endswith("One two.Three four. Five.")


def test_a_quote_across_paragraphs_is_marked_in_each_with_one_anchor() -> None:
    article = Article("a", "T", "s", "One two.\n\nThree four.")
    shown = article_view(article, {"quote": (4, 15)})
    assert marked(shown) == ["two.", "Three"]
    assert shown.count("id='quoth-quote'") == 1


def test_marks_of_two_kinds_may_overlap() -> None:
    shown = article_view(Article("a", "T", "s", "One two three."), {"found": (0, 7), "expected": (4, 13)})
    kinds = re.findall("<mark (?:id='quoth-quote' tabindex='-1' )?class='([^']*)'>(.*?)</mark>", shown)
    assert kinds == [("found", "One "), ("found expected", "two"), ("expected", " three")]


@pytest.mark.parametrize("text", ["One.\n\nTwo.", "One.\r\n\r\nTwo.", "One.\n \nTwo.", "One.\nTwo."])
def test_paragraphs_end_at_blank_lines_or_at_lines_where_there_are_none(text: str) -> None:
    shown = article_view(Article("a", "T", "s", text), {"quote": (0, 3)})
    assert [
        each.strip() for each in re.findall(r"<p data-start='\d+'>(.*?)</p>", re.sub("</?mark[^>]*>", "", shown))
    ] == ["One.", "Two."]


def test_the_title_does_not_stand_twice() -> None:
    text = "# The title\n\nOne."
    shown = article_view(Article("a", "The title", "s", text, headings=((0, 11),)), {"quote": (13, 16)})
    assert plain(shown).count("The title") == 1


def test_every_character_of_the_article_proper_is_shown() -> None:
    text = " ".join(MOON.text[MOON.skipped[0][1] :].replace("## ", "").split())
    assert text in " ".join(plain(article_view(MOON, {"quote": (0, 0)}).replace("</", " </")).split())


def test_hostile_articles_stay_text() -> None:
    shown = article_view(HOSTILE, {"quote": (ALERT.start, ALERT.end)})
    for sign in ("<img", "<script", "<b>", "${", "{{", "href"):
        assert sign not in shown
    assert HOSTILE.title in plain(shown)


def test_only_web_addresses_become_links() -> None:
    linked = article_view(replace(MOON, url='https://example.org/"x'), {"quote": (0, 0)})
    assert "<a href='https://example.org/&quot;x' target='_blank' rel='noopener noreferrer'>" in linked


def test_far_parts_of_a_very_long_article_are_left_out_and_that_is_said() -> None:
    text = "\n\n".join(f"Paragraph {number} " + "x" * 1000 for number in range(REACH // 200))
    shown = article_view(Article("a", "T", "s", text), {"quote": (0, 9)})
    assert "Paragraph 0 " in plain(shown)
    assert f"Paragraph {REACH // 200 - 1} " not in shown
    assert "The article is longer." in shown
    end = article_view(Article("a", "T", "s", text), {"quote": (len(text) - 9, len(text))})
    assert "Paragraph 0 " not in end
    assert "The article is longer." in end
    assert "The article is longer." not in article_view(MOON, {"quote": (0, 0)})
