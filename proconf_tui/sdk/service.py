"""The server's side of the API: rooms managed over HTTP, and the tokens made with its key.

It holds no connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Final, TypeVar
from urllib.parse import quote

from proconf_tui.errors import ConfigError, RoomNotFound
from proconf_tui.protocol.limits import ROOM_METADATA_BYTES, check_json_size
from proconf_tui.protocol.text import is_valid_room_id
from proconf_tui.sdk import http
from proconf_tui.sdk.access import AccessToken, invite_token, server_token, wire_permissions
from proconf_tui.sdk.answers import (
    ClosedStream,
    Controls,
    Json,
    Muted,
    RoomInfo,
    RoomList,
    RoomMetadata,
    SentTo,
)
from proconf_tui.sdk.local import server_at

__all__ = ["AccessToken", "RoomService", "invite_token", "server_token", "wire_permissions"]

T = TypeVar("T")

_ROOMS: Final = "/api/v1/rooms"
_METADATA: Final = "A room's metadata"


class RoomService:
    """The rooms of one server; every call raises `ServerUnreachable` or the server's refusal."""

    def __init__(self, url: str, api_key: str, api_secret: str) -> None:
        self._server = server_at(url)
        self._api_key = api_key
        self._api_secret = api_secret

    # --- rooms ----------------------------------------------------------------------------------

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
        """Make a room and return it; unnamed, the server names it.

        Raises:
            ConfigError: the name is taken or none, or the time makes no sense.
        """
        if metadata is not None:
            check_json_size(metadata, ROOM_METADATA_BYTES, _METADATA)
        if expires_s is not None and not expires_s > 0:
            raise ConfigError("A room must last for some time; raise expires_s.")
        wanted = {
            "roomId": room_id,
            "roomLocked": room_locked,
            "metadata": metadata,
            "maxPeers": max_peers,
            "expiresS": expires_s,
            "passcode": passcode,
        }
        return await self._call("POST", _ROOMS, RoomInfo, _given(wanted))

    async def list_rooms(self) -> list[RoomInfo]:
        """Return the rooms that are open."""
        return (await self._call("GET", _ROOMS, RoomList)).rooms

    async def get_room(self, room_id: str) -> RoomInfo:
        """Return one room, with who is in it and who waits."""
        return await self._call("GET", _room_path(room_id), RoomInfo)

    async def end_room(self, room_id: str) -> None:
        """End a room for everybody in it."""
        await self._call("DELETE", _room_path(room_id), NoneType)

    async def update_controls(
        self,
        room_id: str,
        *,
        room_locked: bool | None = None,
        allow_produce: bool | None = None,
        allow_produce_sources: Mapping[str, bool] | None = None,
        allow_consume: bool | None = None,
        allow_send_data: bool | None = None,
    ) -> Controls:
        """Change one or several of a room's controls and return all of them."""
        wanted = {
            "roomLocked": room_locked,
            "allowProduce": allow_produce,
            "allowProduceSources": allow_produce_sources,
            "allowConsume": allow_consume,
            "allowSendData": allow_send_data,
        }
        path = _room_path(room_id, "controls")
        return await self._call("PATCH", path, Controls, _given(wanted))

    async def update_metadata(self, room_id: str, metadata: Json) -> Json:
        """Replace a room's metadata and return what it is now."""
        check_json_size(metadata, ROOM_METADATA_BYTES, _METADATA)
        path = _room_path(room_id, "metadata")
        return (await self._call("PUT", path, RoomMetadata, {"metadata": metadata})).metadata

    # --- people ---------------------------------------------------------------------------------

    async def admit_peer(self, room_id: str, peer_id: str) -> None:
        """Let somebody in who waits in the lobby."""
        await self._post(room_id, "admit", NoneType, {"peerId": peer_id})

    async def deny_peer(self, room_id: str, peer_id: str) -> None:
        """Send somebody away who waits in the lobby."""
        await self._post(room_id, "deny", NoneType, {"peerId": peer_id})

    async def kick(self, room_id: str, peer_id: str, *, block: bool = False) -> None:
        """Remove somebody from the room or its lobby; ``block`` keeps their identity out."""
        await self._post(room_id, "kick", NoneType, {"peerId": peer_id, "block": block})

    async def unblock(self, room_id: str, identity: str) -> None:
        """Let an identity come again."""
        await self._post(room_id, "unblock", NoneType, {"identity": identity})

    async def mute(
        self,
        room_id: str,
        peer_ids: Iterable[str] | None = None,
        *,
        labels: Iterable[str] = ("audio",),
        allow_unmute: bool = True,
    ) -> list[ClosedStream]:
        """Close streams of those peers, or of all who are no moderators; return the closed ones.

        Without ``allow_unmute`` they cannot be published again: for named peers by their
        permissions, else by the room's controls.
        """
        wanted = {
            "peerIds": None if peer_ids is None else list(peer_ids),
            "labels": list(labels),
            "allowUnmute": allow_unmute,
        }
        return (await self._post(room_id, "mute", Muted, _given(wanted))).closed

    async def send_data(
        self,
        room_id: str,
        payload: str,
        *,
        to: Iterable[str] | None = None,
        label: str = "data",
    ) -> list[str]:
        """Send at most 1 KiB from the server to those peers or to all; return who was reached.

        They are told that it comes from ``server``. Whoever may not receive data, or is not
        connected, is not reached. The server does not chat: the label is not ``chat``.
        """
        wanted = {
            "payload": payload,
            "to": None if to is None else list(to),
            "label": label,
        }
        return (await self._post(room_id, "data", SentTo, _given(wanted))).peer_ids

    # --------------------------------------------------------------------------------------------

    async def _post(self, room_id: str, what: str, kind: type[T], body: Json) -> T:
        return await self._call("POST", _room_path(room_id, what), kind, body)

    async def _call(self, method: str, path: str, kind: type[T], body: Json | None = None) -> T:
        token = server_token(self._api_key, self._api_secret)
        return await http.call(self._server, method, path, kind, token=token, body=body)


def _given(wanted: Json) -> Json:
    return {name: value for name, value in wanted.items() if value is not None}


def _room_path(room_id: str, *parts: str) -> str:
    if not is_valid_room_id(room_id):
        # The path would lead elsewhere.
        raise RoomNotFound
    return "/".join((_ROOMS, quote(room_id, safe=""), *parts))
