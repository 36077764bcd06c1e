"""The server's side of the API: access tokens made with its key, and rooms managed over HTTP.

It holds no connection. What a token may say is laid down in `proconf_tui.protocol.claims`.
"""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Mapping
from types import NoneType
from typing import Any, Final, TypeVar
from urllib.parse import quote

import jwt

from proconf_tui.errors import ConfigError
from proconf_tui.protocol import claims as layout
from proconf_tui.protocol.claims import ServerClaims, TokenClaims
from proconf_tui.protocol.ids import Identity, RoomId
from proconf_tui.protocol.limits import ROOM_METADATA_BYTES, check_json_size
from proconf_tui.room.permissions import ALIASES, BY_ROLE, Permissions
from proconf_tui.sdk import http
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.answers import Json, RoomInfo, RoomList

T = TypeVar("T")

_SERVER_TOKEN_TTL_S: Final = 60
_ROOMS: Final = "/api/v1/rooms"


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
            ConfigError: there is no such role or permission.
        """
        if self.role not in BY_ROLE and self.role not in ALIASES:
            raise ConfigError(f"There is no role {self.role!r}; there are {', '.join(BY_ROLE)}.")
        now = int(time.time())
        made = TokenClaims(
            iss=self.api_key,
            aud=layout.ROOM_AUDIENCE,
            sub=Identity(self.identity or f"user-{secrets.token_hex(6)}"),
            exp=now + int(self.ttl_s),
            nbf=now,
            jti=secrets.token_urlsafe(12),
            room=RoomId(self.room_id),
            role=self.role,
            name=self.name,
            permissions=wire_permissions(self.permissions) if self.permissions else None,
            metadata=self.metadata,
            max_peers=self.max_peers,
        )
        return _signed(made, self.api_secret)


def invite_token(api_key: str, api_secret: str, room_id: str, ttl_s: float) -> str:
    """Return the token of an invite link: each who has it gets a guest's token for it."""
    now = int(time.time())
    made = TokenClaims(
        iss=api_key,
        aud=layout.INVITE_AUDIENCE,
        sub=Identity("invite"),
        exp=now + int(ttl_s),
        nbf=now,
        jti=secrets.token_urlsafe(12),
        room=RoomId(room_id),
        role="guest",
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


def server_token(api_key: str, api_secret: str) -> str:
    """Return a token for the HTTP API, good for a minute."""
    now = int(time.time())
    made = ServerClaims(
        iss=api_key,
        aud=layout.SERVER_AUDIENCE,
        sub=Identity(api_key),
        exp=now + _SERVER_TOKEN_TTL_S,
        nbf=now,
        jti=secrets.token_urlsafe(12),
    )
    return _signed(made, api_secret)


def _signed(made: ServerClaims, api_secret: str) -> str:
    return jwt.encode(layout.to_payload(made), api_secret, layout.ALGORITHM)


class RoomService:
    """The rooms of one server; every call raises `ServerUnreachable` or the server's refusal."""

    def __init__(self, url: str, api_key: str, api_secret: str) -> None:
        self._server = ServerAddress.parse(url)
        self._api_key = api_key
        self._api_secret = api_secret

    async def create_room(
        self,
        room_id: str | None = None,
        *,
        room_locked: bool = False,
        metadata: Json | None = None,
        max_peers: int | None = None,
        expires_s: float | None = None,
        passcode: str | None = None,
    ) -> RoomInfo:
        """Make a room and return it; unnamed, the server names it."""
        if metadata is not None:
            check_json_size(metadata, ROOM_METADATA_BYTES, "A room's metadata")
        wanted = {
            "roomId": room_id,
            "roomLocked": room_locked,
            "metadata": metadata,
            "maxPeers": max_peers,
            "expiresS": expires_s,
            "passcode": passcode,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        return await self._call("POST", _ROOMS, RoomInfo, given)

    async def list_rooms(self) -> list[RoomInfo]:
        """Return the rooms there are."""
        return (await self._call("GET", _ROOMS, RoomList)).rooms

    async def get_room(self, room_id: str) -> RoomInfo:
        """Return one room."""
        return await self._call("GET", _room_path(room_id), RoomInfo)

    async def end_room(self, room_id: str) -> None:
        """End a room for everybody in it."""
        await self._call("DELETE", _room_path(room_id), NoneType)

    async def _call(self, method: str, path: str, kind: type[T], body: Json | None = None) -> T:
        token = server_token(self._api_key, self._api_secret)
        return await http.call(self._server, method, path, kind, token=token, body=body)


def _room_path(room_id: str) -> str:
    return f"{_ROOMS}/{quote(room_id, safe='')}"
