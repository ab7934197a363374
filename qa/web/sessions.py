"""Who is logged in, in memory only: when the server ends, everybody is logged out."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from qa.users import User

LASTS = 12 * 3600.0  # seconds since it was last used
MOST = 1_000
TOKEN_BYTES = 32


@dataclass(frozen=True)
class _Session:
    user: User  # as at login; the password tells whether it still counts
    expires: float


class Sessions:
    """Sessions by the SHA-256 of their tokens, so that the memory gives none away; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.time, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._kept: OrderedDict[bytes, _Session] = OrderedDict()  # the one unused for longest first

    def begin(self, user: User) -> str:
        """The token of a new session."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._kept[_digest(token)] = _Session(user, self._clock() + LASTS)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return token

    def find(self, token: str) -> User | None:
        """Whose session it is, as at login; None where there is none, or it was unused for too long."""
        key = _digest(token)
        session = self._kept.pop(key, None)
        if session is None or session.expires <= self._clock():
            return None
        self._kept[key] = _Session(session.user, self._clock() + LASTS)
        return session.user

    def end(self, token: str) -> None:
        """End a session, if there is one."""
        self._kept.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
