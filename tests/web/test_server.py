"""The page over the network, as programs see it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import gradio_client
import httpx
import pytest

from index.errors import ArticlesError
from index.progress import Progress
from qa.interface import answer_json
from qa.web.headers import HEADERS
from tests.web.conftest import LONGEST, serving
from tests.web.double import Double

ORBIT = "Who stayed in orbit?"


def call(address: str, data: list[object]) -> tuple[str, object]:
    """The last event of the endpoint `ask` and its data."""
    with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
        event_id = client.post("/gradio_api/call/ask", json={"data": data}).raise_for_status().json()["event_id"]
        lines = client.get(f"/gradio_api/call/ask/{event_id}").text.split("\n")
    return lines[-4].removeprefix("event: "), json.loads(lines[-3].removeprefix("data: "))


def test_the_endpoint_needs_only_the_question_and_returns_the_object(address: str) -> None:
    assert call(address, [ORBIT]) == ("complete", [answer_json(Double().ask(ORBIT))])


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("", "is empty"), (None, "is empty"), ("who " * LONGEST, f"may have {LONGEST}"), ("refuse", "ask another one")],
)
def test_errors_of_the_endpoint_are_sentences(address: str, question: object, sentence: str) -> None:
    event, data = call(address, [question])
    assert event == "error"
    assert sentence in json.dumps(data)


def test_unexpected_errors_of_the_endpoint_show_nothing_of_their_insides(address: str) -> None:
    event, data = call(address, ["crash"])
    assert event == "error"
    assert "secret" not in json.dumps(data)


def test_gradio_client_can_ask(address: str) -> None:
    client = gradio_client.Client(address, verbose=False)
    assert client.predict(ORBIT, api_name="/ask")["answer"] == "Michael Collins"
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert {name.removeprefix("/") for name in named} == {
        "ask", "ask_within", "search", "articles", "article",
        "add_article", "delete_article", "restore_article", "evaluate",
    }  # fmt: skip
    [returned] = named["/ask"]["returns"]
    assert set(returned["type"]["properties"]) >= {"answer", "confidence", "citations"}


def test_the_endpoint_waits_until_the_engine_is_there() -> None:
    go = threading.Event()

    def slow(progress: Progress) -> Double:
        go.wait()
        return Double()

    with serving(slow) as address, ThreadPoolExecutor() as pool:
        answer = pool.submit(call, address, [ORBIT])
        assert httpx.get(address, trust_env=False, timeout=120).status_code == 200
        assert not answer.done()
        go.set()
        assert answer.result()[0] == "complete"


def test_the_endpoint_says_why_there_will_be_no_engine() -> None:
    def fail(progress: Progress) -> Double:
        raise ArticlesError("There is no folder of articles.")

    with serving(fail) as address:
        event, data = call(address, [ORBIT])
    assert event == "error"
    assert "There is no folder of articles." in json.dumps(data)


def test_a_server_that_ends_lets_waiting_questions_go() -> None:
    go = threading.Event()

    def never(progress: Progress) -> Double:
        go.wait()
        return Double()

    try:
        with serving(never) as address:
            httpx.post(f"{address}/gradio_api/call/ask", json={"data": [ORBIT]}, trust_env=False, timeout=120)
    finally:
        go.set()


def test_the_queue_cannot_be_gone_round_and_the_rest_is_shut(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
        assert client.post("/gradio_api/run/ask", json={"data": [ORBIT]}).status_code == 404
        config = client.get("/config").json()
        ask = next(each["id"] for each in config["dependencies"] if each["api_name"] == "ask")
        assert client.post("/gradio_api/run/predict", json={"data": [ORBIT], "fn_index": ask}).status_code == 404
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
        assert client.get("/monitoring").status_code == 404
        page = client.get("/")
    assert {name: page.headers[name] for name in HEADERS} == dict(HEADERS)
