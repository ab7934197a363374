"""Many people at once, with the real thing: the same answers as alone, while others upload and delete."""

from __future__ import annotations

import gc
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import gradio_client
import httpx
import psutil
import pytest

from qa.web.site import Site
from tests.web.conftest import served, site_over
from tests.web.files import HERON, SEEDS, bad_files
from tests.web.test_library import real

pytestmark = pytest.mark.model
ASKERS, ROUNDS, UPLOADS = 8, 5, 30
MEGABYTES = 150  # of which memory may differ after a crowd: allocators do not return all
QUESTIONS = (
    "Who set their craft down on the Sea of Tranquility?",
    "How long was Mandela in prison?",
    "When did Armstrong and Aldrin land?",
    "Who walked out of prison after 27 years?",
    "What is the capital of Australia?",
)


@dataclass
class Served:
    site: Site
    url: str
    folder: Path

    def client(self) -> gradio_client.Client:
        return gradio_client.Client(self.url, verbose=False)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Served]:
    site = site_over(real(tmp_path), tmp_path)
    for each in sorted(SEEDS.glob("*.md"))[:30]:
        shutil.copy(each, tmp_path / "articles")
    with served(site) as url:
        site.loader.wait()
        yield Served(site, url, tmp_path)


def told(answer: dict[str, object]) -> tuple[object, ...]:
    """What a person is told: the words and where they stand."""
    citations = answer["citations"]
    assert isinstance(citations, list)
    return answer["answer"], [(each["article_id"], each["start"], each["end"]) for each in citations]


def report(number: int) -> str:
    """An article that no question here is about."""
    return (
        f"# Notice {number} of the harbour office\n\nCrane {number} of the harbour of Trieste is closed until further "
        f"notice, the harbour office wrote in its notice number {number}.\n\nShips moor at pier {number % 7}.\n"
    )


def test_eight_ask_while_a_ninth_uploads_and_a_tenth_deletes(place: Served) -> None:
    alone = {question: told(place.client().predict(question, api_name="/ask")) for question in QUESTIONS}
    assert sum(words is not None for words, _ in alone.values()) >= 3
    spare = [place.client().predict(f"spare{n}.md", report(1000 + n), "", api_name="/add_article") for n in range(5)]

    def ask(place_in_line: int) -> list[tuple[str, tuple[object, ...]]]:
        client = place.client()
        asked = [QUESTIONS[(place_in_line + n) % len(QUESTIONS)] for n in range(ROUNDS)]
        return [(question, told(client.predict(question, api_name="/ask"))) for question in asked]

    def upload() -> list[str]:
        client = place.client()
        return [
            client.predict(f"notice{n}.md", report(n), "", api_name="/add_article")["outcome"] for n in range(UPLOADS)
        ]

    def delete() -> None:
        client = place.client()
        for each in spare:
            client.predict(each["id"], api_name="/delete_article")

    def crowd() -> None:
        with ThreadPoolExecutor(ASKERS + 2) as people:
            uploading, deleting = people.submit(upload), people.submit(delete)
            for answers in people.map(ask, range(ASKERS)):
                for question, answer in answers:
                    assert answer == alone[question], question
            deleting.result()
            assert set(uploading.result()) <= {"added", "already there"}

    crowd()
    articles = {each["id"] for each in place.client().predict("", api_name="/articles")}
    assert {f"uploads/notice{n}.md" for n in range(UPLOADS)} <= articles
    assert not articles & {each["id"] for each in spare}
    before = memory()
    for number in range(UPLOADS):
        place.site.loader.wait().delete(f"uploads/notice{number}.md")
    for each in spare:
        place.site.loader.wait().restore(each["id"])
    place.site.updater.wait(place.site.updater.request())
    crowd()
    assert memory() - before < MEGABYTES


def memory() -> float:
    """MB that this process holds, with the server and the clients in it."""
    gc.collect()
    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e6


def test_bombs_and_broken_files_are_refused_through_every_door_and_do_no_harm(place: Served) -> None:
    client = place.client()
    before = memory()
    for name, data in {**bad_files(), "bomb.html": b"<div>" * 50_000, "bomb.md": b"a" * 290_000}.items():
        if len(data) == 0:
            continue  # a program that sends nothing is told so, below
        for added in (
            client.predict(name, "", b64encode(data).decode(), api_name="/add_article"),
            httpx.post(f"{place.url}/library/upload?name={name}", content=data, trust_env=False, timeout=120).json(),
        ):
            if name not in {"bomb.md"}:
                assert added["outcome"] == "refused", (name, added)
                assert added["reason"], name
    with pytest.raises(Exception, match="as text or as base64"):
        client.predict("empty.txt", "", "", api_name="/add_article")
    with pytest.raises(Exception, match="no Base64"):
        client.predict("a.txt", "", "?", api_name="/add_article")
    assert memory() - before < MEGABYTES
    assert (
        client.predict("heron.txt", f"The heron of Graz\n\n{HERON}\n", "", api_name="/add_article")["outcome"]
        == "added"
    )
    answer = client.predict("What landed on the town hall of Graz?", api_name="/ask")
    assert answer["citations"][0]["article_id"] == "uploads/heron.txt"


def test_bodies_are_limited(place: Served) -> None:
    large = b"x" * (place.site.largest_file + 1)
    with httpx.Client(base_url=place.url, trust_env=False, timeout=60) as client:
        assert client.post("/library/upload?name=a.txt", content=large).status_code == 413
        assert client.post("/library/delete", content=b"x" * 1_000_001).status_code == 413
        data = {"data": ["a.txt", "x" * (2 * place.site.largest_file), ""]}
        assert client.post("/gradio_api/call/add_article", json=data).status_code == 413
        assert client.post("/gradio_api/call/ask", json={"data": ["x" * 1_000_001]}).status_code == 413
        for name in ("../../etc/passwd.txt", "..%2F..%2Fetc%2Fpasswd.txt", "a%00.txt"):
            refused = client.post(f"/library/upload?name={name}", content=HERON.encode()).json()
            assert refused["outcome"] == "refused"
    assert {path.name for path in place.folder.iterdir()} <= {"articles", "index", "library"}
