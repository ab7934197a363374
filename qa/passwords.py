"""Passwords as they are kept: hashed with scrypt (RFC 7914), each with a salt and parameters of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import QuothError

SHORTEST, LONGEST = 10, 200  # characters
SALT_BYTES = 16
KEY_BYTES = 32


class PasswordError(QuothError):
    """The password cannot be taken."""


@dataclass(frozen=True)
class Cost:
    """The parameters of scrypt: one hash takes 128·n·r bytes of memory, and time in proportion to n·r·p."""

    n: int = 2**15
    r: int = 8
    p: int = 3

    def __post_init__(self) -> None:
        in_range = 2 <= self.n <= 2**20 and 1 <= self.r <= 32 and 1 <= self.p <= 16
        if not in_range or self.n & (self.n - 1):
            raise ValueError(f"scrypt cannot be used with n={self.n}, r={self.r}, p={self.p}")


@dataclass(frozen=True)
class PasswordHash:
    """What is kept of a password: enough to recognise it, too little to find it."""

    cost: Cost
    salt: bytes
    key: bytes

    @classmethod
    def of(cls, password: str, cost: Cost) -> PasswordHash:
        """Hash a password under a new salt."""
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(cost, salt, _key(password, salt, cost))

    def matches(self, password: str) -> bool:
        """Whether it is this password, found in a time that does not depend on how near it comes."""
        return hmac.compare_digest(_key(password, self.salt, self.cost), self.key)

    def row(self) -> dict[str, object]:
        """As JSON keeps it."""
        return {
            "n": self.cost.n, "r": self.cost.r, "p": self.cost.p, "salt": self.salt.hex(), "key": self.key.hex(),
        }  # fmt: skip

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> PasswordHash:
        """What `row` kept; ValueError, KeyError or TypeError where it is damaged."""
        salt, key = bytes.fromhex(row["salt"]), bytes.fromhex(row["key"])
        if (len(salt), len(key)) != (SALT_BYTES, KEY_BYTES):
            raise ValueError(f"a hash has {len(key)} bytes and its salt {len(salt)}")
        return cls(Cost(row["n"], row["r"], row["p"]), salt, key)


def checked_password(password: str) -> str:
    """The password, if it can be taken."""
    length = len(_written(password))
    if not SHORTEST <= length <= LONGEST:
        raise PasswordError(f"The password has {length} characters; take {SHORTEST} to {LONGEST}, several words say.")
    return password


def _key(password: str, salt: bytes, cost: Cost) -> bytes:
    memory = 128 * cost.n * cost.r + 128 * cost.r * (cost.p + 2) + 2**20  # what scrypt needs, and some room
    return hashlib.scrypt(
        _written(password).encode("utf-8", "surrogatepass"),
        salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=memory, dklen=KEY_BYTES,
    )  # fmt: skip


def _written(password: str) -> str:
    """One form for the ways in which keyboards write the same letters."""
    return unicodedata.normalize("NFC", password)
