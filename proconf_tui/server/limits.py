"""How much of anything one peer or one address may do: token buckets, and counts of open sockets.

Pure: every instant is handed in (seconds of any clock that never goes back). What happens to one
who does too much is the caller's business.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import Final

from proconf_tui.config.hosts import is_loopback
from proconf_tui.protocol.limits import KIB

_MOST_ADDRESSES: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once, refilled over ``period_s``; ``text`` is how a person reads it."""

    burst: int
    period_s: float
    text: str


JOINS = Rate(5, 10.0, "5 joins in 10 seconds from one address")
LOCAL_JOINS = Rate(50, 10.0, "50 joins in 10 seconds from this machine")
MESSAGES = Rate(60, 1.0, "60 messages a second")
BYTES = Rate(1024 * KIB, 8.0, "1 MiB of messages at once and 128 KiB a second")
CHAT_LINES = Rate(10, 5.0, "10 chat lines in 5 seconds")
MEDIA_OFFERS = Rate(20, 10.0, "20 offers of media in 10 seconds")
MEDIA_ANSWERS = Rate(60, 10.0, "60 answers to offers of media in 10 seconds")
"""More than the server offers: a fresh connection has all its slots after 14."""


@dataclasses.dataclass(frozen=True, slots=True)
class Most:
    """How many sockets at once: of one address, and of this machine, whose programs share it."""

    of_one: int
    of_this_machine: int


UNJOINED: Final = Most(10, 100)
"""Websockets that are in no meeting."""
HTTP_CONNECTIONS: Final = Most(60, 200)
"""A browser opens six for a page, and several people may stand behind one router."""


class TokenBucket:
    """Allows ``rate.burst`` at once and ``burst / period_s`` a second on average."""

    __slots__ = ("_at", "_left", "rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self.rate = rate
        self._left = float(rate.burst)
        self._at = now

    def take(self, now: float, amount: int = 1) -> bool:
        """Take ``amount`` if there is as much; return whether there was."""
        self._refill(now)
        if self._left < amount:
            return False
        self._left -= amount
        return True

    def is_full(self, now: float) -> bool:
        """Return whether nothing of it is in use."""
        self._refill(now)
        return self._left >= self.rate.burst

    def _refill(self, now: float) -> None:
        gained = (now - self._at) * self.rate.burst / self.rate.period_s
        self._left = min(float(self.rate.burst), self._left + gained)
        self._at = now


class JoinLimits:
    """A bucket of joins for each address, as many as were seen last."""

    def __init__(self) -> None:
        self._buckets: dict[str, TokenBucket] = {}

    def take(self, address: str, now: float) -> Rate | None:
        """Count one join; return None, or the rate that it would pass."""
        address = _line(address)
        bucket = self._buckets.pop(address, None)
        if bucket is None:
            rate = LOCAL_JOINS if is_loopback(address) else JOINS
            bucket = TokenBucket(rate, now)
            if len(self._buckets) >= _MOST_ADDRESSES:
                del self._buckets[next(iter(self._buckets))]
        # The one that came last stands last, so the first is the one not seen for longest.
        self._buckets[address] = bucket
        return None if bucket.take(now) else bucket.rate


class OpenSockets:
    """How many sockets of one kind each address has open, of the ``most`` that it may."""

    def __init__(self, most: Most) -> None:
        self.most = most
        self._open: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Count one more socket if the address may have it; return whether it may."""
        address = _line(address)
        most = self.most.of_this_machine if is_loopback(address) else self.most.of_one
        count = self._open.get(address, 0)
        if count >= most:
            return False
        self._open[address] = count + 1
        return True

    def leave(self, address: str) -> None:
        """Count one socket less: it is gone, or counts no longer."""
        address = _line(address)
        count = self._open.get(address, 0) - 1
        if count > 0:
            self._open[address] = count
        else:
            self._open.pop(address, None)


def _line(address: str) -> str:
    """Return what one subscriber has: of IPv6 addresses not one but 2**64 (RFC 6177)."""
    try:
        ip = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if ip.is_loopback:
        return address
    return str(ipaddress.IPv6Address(int(ip) >> 64 << 64))
