"""Slows down who tries passwords: after a few wrong ones in a row, each further try must wait, longer each time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5  # wrong passwords in a row before the first wait
LONGEST_WAIT = 5 * 60.0  # seconds
FADES = 15 * 60.0  # seconds without a wrong password, after which they are forgotten
MOST = 10_000  # names, and as many addresses, that are remembered
LONGEST_KEY = 64  # characters of a name or address that tell it from others


@dataclass(frozen=True)
class _Failures:
    count: int
    last: float  # when, by the clock


class Attempts:
    """Failures in a row for each name and for each address they came from; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._names: OrderedDict[str, _Failures] = OrderedDict()
        self._addresses: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, name: str, address: str) -> int:
        """Whole seconds until the next try for this name from this address; 0 where it may be made now."""
        return max(self._wait(self._names, name), self._wait(self._addresses, address))

    def failed(self, name: str, address: str) -> None:
        """Count a wrong password."""
        self._count(self._names, name)
        self._count(self._addresses, address)

    def succeeded(self, name: str) -> None:
        """Forget a name's failures. Those of the address stay: one's own password must not buy tries for others'."""
        self._names.pop(name[:LONGEST_KEY], None)

    def _wait(self, kept: OrderedDict[str, _Failures], key: str) -> int:
        known = self._recent(kept, key[:LONGEST_KEY])
        if known.count < FREE:
            return 0
        delay = min(2.0 ** min(known.count - FREE, 32), LONGEST_WAIT)
        return max(0, math.ceil(known.last + delay - self._clock()))

    def _count(self, kept: OrderedDict[str, _Failures], key: str) -> None:
        short = key[:LONGEST_KEY]
        kept[short] = _Failures(self._recent(kept, short).count + 1, self._clock())
        kept.move_to_end(short)
        if len(kept) > self._most:
            kept.popitem(last=False)

    def _recent(self, kept: OrderedDict[str, _Failures], key: str) -> _Failures:
        known = kept.get(key)
        fresh = known is not None and self._clock() - known.last < FADES
        return known if known is not None and fresh else _Failures(0, 0.0)
