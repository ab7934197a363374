"""How wrong passwords slow down, and how long sessions last, by a clock of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.passwords import Cost
from qa.users import User, Users
from qa.web.attempts import FADES, FREE, Attempts
from qa.web.sessions import LASTS, Sessions

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def user(tmp_path: Path) -> User:
    return Users(tmp_path / "users.json", Cost(2, 1, 1)).add("ann", "a good password")


def fail(attempts: Attempts, times: int, name: str = "ann", address: str = HERE) -> None:
    for _ in range(times):
        attempts.failed(name, address)


def test_waits_begin_after_five_failures_and_double_up_to_five_minutes(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE - 1)
    assert attempts.wait("ann", HERE) == 0
    waits = []
    for _ in range(12):
        fail(attempts, 1)
        waits.append(attempts.wait("ann", HERE))
        clock.now += waits[-1]
        assert attempts.wait("ann", HERE) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_wait_runs_down_and_never_says_zero_too_early(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE + 1)
    clock.now += 1.5
    assert attempts.wait("ann", HERE) == 1
    clock.now += 0.5
    assert attempts.wait("ann", HERE) == 0


def test_names_and_addresses_count_apart(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE, "ann", HERE)
    assert attempts.wait("ann", THERE) == 1
    assert attempts.wait("bob", HERE) == 1
    assert attempts.wait("bob", THERE) == 0


def test_many_names_from_one_address_wait_too_and_so_does_one_name_from_many(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(FREE):
        attempts.failed(f"user{number}", HERE)
        attempts.failed("ann", f"192.0.2.{100 + number}")
    assert attempts.wait("someone", HERE) == 1
    assert attempts.wait("ann", THERE) == 1


def test_success_forgets_the_name_but_not_the_address(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE)
    attempts.succeeded("ann")
    assert attempts.wait("ann", THERE) == 0
    assert attempts.wait("ann", HERE) == 1


def test_failures_fade_after_quiet(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE + 3)
    clock.now += FADES - 1
    fail(attempts, 1)
    assert attempts.wait("ann", HERE) == 16
    clock.now += FADES
    fail(attempts, 1)
    assert attempts.wait("ann", HERE) == 0


def test_the_oldest_are_forgotten_where_there_are_too_many(clock: Clock) -> None:
    attempts = Attempts(clock, most=3)
    fail(attempts, FREE, "ann", HERE)
    for number in range(3):
        assert attempts.wait("ann", THERE) == 1
        attempts.failed(f"user{number}", f"192.0.2.{100 + number}")
    assert attempts.wait("ann", HERE) == 0


def test_long_names_take_no_more_memory_and_count_all_the_same(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, FREE, "x" * 100_000)
    assert attempts.wait("x" * 100_000, THERE) == 1


def test_thousands_of_failures_do_no_harm(clock: Clock) -> None:
    attempts = Attempts(clock)
    fail(attempts, 5000)
    assert attempts.wait("ann", HERE) == 300


def test_a_session_lasts_from_its_last_use(clock: Clock, user: User) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(user)
    for _ in range(3):
        clock.now += LASTS - 1
        assert sessions.find(token) == user
    clock.now += LASTS
    assert sessions.find(token) is None


def test_tokens_differ_and_only_theirs_ends(clock: Clock, user: User) -> None:
    sessions = Sessions(clock)
    one, other = sessions.begin(user), sessions.begin(user)
    assert len(one) >= 43
    assert one != other
    sessions.end(one)
    assert [sessions.find(token) for token in (one, other, "", "ü\udcff")] == [None, user, None, None]
    assert other not in repr(vars(sessions))


def test_the_session_unused_for_longest_goes_where_there_are_too_many(clock: Clock, user: User) -> None:
    sessions = Sessions(clock, most=2)
    tokens = [sessions.begin(user), sessions.begin(user)]
    assert sessions.find(tokens[0]) == user
    tokens.append(sessions.begin(user))
    assert [sessions.find(token) for token in tokens] == [user, None, user]
