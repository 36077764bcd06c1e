"""Tokens from the options of ``token create``, and what a program is told of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import jwt

from proconf_tui.cli.durations import seconds_of
from proconf_tui.cli.names import checked_room
from proconf_tui.cli.values import checked_seats, json_object, permissions_of
from proconf_tui.config.credentials import Credentials
from proconf_tui.config.settings import Settings
from proconf_tui.errors import ConfigError, InvalidMessage
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.limits import PEER_METADATA_BYTES
from proconf_tui.protocol.text import clean_name, is_valid_identity
from proconf_tui.room.permissions import ALIASES, Permissions, merge
from proconf_tui.sdk.address import Invite, ServerAddress
from proconf_tui.sdk.local import for_others, local_server, server_at
from proconf_tui.sdk.meetings import INVITE_TTL_S
from proconf_tui.sdk.service import AccessToken, invite_token, server_token, wire_permissions

TTL_S: Final = 600.0


class Wanted(NamedTuple):
    """The options that say what a token lets its holder do; None is one not given."""

    room: str | None = None
    role: str | None = None
    identity: str | None = None
    name: str | None = None
    ttl: str | None = None
    metadata: str | None = None
    max_peers: int | None = None
    permission: Sequence[str] | None = None

    def refuse_all_but(self, allowed: Sequence[str], beside: str) -> None:
        """Refuse options that mean nothing beside the option ``beside``.

        Raises:
            ConfigError: naming the first.
        """
        for option, value in self._asdict().items():
            if value is not None and option not in allowed:
                raise ConfigError(f"--{option.replace('_', '-')} has no meaning with {beside}.")


class Made(NamedTuple):
    """A new token; ``shown`` is it as people pass it on."""

    token: str
    shown: str

    def as_json(self) -> dict[str, Any]:
        """Return what the token says, the instant in seconds since 1970, and the token itself."""
        claims = jwt.decode(self.token, options={"verify_signature": False})
        told = {
            "token": self.token,
            "room": claims.get("room"),
            "role": claims.get("role"),
            "identity": claims["sub"],
            "expiresAt": claims["exp"],
            "url": self.shown if self.shown != self.token else None,
        }
        return {name: value for name, value in told.items() if value is not None}


def access_token(key: Credentials, wanted: Wanted, ttl_s: float = TTL_S) -> Made:
    """Return a token that lets one identity into one room, for ``ttl_s`` unless it is told.

    Raises:
        ConfigError: an option makes no sense.
    """
    role = wanted.role or "guest"
    made = AccessToken(
        key.api_key,
        key.api_secret,
        _room(wanted),
        identity=_identity(wanted.identity),
        name=_name(wanted.name),
        role=ALIASES.get(role, role),
        permissions=_permissions(wanted.permission or ()),
        metadata=_metadata(wanted.metadata),
        max_peers=checked_seats(wanted.max_peers),
        ttl_s=_ttl_s(wanted, ttl_s),
    )
    token = made.to_jwt()
    return Made(token, token)


def invite(key: Credentials, wanted: Wanted, settings: Settings) -> Made:
    """Return an invite to a room of the settings' server, else of the newest on this machine.

    Raises:
        ConfigError: an option makes no sense, or has no meaning for an invite.
        ServerUnreachable: no server is named and none runs here.
    """
    wanted.refuse_all_but(("room", "ttl"), "--invite")
    room, server = _room(wanted), _server(settings)
    token = invite_token(key.api_key, key.api_secret, room, _ttl_s(wanted, INVITE_TTL_S))
    return Made(token, str(Invite(server, room, token)))


def link(key: Credentials, wanted: Wanted, settings: Settings) -> Made:
    """Return an access token as a link, to a room of the same server as an invite's.

    Raises:
        ConfigError: an option makes no sense.
        ServerUnreachable: no server is named and none runs here.
    """
    room, server = _room(wanted), _server(settings)
    token = access_token(key, wanted, INVITE_TTL_S).token
    return Made(token, str(Invite(server, room, token)))


def api_token(key: Credentials, wanted: Wanted) -> Made:
    """Return a token for the HTTP API of any server with this key.

    Raises:
        ConfigError: an option makes no sense, or has no meaning for it.
    """
    wanted.refuse_all_but(("ttl",), "--api")
    token = server_token(key.api_key, key.api_secret, _ttl_s(wanted, TTL_S))
    return Made(token, token)


def _room(wanted: Wanted) -> RoomId:
    if wanted.room is None:
        raise ConfigError("Name the room that the token is for with --room NAME.")
    return RoomId(checked_room(wanted.room))


def _server(settings: Settings) -> ServerAddress:
    # A server that is named is named as others reach it; this machine's is known by its own name.
    return server_at(settings.server) if settings.server else for_others(local_server())


def _ttl_s(wanted: Wanted, unless_given_s: float) -> float:
    return seconds_of(wanted.ttl, "--ttl") if wanted.ttl is not None else unless_given_s


def _permissions(texts: Sequence[str]) -> dict[str, Any]:
    found = permissions_of(texts)
    try:
        merge(Permissions(), wire_permissions(found))
    except InvalidMessage as error:
        raise ConfigError(
            "--permission takes cam, mic and screen of can_produce_sources, "
            "as can_produce_sources.cam=false, and of no other."
        ) from error
    return found


def _identity(text: str | None) -> str | None:
    if text is not None and not is_valid_identity(text):
        raise ConfigError("--identity must be 1 to 64 visible characters without spaces.")
    return text


def _name(text: str | None) -> str | None:
    if text is None:
        return None
    name = clean_name(text)
    if not name:
        raise ConfigError("--name is empty; write something there or leave it out.")
    return name


def _metadata(text: str | None) -> dict[str, Any] | None:
    return json_object(text, "--metadata", PEER_METADATA_BYTES) if text is not None else None
