from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from index.library import Library
from qa.passwords import Cost
from qa.users import Users
from qa.web.address import ServerError
from qa.web.log import begin
from qa.web.security import terms_for
from tests.web.conftest import served, site_over
from tests.web.double import Taking

ANN, SECRET = "ann", "a secret password"
WORDS = "Zeppelins hover over Ljubljana at dusk."


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    log = tmp_path / "log" / "quoth.jsonl"
    begin(log)
    yield log
    events = logging.getLogger("quoth.events")
    for handler in list(events.handlers):
        events.removeHandler(handler)
        handler.close()


def test_the_log_says_who_did_what_and_nothing_of_what_was_said(tmp_path: Path, file: Path) -> None:
    users = Users(tmp_path / "users.json", Cost(2**10, 8, 1))
    users.add(ANN, SECRET, may_change=True)
    site = site_over(lambda progress: Taking(library=Library(tmp_path / "library")), tmp_path)
    with served(site, terms_for(users, False, False, "")) as url:
        site.loader.wait()
        with httpx.Client(base_url=url, trust_env=False, auth=(ANN, SECRET), timeout=60) as client:
            event = client.post("/gradio_api/call/ask", json={"data": ["Who stayed in orbit?"]}).json()["event_id"]
            client.get(f"/gradio_api/call/ask/{event}")
            client.post("/library/upload?title=Airships", content=WORDS.encode())
            client.get("/assets/none.js")
        httpx.post(f"{url}/login", data={"username": SECRET, "password": "wrong " + SECRET}, trust_env=False)
    text = file.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    asked = [each for each in lines if each["event"] == "asked"]
    assert [(each["answered"], each["ms"]) for each in asked] == [(True, 3.0)]
    [added] = [each for each in lines if each["event"] == "added"]
    assert (added["who"], added["outcome"], added["id"]) == (ANN, "added", "uploads/Airships.md")
    requests = [
        (each["method"], each["path"], each["status"], each["who"]) for each in lines if each["event"] == "request"
    ]
    assert ("POST", "/gradio_api/call/ask", 200, ANN) in requests
    assert ("GET", "/assets/none.js", 404, ANN) in requests
    assert ("POST", "/login", 401, "") in requests
    assert all(each["ms"] >= 0 and each["time"] for each in lines if each["event"] == "request")
    for secret in (SECRET, "orbit", "Collins", "Zeppelins", "title=", "Basic"):
        assert secret not in text


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ServerError, match="QUOTH_LOG"):
        begin(tmp_path / "taken" / "quoth.jsonl")
