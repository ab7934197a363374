"""Citations in four styles: what each holds, what is missing, and what could break out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.records import Citation
from qa.styles import STYLES, apa, bibtex, markdown, plain

MOON = Citation(
    "moon.md", "Two walk on the Moon", "articles/moon.md", "1969-07-21", 10, 25, "Michael\nCollins", "", 0, None
)
ONLINE = replace(MOON, url="https://example.org/moon?a=1&b=2")
HOSTILE = replace(
    MOON,
    title="<img src=x> [a](javascript:x) }, evil = {1}",
    date="not a day}",
    quote="50 % of $x_1 & `{{y}}`",
    url="javascript:alert(1)",
)


def test_a_dated_file() -> None:
    assert plain(MOON) == (
        "“Michael Collins” (Two walk on the Moon, 21 July 1969, articles/moon.md, characters 10 to 25)"
    )
    assert markdown(MOON) == (
        "> Michael Collins\n\nTwo walk on the Moon, 21 July 1969, articles/moon.md, characters 10 to 25"
    )
    assert bibtex(MOON) == (
        "@misc{two-walk-on-1969-10,\n  title = {{Two walk on the Moon}},\n  date = {1969-07-21},\n  year = {1969},\n"
        "  howpublished = {articles/moon.md},\n  note = {``Michael Collins'', characters 10 to 25},\n}"
    )
    assert apa(MOON) == (
        "Two walk on the Moon. (1969, July 21). articles/moon.md. “Michael Collins” (characters 10 to 25)"
    )


def test_an_address_takes_the_place_of_the_file() -> None:
    assert "[Two walk on the Moon](<https://example.org/moon?a=1&b=2>), 21 July 1969, characters" in markdown(ONLINE)
    assert "url = {https://example.org/moon?a=1&b=2}" in bibtex(ONLINE)
    assert "(1969, July 21). https://example.org/moon?a=1&b=2 “" in apa(ONLINE)


@pytest.mark.parametrize("style", STYLES)
def test_without_a_date_none_is_claimed(style: str) -> None:
    undated = STYLES[style](replace(MOON, date=None, title="Who walks on the Moon?"))
    assert "19" not in undated
    assert ("Moon? (n.d.). " in undated) == (style == "apa")


def test_nothing_in_an_article_breaks_out() -> None:
    for style in STYLES.values():
        assert "alert" not in style(HOSTILE)
    assert r"\<img src=x\> \[a\](javascript:x)" in markdown(HOSTILE)
    assert "](" not in markdown(HOSTILE).replace(r"\](", "")
    entry = bibtex(HOSTILE)
    assert entry.count("{") == entry.count("}")
    assert "\n  evil" not in entry
    assert r"50 \% of \$x\_1 \& `" in entry


def test_an_address_that_could_break_out_is_not_one() -> None:
    assert "](<" not in markdown(replace(MOON, url="https://example.org/> [x](javascript:y)"))
