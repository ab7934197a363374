"""Checks names and passwords without being stopped or tried out by those who send many."""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import hmac
import ipaddress
import secrets
import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from qa.users import User, Users
from qa.web.attempts import Attempts

AT_ONCE = 2  # passwords that are hashed; each takes 32 MB and a processor core
MOST_WAITING = 20  # more are sent away
REMEMBERED = 5 * 60.0  # seconds that a program's header is known to be right
MOST_REMEMBERED = 1_000
BASIC = "basic "


@dataclass(frozen=True)
class Refusal:
    """Why somebody is not let in: an HTTP status, a sentence, and the seconds to wait before the next try."""

    status: int
    sentence: str
    wait: int = 0


WRONG = Refusal(401, "This name and this password do not go together.")
BUSY = Refusal(503, "Too many people are logging in just now; try again in a few seconds.", 5)
UNREADABLE = Refusal(401, "The Authorization header cannot be read; send Basic with name:password in Base64.")


class Verifier:
    """Finds the user to a name and a password, or to a Basic header, whose answer it remembers for a while."""

    def __init__(self, users: Users, attempts: Attempts, clock: Callable[[], float] = time.monotonic) -> None:
        self._users, self._attempts, self._clock = users, attempts, clock
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._key = secrets.token_bytes(32)  # so that what is remembered helps nobody who reads the memory later
        self._known: OrderedDict[bytes, tuple[User, float]] = OrderedDict()
        self._running: dict[bytes, asyncio.Future[User | Refusal]] = {}

    async def by_password(self, name: str, password: str, address: str) -> User | Refusal:
        """Whose name and password these are; `address` is where they came from."""
        source = _source(address)
        if wait := self._attempts.wait(name, source):
            return _too_soon(wait)
        if self._waiting >= MOST_WAITING:
            return BUSY
        self._waiting += 1
        try:
            async with self._hashing:
                if wait := self._attempts.wait(name, source):  # others failed meanwhile
                    return _too_soon(wait)
                user = await asyncio.to_thread(self._users.verify, name, password)
                if user is None:
                    self._attempts.failed(name, source)
                    return WRONG
                self._attempts.succeeded(name)
                return user
        finally:
            self._waiting -= 1

    async def by_header(self, authorization: str, address: str) -> User | Refusal:
        """Whose Authorization header it is. Requests that send the same one at once cost one hash."""
        key = hmac.digest(self._key, authorization.encode("utf-8", "surrogatepass"), hashlib.sha256)
        if (user := self._remembered(key)) is not None:
            return user
        credentials = _credentials(authorization)
        if credentials is None:
            return UNREADABLE
        running = self._running.get(key)
        if running is None:
            running = asyncio.ensure_future(self._remembering(key, *credentials, address))
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(running)

    def still(self, user: User) -> User | None:
        """The user as of now; None where the user was removed or has another password since."""
        now = self._users.get(user.name)
        return now if now is not None and now.password == user.password else None

    async def _remembering(self, key: bytes, name: str, password: str, address: str) -> User | Refusal:
        found = await self.by_password(name, password, address)
        if isinstance(found, User):
            self._known[key] = found, self._clock() + REMEMBERED
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _remembered(self, key: bytes) -> User | None:
        user, expires = self._known.get(key, (None, 0.0))
        if user is None:
            return None
        now = self.still(user) if self._clock() < expires else None
        if now is None:
            del self._known[key]
        return now


def _credentials(authorization: str) -> tuple[str, str] | None:
    """The name and the password in a Basic header (RFC 7617); None where there are none."""
    if not authorization.lower().startswith(BASIC):
        return None
    try:
        name, colon, password = b64decode(authorization[len(BASIC) :], validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None


def _source(address: str) -> str:
    """The address; of IPv6, the network that one customer usually has (RFC 6177), who may take any address of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def _too_soon(wait: int) -> Refusal:
    return Refusal(429, f"There were too many wrong passwords; try again in {_spoken(wait)}.", wait)


def _spoken(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"{seconds} second{'s' * (seconds != 1)}" if seconds <= 90 else f"{minutes} minutes"
