from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from index.errors import BusyIndexError, QuothError
from index.progress import Progress
from qa.web.loading import Engine, Loader, Ready
from qa.web.updating import Updater
from tests.web.double import Double


@dataclass(frozen=True)
class Changing(Double):
    """An engine whose update is what a test makes of it."""

    update: Callable[[Progress], Engine] = lambda progress: Double()

    def updated(self, progress: Progress) -> Engine:  # type: ignore[override]
        return self.update(progress)


def updater_of(update: Callable[[Progress], Engine]) -> tuple[Loader, Updater]:
    loader = Loader(lambda progress: Changing(update=update))
    loader.start()
    loader.wait()
    return loader, Updater(loader)


def test_an_update_takes_the_place_of_the_engine() -> None:
    new = Double()
    loader, updater = updater_of(lambda progress: new)
    before = loader.wait()
    updater.wait(updater.request())
    assert loader.wait() is new is not before
    assert isinstance(loader.state, Ready) and loader.state.version == 1
    updater.stop()


def test_requests_that_come_meanwhile_are_one_update_and_questions_go_on() -> None:
    go, began = threading.Event(), threading.Event()
    runs: list[int] = []

    def update(progress: Progress) -> Engine:
        runs.append(len(runs))
        began.set()
        go.wait(30)
        return Changing(update=update)

    loader, updater = updater_of(update)
    tickets = [updater.request()]
    began.wait(30)
    tickets += [updater.request() for _ in range(5)]
    assert loader.wait().ask("Who stayed in orbit?").text == "Michael Collins"
    assert updater.state.finished == 0
    go.set()
    for ticket in tickets:
        updater.wait(ticket)
    assert len(runs) == 2
    updater.stop()


def test_a_failed_update_says_why_and_the_engine_stays() -> None:
    def fail(progress: Progress) -> Engine:
        raise QuothError("The disk is full.")

    loader, updater = updater_of(fail)
    before = loader.wait()
    with pytest.raises(QuothError, match="disk is full"):
        updater.wait(updater.request())
    assert loader.wait() is before
    updater.stop()


def test_an_unexpected_failure_tells_nothing_of_its_insides() -> None:
    def crash(progress: Progress) -> Engine:
        raise RuntimeError("an inner secret")

    _, updater = updater_of(crash)
    with pytest.raises(QuothError) as failure:
        updater.wait(updater.request())
    assert "secret" not in str(failure.value)
    updater.stop()


def test_a_cancelled_update_begins_anew_with_what_is_wanted_now() -> None:
    began, cancelled = threading.Event(), threading.Event()
    runs: list[int] = []

    def update(progress: Progress) -> Engine:
        runs.append(len(runs))
        if len(runs) == 1:
            progress("Embedding", 1, 10)
            began.set()
            cancelled.wait(30)
            progress("Embedding", 2, 10)
            raise AssertionError("it was cancelled")
        return Double()

    _, updater = updater_of(update)
    first = updater.request()
    began.wait(30)
    assert (updater.state.stage, updater.state.done, updater.state.total) == ("Embedding", 1, 10)
    second = updater.request(cancel=True)
    cancelled.set()
    updater.wait(first)
    updater.wait(second)
    assert len(runs) == 2
    updater.stop()


def test_an_index_that_another_program_writes_is_waited_for() -> None:
    tries: list[int] = []

    def update(progress: Progress) -> Engine:
        tries.append(1)
        if len(tries) < 3:
            raise BusyIndexError("The index is being written by process 1.")
        return Double()

    _, updater = updater_of(update)
    updater.wait(updater.request())
    assert len(tries) == 3
    updater.stop()


def test_nobody_waits_for_a_server_that_ends() -> None:
    go = threading.Event()

    def never(progress: Progress) -> Engine:
        go.wait(30)
        return Double()

    _, updater = updater_of(never)
    ticket = updater.request()
    threading.Timer(0.2, updater.stop).start()
    with pytest.raises(QuothError, match="being closed"):
        updater.wait(ticket)
    go.set()
