"""What a room answers to a command: the events that follow, or a refusal.

Nothing changes here: the caller stores the events and folds them with ``evolve``. Instants are
seconds since the epoch, handed in by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from proconf_tui.errors import RoomNotFound
from proconf_tui.room import commands, data, entry, moderation, publishing
from proconf_tui.room.commands import Command
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.settle import settle
from proconf_tui.room.state import fold

_Handler = Callable[[RoomState, Any, float], list[Event]]

_HANDLERS: Final[dict[type[Any], _Handler]] = {
    commands.Enter: entry.enter,
    commands.Leave: entry.leave,
    commands.Disconnect: entry.disconnect,
    commands.Reconnect: entry.reconnect,
    commands.Admit: entry.admit,
    commands.AdmitAll: entry.admit_all,
    commands.Deny: entry.deny,
    commands.Kick: moderation.kick,
    commands.Unblock: moderation.unblock,
    commands.CloseRoom: moderation.close_room,
    commands.UpdateControls: moderation.update_controls,
    commands.CloseStreams: moderation.close_streams,
    commands.MuteEveryone: moderation.mute_everyone,
    commands.UpdateRole: moderation.update_role,
    commands.UpdatePermissions: moderation.update_permissions,
    commands.Produce: publishing.produce,
    commands.StopProducing: publishing.stop_producing,
    commands.PauseStream: publishing.pause_stream,
    commands.ResumeStream: publishing.resume_stream,
    commands.UpdateRoomMetadata: data.update_room_metadata,
    commands.UpdatePeerMetadata: data.update_peer_metadata,
    commands.RaiseHand: data.raise_hand,
    commands.LowerHand: data.lower_hand,
    commands.SendChat: data.send_chat,
}


def decide(state: RoomState | None, command: Command, now: float) -> list[Event]:
    """Return what happens because of ``command``, oldest first; nothing if all is so already.

    Raises:
        ProconfError: one of its kinds, whose sentence says why the command is refused.
    """
    if isinstance(command, commands.CreateRoom):
        return entry.create_room(state, command, now)
    if state is None:
        raise RoomNotFound
    if state.closed is not None:
        raise RoomNotFound("This meeting is over.")
    happened = _HANDLERS[type(command)](state, command, now)
    if not happened:
        return []
    return [*happened, *settle(fold(happened, state), now, command.actor)]
