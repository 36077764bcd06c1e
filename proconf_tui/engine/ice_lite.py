"""The server's half of ICE: it answers authenticated binding requests and does nothing else.

An ICE-lite agent (RFC 8445 section 2.5) never checks anything itself: the client finds out
what works. Whoever proves the password of a connection (RFC 8489 section 9.1) may send to
it from there; nothing else that arrives is looked at. Refuses to know sockets.
"""

from __future__ import annotations

import math
import secrets
import string
import struct
from dataclasses import dataclass
from typing import Final

from aioice import stun

Address = tuple[str, int] | tuple[str, int, int, int]
"""Host and port as a socket tells them; with flow and scope after them for IPv6."""

MAX_ADDRESSES: Final = 8
MAX_CHECKS: Final = 64
SILENCE_S: Final = 3.0
"""Longer than a browser lets the address it uses go without a check (2.5 s)."""

_ICE_CHARACTERS: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Credentials:
    """A local ufrag and password (RFC 8445 section 5.3: 24 and 128 bits at least)."""

    ufrag: str
    password: str


def new_credentials() -> Credentials:
    """Return credentials nobody can guess."""
    return Credentials(_random_text(8), _random_text(24))


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ICE_CHARACTERS) for _ in range(length))


class BindingRequest:
    """A binding request from outside; worth nothing before :meth:`is_authentic`."""

    __slots__ = ("_message", "local_ufrag")

    def __init__(self, message: stun.Message) -> None:
        self._message = message
        self.local_ufrag: str = message.attributes.get("USERNAME", "").partition(":")[0]

    @property
    def transaction_id(self) -> bytes:
        """What tells this check from every other one."""
        return self._message.transaction_id

    @property
    def is_nominating(self) -> bool:
        """Whether the client chose this pair of addresses."""
        return "USE-CANDIDATE" in self._message.attributes

    def is_authentic(self, password: str) -> bool:
        """Whether it was signed with our password."""
        return self._message.check_message_integrity(password.encode())

    def response(self, address: Address, password: str) -> bytes:
        """Return the signed success response that tells the client its ``address``."""
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=self._message.transaction_id,
        )
        response.attributes["XOR-MAPPED-ADDRESS"] = address[:2]
        response.add_message_integrity(password.encode())
        return bytes(response)


def parse_request(datagram: bytes) -> BindingRequest | None:
    """Return the STUN binding request in ``datagram``; None for anything else."""
    try:
        message = stun.parse_message(datagram)
    except (ValueError, struct.error):
        return None
    is_request = message.message_class is stun.Class.REQUEST
    if not is_request or message.message_method is not stun.Method.BINDING:
        return None
    return BindingRequest(message)


class Checks:
    """The newest checks of a connection and where each came from first.

    A client never repeats a check from elsewhere: whoever does has only overheard it. The
    oldest are forgotten, which `Addresses` bears: it believes nobody against one who is alive.
    """

    __slots__ = ("_origins",)

    def __init__(self) -> None:
        self._origins: dict[bytes, Address] = {}

    def is_original(self, request: BindingRequest, address: Address) -> bool:
        """Take note of an authentic check; False when it is another's, replayed."""
        origin = self._origins.setdefault(request.transaction_id, address)
        if len(self._origins) > MAX_CHECKS:
            del self._origins[next(iter(self._origins))]
        return origin == address


class Addresses:
    """Where a client is: the addresses that proved themselves, and the one to send to.

    Browsers check from several; at most 8 are kept, the one silent for longest goes first.
    Until media has come, the client's nomination decides. From then on its media does: they
    cannot be replayed, while a check may have been overheard. Only one who has fallen silent
    is believed to be wherever a check comes from, nominated or not: a new address given by a
    translator in between (RFC 4787) is never nominated again.

    ``media_at`` is when media that decrypts came last; whoever takes them sets it, after
    `move` if they came from another address than ``chosen``.
    """

    __slots__ = ("_heard_at", "chosen", "media_at")

    def __init__(self) -> None:
        self._heard_at: dict[Address, float] = {}
        self.chosen: Address | None = None
        self.media_at = -math.inf

    def add(self, address: Address, *, is_nominated: bool, now: float) -> Address | None:
        """Keep an authenticated address; return the one that had to go for it, if any."""
        if self.chosen is None or self._is_believed(self.chosen, now, is_nominated=is_nominated):
            self.chosen = address
        self._heard_at[address] = now
        return self._drop_one() if len(self._heard_at) > MAX_ADDRESSES else None

    def _is_believed(self, chosen: Address, now: float, *, is_nominated: bool) -> bool:
        if is_nominated and self.media_at == -math.inf:
            return True
        return now - max(self._heard_at[chosen], self.media_at) >= SILENCE_S

    def move(self, address: Address) -> None:
        """Send to ``address``, one of those kept, from now on: media came from there."""
        if self.chosen is not None:
            self._heard_at[self.chosen] = max(self._heard_at[self.chosen], self.media_at)
        self.chosen = address

    def _drop_one(self) -> Address:
        others = (known for known in self._heard_at if known != self.chosen)
        silent = min(others, key=self._heard_at.__getitem__)
        del self._heard_at[silent]
        return silent

    def all(self) -> tuple[Address, ...]:
        """Return every address kept."""
        return tuple(self._heard_at)
