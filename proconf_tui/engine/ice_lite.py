"""The server's half of ICE: it answers authenticated binding requests and does nothing else.

An ICE-lite agent (RFC 8445 section 2.5) never checks anything itself: the client finds out
what works. Whoever proves the password of a connection (RFC 8489 section 9.1) may send to
it from there; nothing else that arrives is looked at. Refuses to know sockets.
"""

from __future__ import annotations

import secrets
import string
import struct
from dataclasses import dataclass
from typing import Final

from aioice import stun

Address = tuple[str, int]

MAX_ADDRESSES: Final = 8
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
        response.attributes["XOR-MAPPED-ADDRESS"] = address
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


class Addresses:
    """Where a client is: the addresses that proved themselves, and the one to send to.

    Browsers check from several; at most 8 are kept, the oldest goes first.
    """

    __slots__ = ("_known", "chosen")

    def __init__(self) -> None:
        self._known: list[Address] = []
        self.chosen: Address | None = None

    def add(self, address: Address, *, is_nominated: bool) -> Address | None:
        """Keep an authenticated address; return the one that had to go for it, if any."""
        if self.chosen is None or is_nominated:
            self.chosen = address
        if address in self._known:
            return None
        self._known.append(address)
        return self._drop_oldest() if len(self._known) > MAX_ADDRESSES else None

    def _drop_oldest(self) -> Address:
        oldest = next(known for known in self._known if known != self.chosen)
        self._known.remove(oldest)
        return oldest

    def all(self) -> tuple[Address, ...]:
        """Return every address kept."""
        return tuple(self._known)
