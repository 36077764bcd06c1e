"""Tokens made with a server's API key: to come into a room, for an invite link, for the HTTP API.

What a token may say is laid down in `proconf_tui.protocol.claims`. Everything a server would
refuse is refused here already, where the one who makes the token can still change it.
"""

from __future__ import annotations

import dataclasses
import math
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

import jwt

from proconf_tui.config.credentials import SECRET_CHARACTERS
from proconf_tui.errors import ConfigError, InvalidMessage
from proconf_tui.protocol import claims as layout
from proconf_tui.protocol.boundary import clean_json
from proconf_tui.protocol.claims import ServerClaims, TokenClaims
from proconf_tui.protocol.ids import Identity, Role, RoomId
from proconf_tui.protocol.limits import (
    LONGEST_S,
    PEER_METADATA_BYTES,
    TOKEN_BYTES,
    check_bytes,
    check_json_size,
    check_max_peers,
)
from proconf_tui.protocol.text import clean, is_valid_identity, is_valid_room_id
from proconf_tui.room.permissions import ALIASES, BY_ROLE, Permissions, merge
from proconf_tui.sdk.answers import Json

_SERVER_TOKEN_TTL_S: Final = 60


@dataclasses.dataclass(frozen=True, slots=True)
class AccessToken:
    """What lets one identity into one room; ``permissions`` by their snake_case names.

    ``max_peers`` limits the room that this token opens, if it does.
    """

    api_key: str
    api_secret: str = dataclasses.field(repr=False)
    room_id: str
    _: dataclasses.KW_ONLY
    identity: str | None = None
    name: str | None = None
    role: str = "guest"
    permissions: Mapping[str, Any] | None = None
    metadata: Json | None = None
    max_peers: int | None = None
    ttl_s: float = 600

    def to_jwt(self) -> str:
        """Return the signed token, valid from now.

        Raises:
            ConfigError: something it says makes no sense to any server.
            LimitExceeded: the metadata, or the token as a whole, is too large.
        """
        role = _role(self.role)
        check_max_peers(self.max_peers)
        now = int(time.time())
        made = TokenClaims(
            iss=self.api_key,
            aud=layout.ROOM_AUDIENCE,
            sub=_identity(self.identity),
            exp=now + _lifetime_s(self.ttl_s),
            nbf=now,
            jti=secrets.token_urlsafe(12),
            room=_room(self.room_id),
            role=self.role,
            name=self.name,
            permissions=_permissions(role, self.permissions) if self.permissions else None,
            metadata=None if self.metadata is None else _metadata(self.metadata),
            max_peers=self.max_peers,
        )
        token = _signed(made, self.api_secret)
        check_bytes(token, TOKEN_BYTES, "An access token")
        return token


def invite_token(api_key: str, api_secret: str, room_id: str, ttl_s: float) -> str:
    """Return the token of an invite link: each who has it gets a guest's token for it.

    Raises:
        ConfigError: something it says makes no sense to any server.
    """
    now = int(time.time())
    made = TokenClaims(
        iss=api_key,
        aud=layout.INVITE_AUDIENCE,
        sub=Identity("invite"),
        exp=now + _lifetime_s(ttl_s),
        nbf=now,
        jti=secrets.token_urlsafe(12),
        room=_room(room_id),
        role="guest",
    )
    return _signed(made, api_secret)


def server_token(api_key: str, api_secret: str, ttl_s: float = _SERVER_TOKEN_TTL_S) -> str:
    """Return a token for the HTTP API, good for a minute unless told otherwise.

    Raises:
        ConfigError: the secret is none, or the time makes no sense.
    """
    now = int(time.time())
    made = ServerClaims(
        iss=api_key,
        aud=layout.SERVER_AUDIENCE,
        sub=Identity(api_key),
        exp=now + _lifetime_s(ttl_s),
        nbf=now,
        jti=secrets.token_urlsafe(12),
    )
    return _signed(made, api_secret)


def wire_permissions(permissions: Mapping[str, Any]) -> Json:
    """Return permissions given by their snake_case names under the wire's camelCase ones.

    Raises:
        ConfigError: there is no permission of that name.
    """
    known = dict(
        zip(Permissions.__struct_fields__, Permissions.__struct_encode_fields__, strict=True)
    )
    unknown = [name for name in permissions if name not in known]
    if unknown:
        raise ConfigError(f"There is no permission {unknown[0]!r}; there are {', '.join(known)}.")
    return {known[name]: value for name, value in permissions.items()}


# --- what a token may say -------------------------------------------------------------------------


def _room(room_id: str) -> RoomId:
    if not is_valid_room_id(room_id):
        raise ConfigError(
            f"{clean(room_id, max_cells=60)!r} is no room's name: "
            "1 to 64 letters, digits, dots, dashes or underscores."
        )
    return RoomId(room_id)


def _identity(identity: str | None) -> Identity:
    if identity is None:
        return Identity(f"user-{secrets.token_hex(6)}")
    if not is_valid_identity(identity):
        raise ConfigError("An identity is 1 to 64 visible characters without spaces; change it.")
    return Identity(identity)


def _role(name: str) -> Role:
    role = ALIASES.get(name, name)
    if role not in BY_ROLE:
        roles = ", ".join((*BY_ROLE, *ALIASES))
        raise ConfigError(f"There is no role {name!r}; there are {roles}.")
    return role


def _permissions(role: Role, permissions: Mapping[str, Any]) -> Json:
    wire = wire_permissions(permissions)
    try:
        merge(BY_ROLE[role], wire)
    except InvalidMessage as error:
        raise ConfigError(error.message) from error
    return wire


def _metadata(metadata: Json) -> Json:
    check_json_size(metadata, PEER_METADATA_BYTES, "The metadata of a participant")
    try:
        clean_json(metadata)
    except InvalidMessage as error:
        raise ConfigError(error.message) from error
    return metadata


def _lifetime_s(ttl_s: float) -> int:
    """Return whole seconds, as a JWT has them; what is left of one counts as one."""
    if not 0 < ttl_s <= LONGEST_S:
        raise ConfigError("A token is good for more than 0 seconds and at most 366 days.")
    return math.ceil(ttl_s)


def _signed(made: ServerClaims, api_secret: str) -> str:
    if len(api_secret) < SECRET_CHARACTERS:
        raise ConfigError(
            f"An API secret has at least {SECRET_CHARACTERS} characters; use the server's own."
        )
    try:
        return jwt.encode(layout.to_payload(made), api_secret, layout.ALGORITHM)
    except jwt.InvalidKeyError as error:
        raise ConfigError(
            "The API secret is a key of another kind; use the server's own."
        ) from error
