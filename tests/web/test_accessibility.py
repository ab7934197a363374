"""axe-core finds nothing on the page in any of its states, light and dark, wide and narrow."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qa.evaluation.exchange import to_squad
from tests.web.conftest import Browse, Serve, Watched
from tests.web.test_conversations import Follows, open_limits, open_list
from tests.web.test_evaluation_view import GOLD, open_view

AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core")) / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; npm install axe-core, or set AXE_CORE"),
]


def violations(seen: Watched) -> list[str]:
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = seen.page.evaluate("axe.run()")["violations"]
    return [f"{each['impact']}: {each['help']}: {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(browse: Browse, serve: Serve, tmp_path: Path, scheme: str, width: int) -> None:
    corpus = tmp_path / "corpus.json"
    corpus.write_text(json.dumps(to_squad(GOLD)), encoding="utf-8")
    url = serve(lambda progress: Follows(), tmp_path / "gold.sqlite", corpus)
    seen = browse(url, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
    assert violations(seen) == []
    turn = seen.ask("Who stayed in orbit?")
    seen.ask("What is the capital of Peru?")
    turn.locator(".copy summary").first.click()
    turn.get_by_role("button", name="Mark the right words").click()
    seen.page.locator("#quoth-quote").wait_for()
    assert violations(seen) == []
    open_limits(seen).get_by_label("example.org").check()
    assert violations(seen) == []
    seen.page.get_by_role("button", name="Apply").click()
    seen.page.locator(".chip").wait_for()
    seen.ask("When did he retire?")
    assert violations(seen) == []
    panel = open_list(seen)
    panel.get_by_text("More").click()
    panel.get_by_role("button", name="Rename").click()
    assert violations(seen) == []
    seen.page.keyboard.press("Escape")
    turn.get_by_role("button", name="Right", exact=True).click()
    turn.locator(".feedback span").wait_for()
    seen.page.get_by_role("link", name="Library").click()
    seen.page.get_by_role("button", name="Paste text").click()
    seen.page.locator("#quoth-articles tbody .open").first.click()
    seen.page.locator("#quoth-reading .source").wait_for()
    assert violations(seen) == []
    seen.page.locator("#quoth-articles .some").set_input_files({"name": "a.png", "mimeType": "", "buffer": b"1"})
    seen.page.locator(".uploads [role=status]", has_text="Done:").wait_for()
    assert violations(seen) == []
    open_view(seen)
    seen.page.get_by_role("button", name="Evaluate").click()
    seen.page.locator(".report #questions").wait_for()
    assert violations(seen) == []
