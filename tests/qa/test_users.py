"""Who may log in, as the file keeps it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.passwords import LONGEST, SHORTEST, Cost, PasswordError, PasswordHash, checked_password
from qa.users import Users, UsersError

CHEAP = Cost(2, 1, 1)
PASSWORD = "correct horse battery"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "users.json"


@pytest.fixture
def users(file: Path) -> Users:
    return Users(file, CHEAP)


def names(users: Users) -> list[tuple[str, str]]:
    return [(user.name, user.right) for user in users.all()]


def test_another_reader_of_the_file_sees_each_change_at_once(users: Users, file: Path) -> None:
    other = Users(file, CHEAP)
    assert other.all() == ()
    users.add("zoe", PASSWORD)
    users.add("ann", PASSWORD, may_change=True)
    assert names(other) == [("ann", "change"), ("zoe", "read")]
    users.set_right("zoe", may_change=True)
    users.set_right("ann", may_change=False)
    assert names(other) == [("ann", "read"), ("zoe", "change")]
    users.set_password("ann", "another password")
    assert other.verify("ann", PASSWORD) is None
    assert other.verify("ann", "another password") == users.get("ann")
    users.remove("ann")
    assert names(other) == [("zoe", "change")]
    file.unlink()
    assert other.all() == ()


def test_only_the_right_password_of_the_right_user_counts(users: Users) -> None:
    ann = users.add("ann", PASSWORD)
    users.add("zoe", "something else")
    assert users.verify("ann", PASSWORD) == ann
    for name, password in (
        ("ann", "something else"),
        ("ann", ""),
        ("ann", PASSWORD + " "),
        ("Ann", PASSWORD),
        ("", ""),
    ):
        assert users.verify(name, password) is None


def test_keyboards_that_write_the_same_letters_otherwise_are_the_same(users: Users) -> None:
    users.add("Jo\u0308rg", "pa\u0308sswords!")
    assert users.verify("J\u00f6rg", "p\u00e4sswords!") is not None


def test_nobody_else_may_read_the_file_and_it_holds_no_password(users: Users, file: Path) -> None:
    before = os.umask(0)
    try:
        users.add("ann", PASSWORD)
        users.set_right("ann", may_change=True)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert sorted(each.name for each in file.parent.iterdir()) == ["users.json", "users.lock"]
    assert PASSWORD not in repr(users.all())
    assert users.all()[0].password.key.hex() not in repr(users.all())


def test_equal_passwords_are_kept_as_different_hashes(users: Users) -> None:
    one, other = users.add("ann", PASSWORD), users.add("zoe", PASSWORD)
    assert one.password.salt != other.password.salt
    assert one.password.key != other.password.key


def test_hashes_of_other_parameters_stay_good(users: Users, file: Path) -> None:
    users.add("ann", PASSWORD)
    dearer = Users(file, Cost(4, 2, 2))
    dearer.add("zoe", PASSWORD)
    for each in (users, dearer):
        assert each.verify("ann", PASSWORD) is not None
        assert each.verify("zoe", PASSWORD) is not None
    assert [user.password.cost for user in users.all()] == [CHEAP, Cost(4, 2, 2)]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(file: Path) -> None:
    users = Users(file, Cost(2**14, 8, 1))
    users.add("ann", PASSWORD)
    assert fastest(lambda: users.verify("bob", PASSWORD)) > fastest(lambda: users.verify("ann", "wrong password")) / 2


def fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.mark.parametrize("name", ["a", "ann", "Jörg.M", "ann_b-c@example.org", "7", "x" * 64])
def test_names_that_can_be_taken(users: Users, name: str) -> None:
    assert users.add(name, PASSWORD).name == name


@pytest.mark.parametrize("name", ["", "x" * 65, "ann b", "ann:b", "ann\n", "<b>", "a/b", "\u202eann"])
def test_names_that_cannot(users: Users, name: str) -> None:
    with pytest.raises(UsersError, match=re.escape(repr(name))):
        users.add(name, PASSWORD)
    assert users.all() == ()


def test_a_name_is_taken_once_and_unknown_ones_are_answered_with_those_that_exist(users: Users) -> None:
    users.add("ann", PASSWORD)
    with pytest.raises(UsersError, match="'ann' already"):
        users.add("ann", "another password")
    assert users.verify("ann", PASSWORD) is not None
    users.add("zoe", PASSWORD)
    for change in (
        users.remove,
        lambda name: users.set_right(name, True),
        lambda name: users.set_password(name, "x" * 10),
    ):
        with pytest.raises(UsersError, match="no user 'bob'; the users are ann, zoe"):
            change("bob")


@pytest.mark.parametrize("length", [0, SHORTEST - 1, LONGEST + 1])
def test_passwords_that_cannot_be_taken(users: Users, length: int) -> None:
    with pytest.raises(PasswordError, match=f"{length} characters; take {SHORTEST} to {LONGEST}"):
        users.add("ann", "x" * length)
    users.add("ann", PASSWORD)
    with pytest.raises(PasswordError):
        users.set_password("ann", "x" * length)
    assert users.verify("ann", PASSWORD) is not None


def test_the_shortest_and_the_longest_password_can_be_taken() -> None:
    assert [len(checked_password("x" * length)) for length in (SHORTEST, LONGEST)] == [SHORTEST, LONGEST]


def test_passwords_cost_what_they_should() -> None:
    assert (Cost().n, Cost().r, Cost().p) == (2**15, 8, 3)
    assert PasswordHash.of(PASSWORD, Cost()).matches(PASSWORD)


ROW = {"name": "ann", "right": "read", "scrypt": {"n": 2, "r": 1, "p": 1, "salt": "00" * 16, "key": "00" * 32}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"users": 3}',
        '{"users": [3]}',
        json.dumps({"users": [{**ROW, "right": "all"}]}),
        json.dumps({"users": [{**ROW, "name": "ann b"}]}),
        json.dumps({"users": [{**ROW, "name": 7}]}),
        json.dumps({"users": [{**ROW, "scrypt": {**ROW["scrypt"], "n": 3}}]}),  # type: ignore[dict-item]
        json.dumps({"users": [{**ROW, "scrypt": {**ROW["scrypt"], "n": 2**30}}]}),  # type: ignore[dict-item]
        json.dumps({"users": [{**ROW, "scrypt": {**ROW["scrypt"], "key": "00"}}]}),  # type: ignore[dict-item]
        json.dumps({"users": [{**ROW, "scrypt": {**ROW["scrypt"], "salt": "zz"}}]}),  # type: ignore[dict-item]
        json.dumps({"users": [ROW, ROW]}),
    ],
)
def test_a_damaged_file_is_named_and_lets_nobody_in(users: Users, file: Path, text: str) -> None:
    users.add("bob", PASSWORD)
    file.write_text(json.dumps({"users": [ROW]}), encoding="utf-8")
    assert names(users) == [("ann", "read")]
    file.write_text(text, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UsersError, match=r"users\.json cannot be read .*python -m qa user add"):
            users.verify("bob", PASSWORD)
    with pytest.raises(UsersError):
        users.add("zoe", PASSWORD)
    assert file.read_text(encoding="utf-8") == text


def test_changes_at_once_are_all_kept(file: Path) -> None:
    def add(number: int) -> None:
        Users(file, CHEAP).add(f"user{number}", PASSWORD)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))
    assert len(Users(file, CHEAP).all()) == 16


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    users = Users(tmp_path / "users.json", CHEAP)
    (tmp_path / "users.lock").mkdir()
    with pytest.raises(UsersError, match=r"users\.json cannot be written"):
        users.add("ann", PASSWORD)
    assert users.all() == ()
