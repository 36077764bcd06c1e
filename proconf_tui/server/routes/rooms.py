"""Rooms as a whole: make, list, show, end; their controls and metadata."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from proconf_tui.errors import ConfigError, ServerUnreachable
from proconf_tui.protocol.boundary import clean_message
from proconf_tui.room import commands
from proconf_tui.room.permissions import Controls
from proconf_tui.server import api, names, passcodes
from proconf_tui.server.routes.base import ROOM, ROOMS, Call, Operation, refusal
from proconf_tui.server.routes.failures import Refused

_TAKEN: Final = 409


async def list_rooms(call: Call, _: None) -> api.RoomList:
    return api.RoomList([api.room_info(room.state) for room in call.server.hub.rooms])


async def create_room(call: Call, wanted: api.CreateRoom) -> api.RoomInfo:
    hub = call.server.hub
    call.server.check_open()
    room_id = names.new_room_id() if wanted.room_id is None else wanted.room_id
    passcode_hash = None
    if wanted.passcode is not None:
        passcode_hash = await asyncio.to_thread(passcodes.hashed, wanted.passcode)
    command = commands.CreateRoom(
        actor=None,
        room_id=room_id,
        controls=Controls(room_locked=wanted.room_locked),
        metadata=wanted.metadata,
        passcode_hash=passcode_hash,
        max_peers=wanted.max_peers,
        expires_at=None if wanted.expires_s is None else time.time() + wanted.expires_s,
    )
    try:
        room = await hub.create_room(command)
    except ConfigError as error:
        if any(room.room_id == room_id for room in hub.rooms):
            raise Refused(_TAKEN, error) from error
        raise
    return api.room_info(room.state)


async def show_room(call: Call, _: None) -> api.RoomInfo:
    return api.room_info(call.room.state)


async def end_room(call: Call, _: None) -> None:
    await call.apply(commands.CloseRoom(actor=None))


async def update_controls(call: Call, wanted: api.UpdateControls) -> Controls:
    room = call.room
    await room.apply(
        commands.UpdateControls(
            actor=None,
            room_locked=wanted.room_locked,
            allow_produce=wanted.allow_produce,
            allow_produce_sources=wanted.allow_produce_sources,
            allow_consume=wanted.allow_consume,
            allow_send_data=wanted.allow_send_data,
        )
    )
    return room.state.controls


async def update_metadata(call: Call, wanted: api.RoomMetadata) -> api.RoomMetadata:
    room, cleaned = call.room, clean_message(wanted)
    await room.apply(commands.UpdateRoomMetadata(actor=None, metadata=cleaned.metadata))
    return api.RoomMetadata(room.state.metadata)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path=ROOMS,
        summary="List the rooms",
        handler=list_rooms,
        answer=api.RoomList,
    ),
    Operation(
        method="POST",
        path=ROOMS,
        summary="Make a room",
        handler=create_room,
        body=api.CreateRoom,
        answer=api.RoomInfo,
        status=201,
        own_refusals=(
            refusal(ConfigError, "The name is none that a room can have."),
            refusal(ConfigError, "A meeting of that name exists already.", status=_TAKEN),
            refusal(ServerUnreachable, "The server is shutting down."),
        ),
    ),
    Operation(
        method="GET",
        path=ROOM,
        summary="Show a room, who is in it and who waits",
        handler=show_room,
        answer=api.RoomInfo,
    ),
    Operation(
        method="DELETE",
        path=ROOM,
        summary="End a room for everybody",
        handler=end_room,
        status=204,
    ),
    Operation(
        method="PATCH",
        path=f"{ROOM}/controls",
        summary="Change what those who are no moderators may do",
        handler=update_controls,
        body=api.UpdateControls,
        answer=Controls,
    ),
    Operation(
        method="PUT",
        path=f"{ROOM}/metadata",
        summary="Replace the room's metadata",
        handler=update_metadata,
        body=api.RoomMetadata,
        answer=api.RoomMetadata,
    ),
)
