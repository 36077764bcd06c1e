"""Names the server makes up: unguessable where that matters, readable where people see them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

from proconf_tui.protocol.ids import Identity, PeerId, RoomId


def new_peer_id() -> PeerId:
    """Return an id for one who comes in."""
    return PeerId("p-" + secrets.token_urlsafe(9))


def resume_key(secret: str, room_id: RoomId, peer_id: PeerId) -> str:
    """Return the secret that proves whose a kept seat is; the same after the server's restart."""
    seat = f"seat\n{room_id}\n{peer_id}"
    return hmac.new(secret.encode(), seat.encode(), hashlib.sha256).hexdigest()


def new_room_id() -> RoomId:
    """Return a room's name like ``abc-defg-hij``."""
    return RoomId("-".join("".join(map(_letter, range(length))) for length in (3, 4, 3)))


def _letter(_: int) -> str:
    return secrets.choice(string.ascii_lowercase)


def guest_identity(device: str | None) -> Identity:
    """Return the identity of a guest: always the same for one device, so that a block holds.

    A guest names its own device; the prefix and the hash keep it from naming somebody else.
    """
    if not device:
        return Identity("guest-" + secrets.token_hex(8))
    return Identity("guest-" + hashlib.sha256(device.encode()).hexdigest()[:16])
