"""Knocks at everything that is served, as nobody, as a reader and as an editor."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, Mount

from index.library import Library
from qa.evaluation.gold_store import GoldStore
from qa.evaluation.kept import Accepted
from qa.passwords import Cost
from qa.users import Users
from qa.web.page import build_page
from qa.web.security import terms_for
from tests.web.conftest import served, site_over
from tests.web.double import COLLINS, MOON, Taking

READER, EDITOR, NOBODY = ("rita", "reads the papers"), ("ed", "edits the papers"), None
OPEN = {"/health", "/favicon.ico", "/robots.txt", "/login"}
NOTE = "# A note\n\nThe heron came back to Graz on Tuesday.\n"
GOLD = {"data": [{"title": MOON.title, "paragraphs": [{"context": MOON.text, "qas": [
    {"id": "1", "question": "Who stayed in orbit?",
     "answers": [{"text": "Michael Collins", "answer_start": MOON.text.index("Michael Collins")}]}]}]}]}  # fmt: skip
Caller = tuple[str, str] | None


@dataclass
class Place:
    """A served site with an upload, a deleted upload and a gold question, and what of them could be changed."""

    url: str
    library: Library
    gold: GoldStore

    def call(self, who: Caller, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        return httpx.request(method, self.url + path, auth=who, trust_env=False, timeout=60, **sent)

    def state(self) -> object:
        return (
            sorted(self.library.uploads()),
            [d.id for d in self.library.deleted()],
            self.gold.all(),
            self.gold.all(True),
        )

    def endpoint(self, who: Caller, name: str, data: list[object]) -> tuple[str, str]:
        """The last event of a named endpoint, and its data."""
        posted = self.call(who, "POST", f"/gradio_api/call/{name}", json={"data": data})
        if posted.status_code != 200:
            return str(posted.status_code), posted.text
        lines = self.call(who, "GET", f"/gradio_api/call/{name}/{posted.json()['event_id']}").text.split("\n")
        return lines[-4].removeprefix("event: "), lines[-3].removeprefix("data: ")

    def queued(self, who: Caller, name: str, data: list[object]) -> str:
        """What the queue of the page says when an endpoint is called by its number."""
        functions = self.call(who, "GET", "/config").json()["dependencies"]
        number = next(each["id"] for each in functions if each["api_name"] == name)
        sent = {"fn_index": number, "data": data, "session_hash": "queued"}
        assert self.call(who, "POST", "/gradio_api/queue/join", json=sent).status_code == 200
        return self.call(who, "GET", "/gradio_api/queue/data?session_hash=queued").text

    def function(self, who: Caller, number: int, inputs: int) -> httpx.Response:
        """A function of the page by its number, with an event that could mean anything."""
        kept = next(iter([*self.gold.all(deleted=True), *self.gold.all()]))
        event = {
            "id": kept.id, "question": "Who stayed on Earth?", "words": "Michael Collins",
            "article": MOON.id, "near": 0, "turn": 0, "verdict": "right", "set": "kept", "name": "", "text": "",
        }  # fmt: skip
        sent = {"fn_index": number, "data": ["0" * 32] * inputs, "event_data": event, "session_hash": "knocking"}
        return self.call(who, "POST", "/gradio_api/run/predict", json=sent)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    users = Users(tmp_path / "users.json", Cost(2**10, 8, 1))
    users.add(*READER, may_change=False)
    users.add(*EDITOR, may_change=True)
    library, go = Library(tmp_path / "library"), threading.Event()
    go.set()
    engine = Taking(library=library, go=go)
    engine.add("heron.md", NOTE.encode())
    engine.add("gone.md", NOTE.replace("heron", "crane").encode())
    engine.delete("uploads/gone.md")
    gold = GoldStore(tmp_path / "gold.sqlite")
    gold.add("Who stayed in orbit?", MOON.id, (Accepted(COLLINS.quote, COLLINS.start, "", ""),))
    site = site_over(lambda progress: engine, tmp_path)
    with served(site, terms_for(users, False, False, "")) as url:
        site.loader.wait()
        yield Place(url, library, gold)


def paths(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of all that Gradio serves, its parameters filled in."""
    for route in routes:
        path = before + (getattr(route, "path", None) or "")
        inner = getattr(route, "original_router", route if isinstance(route, Mount) else None)
        if inner is not None:
            yield from paths(list(inner.routes), path)
        for method in getattr(route, "methods", None) or ():
            yield method, "".join("x" if part.startswith("{") else part for part in _parts(path))


def _parts(path: str) -> Iterator[str]:
    while "{" in path:
        before, _, path = path.partition("{")
        yield before
        yield "{"
        path = path.partition("}")[2]
    yield path


def test_nobody_gets_in_anywhere(place: Place, tmp_path: Path) -> None:
    import gradio as gr

    page = build_page(site_over(lambda progress: Taking(), tmp_path / "articles"))
    own = {
        ("GET", "/"), ("GET", "/library/me"), ("GET", "/library/articles"), ("GET", "/library/article?id=moon.md"),
        ("POST", "/library/upload?name=a.md"), ("POST", "/library/delete"), ("POST", "/mcp"), ("POST", "/logout"),
    }  # fmt: skip
    knocked = own | set(paths(list(gr.routes.App.create_app(page).routes)))
    assert len(knocked) > 60
    before = place.state()
    for method, path in sorted(knocked):
        answer = place.call(NOBODY, method, path, json={} if method == "POST" else None)
        if path.partition("?")[0] not in OPEN:
            assert answer.status_code in {303, 401, 403, 404, 405}, (method, path, answer.status_code)
            assert MOON.title not in answer.text
    assert place.state() == before


READING: dict[str, list[object]] = {
    "ask": ["Who stayed in orbit?"],
    "ask_within": ["Who stayed in orbit?", None, None, None, None],
    "search": ["Who stayed in orbit?", 1],
    "articles": [""],
    "article": ["moon.md"],
}
CHANGING: dict[str, list[object]] = {
    "add_article": ["new.md", NOTE.replace("Tuesday", "Friday"), ""],
    "delete_article": ["uploads/heron.md"],
    "restore_article": ["uploads/gone.md"],
    "evaluate": [json.dumps(GOLD), None],
}


@pytest.mark.parametrize("name", READING)
def test_reading_is_open_to_both_and_to_nobody_else(place: Place, name: str) -> None:
    assert place.endpoint(READER, name, READING[name])[0] == "complete"
    assert place.endpoint(EDITOR, name, READING[name])[0] == "complete"
    assert place.endpoint(NOBODY, name, READING[name])[0] == "401"


@pytest.mark.parametrize("name", CHANGING)
def test_changing_is_open_to_editors_alone(place: Place, name: str) -> None:
    before = place.state()
    assert place.endpoint(NOBODY, name, CHANGING[name])[0] == "401"
    event, said = place.endpoint(READER, name, CHANGING[name])
    assert event == "error"
    for way in (said, place.queued(READER, name, CHANGING[name])):
        assert "rita may ask and read, but change nothing" in way
    assert place.state() == before
    assert place.endpoint(EDITOR, name, CHANGING[name])[0] == "complete"
    assert (place.state() == before) is (name == "evaluate")


def test_no_end_of_the_page_lets_a_reader_change_anything(place: Place) -> None:
    functions = place.call(READER, "GET", "/config").json()["dependencies"]
    assert len(functions) > 30
    before = place.state()
    for each in functions:
        place.function(READER, each["id"], len(each["inputs"]))
    assert place.state() == before
    changed = []
    for each in functions:
        place.function(EDITOR, each["id"], len(each["inputs"]))
        if place.state() != before:
            changed.append(each["api_name"].rpartition("_")[0] or each["api_name"])
            before = place.state()
    assert {"mark", "edit", "delete", "restore"} <= set(changed), changed


def test_the_library_tells_readers_from_editors(place: Place) -> None:
    changing: list[tuple[str, dict[str, Any]]] = [
        ("/library/upload?name=new.md", {"content": NOTE.replace("Tuesday", "Friday").encode()}),
        ("/library/delete", {"json": {"ids": ["uploads/heron.md"]}}),
        ("/library/restore", {"json": {"id": "uploads/gone.md"}}),
        ("/library/watching", {"json": {"on": False}}),
    ]
    for path in ("/library/me", "/library/articles", "/library/update", "/library/article?id=moon.md"):
        assert place.call(READER, "GET", path).status_code == 200
    assert place.call(READER, "GET", "/library/me").json() == {"name": "rita", "may_change": False}
    before = place.state()
    for path, sent in changing:
        refused = place.call(READER, "POST", path, **sent)
        assert refused.status_code == 403
        assert "rita may ask and read, but change nothing" in refused.text
    assert place.state() == before
    for path, sent in changing:
        assert place.call(EDITOR, "POST", path, **sent).status_code == 200
    assert place.state() != before


def test_nobody_reads_the_conversations_of_another(place: Place) -> None:
    config = place.call(READER, "GET", "/config").json()
    numbers = {each["api_name"]: each["id"] for each in config["dependencies"]}
    chat = "a" * 32

    def run(who: Caller, name: str, data: list[str]) -> str:
        sent = {"fn_index": numbers[name], "data": data, "event_data": {"words": ""}, "session_hash": "s"}
        return place.call(who, "POST", "/gradio_api/run/predict", json=sent).text

    assert "Where is rita?" in run(READER, "put", ["Where is rita?", chat])
    assert "Where is rita?" in run(READER, "find", [chat])
    assert "Where is rita?" not in run(EDITOR, "find", [chat])
    assert "Where is rita?" not in run(EDITOR, "enter", [chat])


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/gradio_api/call/add_article", {"origin": "https://evil.example"}, 403),
        ("/library/upload?name=a.md", {"origin": "https://evil.example"}, 403),
        ("/library/delete", {"sec-fetch-site": "cross-site"}, 403),
        ("/library/delete", {"host": "evil.example"}, 400),
    ],
)
def test_other_pages_and_names_are_refused_even_with_a_password(
    place: Place, path: str, headers: dict[str, str], status: int
) -> None:
    before = place.state()
    sent = {"data": ["new.md", NOTE, ""], "ids": ["uploads/heron.md"]}
    assert place.call(EDITOR, "POST", path, json=sent, headers=headers).status_code == status
    assert place.state() == before
