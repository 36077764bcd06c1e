"""How much of anything one peer or one address may do: token buckets, and counts of open sockets.

Pure: every instant is handed in (seconds of any clock that never goes back). What happens to one
who does too much is the caller's business.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable
from typing import Final

from proconf_tui.config.hosts import is_loopback
from proconf_tui.errors import LimitExceeded
from proconf_tui.protocol.limits import KIB

_MOST_ADDRESSES: Final = 4096
_LINE_BITS: Final = 64
"""How much of an IPv6 address is the line's; the rest is its subscriber's choice."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once, refilled over ``period_s``; ``text`` is how a person reads it."""

    burst: int
    period_s: float
    text: str


JOINS = Rate(5, 10.0, "5 joins in 10 seconds from one address")
LOCAL_JOINS = Rate(50, 10.0, "50 joins in 10 seconds from this machine")
HANDSHAKES = Rate(60, 6.0, "60 TLS handshakes in 6 seconds from one address")
LOCAL_HANDSHAKES = Rate(200, 2.0, "200 TLS handshakes in 2 seconds from this machine")
"""Each takes 1 ms from the media of all, and 4 ms with an RSA key of 4096 bits."""
RETURNS = Rate(5, 5.0, "5 returns to a seat in 5 seconds")
"""More than a client tries, and everybody is told of each."""
MESSAGES = Rate(60, 1.0, "60 messages a second")
BYTES = Rate(1024 * KIB, 8.0, "1 MiB of messages at once and 128 KiB a second")
CHAT_LINES = Rate(10, 5.0, "10 chat lines in 5 seconds")
RAISED_HANDS = Rate(5, 2.0, "5 raised hands in 2 seconds")
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

    def spend(self, now: float) -> None:
        """Take one.

        Raises:
            LimitExceeded: there was none left.
        """
        if not self.take(now):
            raise too_often(self.rate)

    def is_full(self, now: float) -> bool:
        """Return whether nothing of it is in use."""
        self._refill(now)
        return self._left >= self.rate.burst

    def _refill(self, now: float) -> None:
        gained = (now - self._at) * self.rate.burst / self.rate.period_s
        self._left = min(float(self.rate.burst), self._left + gained)
        self._at = now


def too_often(rate: Rate) -> LimitExceeded:
    """Return the refusal for who passes ``rate``, and may try again."""
    return LimitExceeded(f"The limit is {rate.text}; wait a little and try again.")


class Lines:
    """Tells which addresses are one subscriber's: of IPv6 not one but 2**64 (RFC 6177).

    In ``links``, the networks that this machine is on itself, and at addresses that are good on
    one link only, each address is a neighbour of its own.
    """

    def __init__(self, links: Iterable[ipaddress.IPv6Network] = ()) -> None:
        # Of one that is wider nobody knows how many lines it has.
        self._links = [link for link in links if link.prefixlen >= _LINE_BITS]

    def of(self, address: str) -> str:
        """Return what all addresses of one line have in common."""
        try:
            ip = ipaddress.IPv6Address(address)
        except ValueError:
            return address
        if ip.is_loopback or ip.is_link_local or any(ip in link for link in self._links):
            return address
        host_bits = ip.max_prefixlen - _LINE_BITS
        return str(ipaddress.IPv6Address(int(ip) >> host_bits << host_bits))


_NO_LINKS: Final = Lines()


class RateLimits:
    """A bucket for each line that was seen lately, of ``of_one`` or of this machine's rate."""

    def __init__(self, of_one: Rate, of_this_machine: Rate, lines: Lines = _NO_LINKS) -> None:
        self._of_one = of_one
        self._of_this_machine = of_this_machine
        self._lines = lines
        self._buckets: dict[str, TokenBucket] = {}

    def take(self, address: str, now: float) -> Rate | None:
        """Count one more of ``address``; return None, or the rate that it would pass."""
        line = self._lines.of(address)
        bucket = self._buckets.pop(line, None)
        if bucket is None:
            rate = self._of_this_machine if is_loopback(line) else self._of_one
            bucket = TokenBucket(rate, now)
            if len(self._buckets) >= _MOST_ADDRESSES:
                del self._buckets[next(iter(self._buckets))]
        # The one that came last stands last, so the first is the one not seen for longest.
        self._buckets[line] = bucket
        return None if bucket.take(now) else bucket.rate


class OpenSockets:
    """How many sockets of one kind each line has open, of the ``most`` that it may."""

    def __init__(self, most: Most, lines: Lines = _NO_LINKS) -> None:
        self.most = most
        self._lines = lines
        self._open: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Count one more socket if the address may have it; return whether it may."""
        line = self._lines.of(address)
        most = self.most.of_this_machine if is_loopback(line) else self.most.of_one
        count = self._open.get(line, 0)
        if count >= most:
            return False
        self._open[line] = count + 1
        return True

    def leave(self, address: str) -> None:
        """Count one socket less: it is gone, or counts no longer."""
        line = self._lines.of(address)
        count = self._open.get(line, 0) - 1
        if count > 0:
            self._open[line] = count
        else:
            self._open.pop(line, None)


class Handshakes:
    """How many TLS handshakes each line may be in, and how many it may begin."""

    def __init__(self, most: Most, lines: Lines = _NO_LINKS) -> None:
        self._sockets = OpenSockets(most, lines)
        self._rates = RateLimits(HANDSHAKES, LOCAL_HANDSHAKES, lines)

    def enter(self, address: str, now: float) -> bool:
        """Count one that begins if the address may begin it; return whether it may."""
        return self._rates.take(address, now) is None and self._sockets.enter(address)

    def leave(self, address: str) -> None:
        """Count one less: it is over."""
        self._sockets.leave(address)
