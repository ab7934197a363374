"""The people who may log in, kept in one file that only the account that Quoth runs under can read."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock, Timeout

from index import folder
from index.errors import QuothError
from qa.passwords import Cost, PasswordHash, checked_password

FILE = Path("var") / "users.json"
NAME = re.compile(r"[\w.@-]{1,64}")
LOCK_SECONDS = 60  # that a change waits for another one

Right = Literal["read", "change"]
Signature = tuple[int, int, int]


class UsersError(QuothError):
    """The users cannot be read or written, or there is no such one."""


@dataclass(frozen=True)
class User:
    """Somebody who may log in and read; `may_change` says whether they may change anything shared."""

    name: str
    may_change: bool
    password: PasswordHash = field(repr=False)

    @property
    def right(self) -> Right:
        """The right, as people name it."""
        return "change" if self.may_change else "read"

    def row(self) -> dict[str, object]:
        """As the file keeps it."""
        return {"name": self.name, "right": self.right, "scrypt": self.password.row()}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> User:
        """What `row` kept; ValueError, KeyError or TypeError where it is damaged."""
        if row["right"] not in get_args(Right):
            raise ValueError(f"{row['name']!r} has the right {row['right']!r}")
        return cls(checked_name(row["name"]), row["right"] == "change", PasswordHash.from_row(row["scrypt"]))


class Users:
    """The users of one file, which other programs may change meanwhile; threads may share this."""

    def __init__(self, file: Path = FILE, cost: Cost | None = None) -> None:
        self._file, self._cost = file, Cost() if cost is None else cost
        self._nobody = PasswordHash.of("", self._cost)
        self._lock = threading.Lock()
        self._read: tuple[Signature | None, dict[str, User]] = (None, {})

    def all(self) -> tuple[User, ...]:
        """Everybody, by name; nobody where there is no file. `UsersError` where it is damaged."""
        return tuple(user for _, user in sorted(self._load().items()))

    def get(self, name: str) -> User | None:
        """The user of that name, as the file has it now."""
        return self._load().get(_written(name))

    def verify(self, name: str, password: str) -> User | None:
        """The user, if the password is right. An unknown name takes as long as a wrong password."""
        user = self.get(name)
        matches = (self._nobody if user is None else user.password).matches(password)
        return user if matches else None

    def add(self, name: str, password: str, may_change: bool = False) -> User:
        """Let somebody new log in."""
        self.check_new(name)
        user = User(_written(name), may_change, PasswordHash.of(checked_password(password), self._cost))

        def adding(users: dict[str, User]) -> None:
            if user.name in users:
                raise _taken(user.name)
            users[user.name] = user

        self._change(adding)
        return user

    def check_new(self, name: str) -> None:
        """Raise `UsersError` where nobody new can have that name."""
        if _written(checked_name(name)) in self._load():
            raise _taken(name)

    def existing(self, name: str) -> User:
        """The user of that name; `UsersError` names those that exist where there is none."""
        return _existing(self._load(), name)

    def remove(self, name: str) -> None:
        """Let somebody log in no more."""
        self._change(lambda users: users.pop(_existing(users, name).name))

    def set_password(self, name: str, password: str) -> None:
        """Give somebody another password."""
        changed = PasswordHash.of(checked_password(password), self._cost)
        self._replace(name, lambda user: replace(user, password=changed))

    def set_right(self, name: str, may_change: bool) -> None:
        """Let somebody change what is shared, or only read."""
        self._replace(name, lambda user: replace(user, may_change=may_change))

    def _replace(self, name: str, how: Callable[[User], User]) -> None:
        def replacing(users: dict[str, User]) -> None:
            old = _existing(users, name)
            users[old.name] = how(old)

        self._change(replacing)

    def _change(self, how: Callable[[dict[str, User]], object]) -> None:
        """Change the file at one stroke, one program after the other."""
        try:
            folder.make_folder(self._file.parent)
            with FileLock(self._file.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=0o600):
                users = dict(self._load())
                how(users)
                self._save(users)
        except Timeout:
            raise UsersError(f"Another program is changing {self._file}; try again.") from None
        except OSError as error:
            raise UsersError(f"{self._file} cannot be written ({error.strerror}); mend that and try again.") from None

    def _load(self) -> dict[str, User]:
        """The users by name, read again only where the file has changed."""
        with self._lock:
            try:
                signature = _signature(self._file.stat())
                if signature != self._read[0]:
                    rows = json.loads(self._file.read_text(encoding="utf-8"))["users"]
                    users = {user.name: user for user in map(User.from_row, rows)}
                    if len(users) != len(rows):
                        raise ValueError("two users have the same name")
                    self._read = signature, users
            except FileNotFoundError:
                self._read = None, {}
            except (OSError, QuothError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsersError(
                    f"The users in {self._file} cannot be read ({error}); mend that, or delete the file and add "
                    "everybody again: python -m qa user add NAME"
                ) from error
            return self._read[1]

    def _save(self, users: Mapping[str, User]) -> None:
        text = json.dumps({"users": [user.row() for user in users.values()]}, ensure_ascii=False, indent=1) + "\n"
        descriptor, name = tempfile.mkstemp(prefix=".users-", dir=self._file.parent)  # nobody else may read it
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            folder.sync(fresh)
            folder.move(fresh, self._file)
        except BaseException:
            with suppress(OSError):
                folder.remove(fresh)
            raise
        folder.sync(self._file.parent)


def checked_name(name: str) -> str:
    """The name, if it can be one."""
    if NAME.fullmatch(_written(name)) is None:
        raise UsersError(f"{name!r} cannot be a user's name; take 1 to 64 letters, digits and the signs . _ - @")
    return _written(name)


def _existing(users: Mapping[str, User], name: str) -> User:
    user = users.get(_written(name))
    if user is None:
        known = f"the users are {', '.join(sorted(users))}" if users else "nobody was added yet"
        raise UsersError(f"There is no user {name!r}; {known}.")
    return user


def _taken(name: str) -> UsersError:
    return UsersError(f"There is a user {name!r} already; python -m qa user password {name} gives another password.")


def _written(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _signature(stat: os.stat_result) -> Signature:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
