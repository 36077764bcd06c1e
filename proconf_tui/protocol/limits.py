"""How much anybody may send, in one place, and the checks that name the limit they enforce.

It knows no clock: how often somebody may send is counted where messages arrive.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Any, Final

import msgspec

from proconf_tui.errors import ConfigError, LimitExceeded

KIB: Final = 1024

MESSAGE_BYTES: Final = 128 * KIB
"""One WebSocket message from a client."""

SERVER_MESSAGE_BYTES: Final = 16 * KIB * KIB
"""One WebSocket message from a server: a snapshot holds everybody's metadata and the chat."""

ROOM_METADATA_BYTES: Final = 8 * KIB
PEER_METADATA_BYTES: Final = 4 * KIB
DATA_PAYLOAD_BYTES: Final = KIB
CHAT_CHARACTERS: Final = 4000
NAME_CELLS: Final = 48
NAME_CHARACTERS: Final = 512
"""Of a display name as it is sent; what is shown of it is cut to its cells."""

ID_CHARACTERS: Final = 64
"""Of a room's name, a peer's id and an identity."""

TOKEN_BYTES: Final = 8 * KIB
SDP_BYTES: Final = 64 * KIB
SDP_LINES: Final = 4000
SDP_CANDIDATES: Final = 32
STREAM_LABELS: Final = 64
"""Of the streams that one message names: as many as a description may have."""

JSON_DEPTH: Final = 16
"""Objects and arrays inside each other."""

JSON_INTEGER: Final = 2**53 - 1
"""Integers every JSON reader agrees on (RFC 8259 section 6)."""

WATCHED_STREAMS: Final = 64
"""Of the pictures somebody names as watched: more than any screen shows."""

PENDING_REQUESTS: Final = 128
LOBBY_PEERS: Final = 200
MAX_PEERS: Final = 1000
"""The most a room may be told to hold; the least is 1."""

LONGEST_S: Final = 366 * 86_400
"""How long a token or a room may be told to last: a year."""

CHAT_LINES_KEPT: Final = 500
CHAT_CHARACTERS_KEPT: Final = 100_000
PRIVATE_LINES_KEPT: Final = 50
PRIVATE_CHARACTERS_KEPT: Final = 20_000
"""Of the public chat, and of the private lines between any two."""

HEARTBEAT_S: Final = 5.0
"""A client that is not heard for this long is shown to the others as lost."""
PINGS_A_HEARTBEAT: Final = 2
"""A client says something at least this often within one, so that a lost one is noticed by then."""
DEAD_AFTER_S: Final = 15.0
"""A client that is not heard for this long has lost its connection."""
CLIENT_LOST_AFTER_S: Final = 7.5
"""A client that hears nothing for this long, though its pings are answered, connects anew."""
JOIN_TIMEOUT_S: Final = 10.0
"""How long a connection may live before it has joined."""


def check_max_peers(count: int | None, what: str = "max_peers") -> None:
    """Refuse a number of participants, named ``what``, that no room can be told to hold.

    Raises:
        ConfigError: saying how many it can.
    """
    if count is not None and not 1 <= count <= MAX_PEERS:
        raise ConfigError(f"A meeting holds 1 to {MAX_PEERS} participants; change {what}.")


def check_bytes(text: str, limit: int, what: str) -> None:
    """Refuse ``text`` longer than ``limit`` bytes of UTF-8.

    Raises:
        LimitExceeded: saying that ``what`` is too long, and the limit.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > limit:
        raise LimitExceeded(f"{what} may be at most {_bytes(limit)}; this is {size} bytes.")


def check_characters(text: str, limit: int, what: str) -> None:
    """Refuse ``text`` of more than ``limit`` characters.

    Raises:
        LimitExceeded: saying that ``what`` is too long, and the limit.
    """
    if len(text) > limit:
        raise LimitExceeded(f"{what} may have at most {limit} characters; this has {len(text)}.")


def check_count(items: Sized, limit: int, what: str) -> None:
    """Refuse more than ``limit`` of anything.

    Raises:
        LimitExceeded: saying that ``what`` are too many, and the limit.
    """
    if len(items) > limit:
        raise LimitExceeded(f"{what} may be at most {limit}; these are {len(items)}.")


def check_json_size(value: Any, limit: int, what: str) -> None:
    """Refuse a JSON value that takes more than ``limit`` bytes as compact JSON.

    Raises:
        LimitExceeded: saying that ``what`` is too big, or is no JSON at all, and the limit.
    """
    try:
        size = len(msgspec.json.encode(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise LimitExceeded(f"{what} must be plain JSON of at most {_bytes(limit)}.") from error
    if size > limit:
        raise LimitExceeded(f"{what} may be at most {_bytes(limit)} of JSON; this is {size} bytes.")


def _bytes(count: int) -> str:
    return f"{count // KIB} KiB" if count % KIB == 0 else f"{count} bytes"
