"""The people of a room: let in, send away, kick, mute."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Final

from proconf_tui.errors import MeetingNotStarted, PeerNotFound, RoomFull
from proconf_tui.protocol.ids import SOURCE_OF, Label, PeerId
from proconf_tui.room import commands
from proconf_tui.room.events import StreamClosed
from proconf_tui.server import api
from proconf_tui.server.room_actor import RoomActor
from proconf_tui.server.routes.base import ROOM, Call, Operation, refusal


async def admit(call: Call, wanted: api.WaitingPeer) -> None:
    await call.apply(commands.Admit(actor=None, peer_id=wanted.peer_id))


async def deny(call: Call, wanted: api.WaitingPeer) -> None:
    await call.apply(commands.Deny(actor=None, peer_id=wanted.peer_id))


async def kick(call: Call, wanted: api.Kick) -> None:
    await call.apply(commands.Kick(actor=None, peer_id=wanted.peer_id, block=wanted.block))


async def unblock(call: Call, wanted: api.Unblock) -> None:
    await call.apply(commands.Unblock(actor=None, identity=wanted.identity))


async def mute(call: Call, wanted: api.Mute) -> api.Muted:
    labels, room = frozenset(wanted.labels), call.room
    if wanted.peer_ids is None:
        happened = await room.apply(
            commands.MuteEveryone(actor=None, labels=labels, allow_unmute=wanted.allow_unmute)
        )
    else:
        happened = await room.apply(
            commands.CloseStreams(actor=None, labels=labels, peer_ids=tuple(wanted.peer_ids))
        )
        if not wanted.allow_unmute:
            await _forbid(room, wanted.peer_ids, labels)
    closed = [event for event in happened if isinstance(event, StreamClosed)]
    return api.Muted([api.ClosedStream(event.peer_id, event.label) for event in closed])


async def _forbid(room: RoomActor, peer_ids: Iterable[PeerId], labels: frozenset[Label]) -> None:
    """Take from those peers the right to publish from where these streams come."""
    changes = {"canProduceSources": {SOURCE_OF[label]: False for label in labels}}
    for peer_id in dict.fromkeys(peer_ids):
        # Who has left by now publishes nothing either.
        with contextlib.suppress(PeerNotFound):
            await room.apply(
                commands.UpdatePermissions(actor=None, peer_id=peer_id, changes=changes)
            )


_NOT_HERE: Final = refusal(PeerNotFound)

OPERATIONS: Final = (
    Operation(
        method="POST",
        path=f"{ROOM}/admit",
        summary="Let somebody in who waits in the lobby",
        handler=admit,
        body=api.WaitingPeer,
        status=204,
        own_refusals=(_NOT_HERE, refusal(MeetingNotStarted), refusal(RoomFull)),
    ),
    Operation(
        method="POST",
        path=f"{ROOM}/deny",
        summary="Send somebody away who waits in the lobby",
        handler=deny,
        body=api.WaitingPeer,
        status=204,
        own_refusals=(_NOT_HERE,),
    ),
    Operation(
        method="POST",
        path=f"{ROOM}/kick",
        summary="Remove somebody, and maybe keep their identity out",
        handler=kick,
        body=api.Kick,
        status=204,
        own_refusals=(_NOT_HERE,),
    ),
    Operation(
        method="POST",
        path=f"{ROOM}/unblock",
        summary="Let an identity come again",
        handler=unblock,
        body=api.Unblock,
        status=204,
    ),
    Operation(
        method="POST",
        path=f"{ROOM}/mute",
        summary="Close streams, and maybe forbid them",
        handler=mute,
        body=api.Mute,
        answer=api.Muted,
        own_refusals=(_NOT_HERE,),
    ),
)
