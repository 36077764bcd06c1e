"""What an access token says: the claims of its JWT, shared by who makes tokens and who checks them.

It knows names and types only; signing and checking need a JWT library and a clock, and live in the
server and the SDK. Registered names are those of RFC 7519 §4.1; ours are ``room``, ``role``,
``name``, ``permissions`` (camelCase, only what differs from the role's), ``metadata`` and
``maxPeers``.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar

import msgspec

from proconf_tui.errors import InvalidToken
from proconf_tui.protocol.ids import Identity, RoomId
from proconf_tui.protocol.limits import MAX_PEERS
from proconf_tui.protocol.messages import Json

ALGORITHM: Final = "HS256"
"""The only one accepted; a token that names another is refused before its key is looked at."""

ROOM_AUDIENCE: Final = "proconf-room"
"""``aud`` of a token that lets one identity into one room."""

INVITE_AUDIENCE: Final = "proconf-invite"
"""``aud`` of an invite, which many may hold: each exchanges it for a room token of their own."""

SERVER_AUDIENCE: Final = "proconf-server"
"""``aud`` of a token for the HTTP API; it may do everything there."""

REQUIRED_OF_SERVER: Final = ("exp", "nbf", "iss", "aud", "sub", "jti")
REQUIRED_OF_ROOM: Final = (*REQUIRED_OF_SERVER, "room", "role")

MaxPeers = Annotated[int, msgspec.Meta(ge=1, le=MAX_PEERS)]
"""How many a room may hold, as a token or a request says it; checked when it is decoded."""


class ServerClaims(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """The claims every token carries; instants are whole seconds since the epoch."""

    iss: str
    """The API key whose secret signed the token."""
    aud: str
    sub: Identity
    exp: int
    nbf: int
    jti: str


class TokenClaims(ServerClaims, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """The claims of a token for one room."""

    room: RoomId
    role: str
    """A role of ours or one of its aliases; who checks the token knows which there are."""
    name: str | None = None
    permissions: Json | None = None
    metadata: Json | None = None
    max_peers: MaxPeers | None = None


_Claims = TypeVar("_Claims", bound=ServerClaims)


def to_payload(claims: ServerClaims) -> dict[str, Any]:
    """Return the claims as the JSON object that a JWT library signs."""
    payload: dict[str, Any] = msgspec.to_builtins(claims)
    return payload


def room_claims(payload: dict[str, Any]) -> TokenClaims:
    """Return the claims of a room token from its decoded payload.

    Raises:
        InvalidToken: a claim is missing or of the wrong type.
    """
    return _converted(payload, TokenClaims)


def server_claims(payload: dict[str, Any]) -> ServerClaims:
    """Return the claims of a server token from its decoded payload.

    Raises:
        InvalidToken: a claim is missing or of the wrong type.
    """
    return _converted(payload, ServerClaims)


def _converted(payload: dict[str, Any], kind: type[_Claims]) -> _Claims:
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        raise InvalidToken(f"The access token's claims are wrong: {error}.") from error
