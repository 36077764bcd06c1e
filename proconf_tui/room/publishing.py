"""What participants do with their own streams; a stream they no longer may publish is closed
after the command that forbade it, by `proconf_tui.room.settle`."""

from __future__ import annotations

from proconf_tui.errors import PermissionDenied
from proconf_tui.protocol.ids import SOURCE_OF, Source
from proconf_tui.room import commands, events, who
from proconf_tui.room.events import Event
from proconf_tui.room.model import Participant, RoomState

_DEVICE: dict[Source, str] = {"mic": "microphone", "cam": "camera", "screen": "screen"}


def produce(state: RoomState, command: commands.Produce, now: float) -> list[Event]:
    """Start a stream; one that runs goes on."""
    del now
    me = who.actor(state, command.actor)
    source = SOURCE_OF[command.label]
    if not who.rights(state, me).may_produce(source):
        raise PermissionDenied(_why_not(state, me, source))
    return [] if command.label in me.streams else [events.StreamAdded(me.peer_id, command.label)]


def stop_producing(state: RoomState, command: commands.StopProducing, now: float) -> list[Event]:
    """End one's own stream, if it runs."""
    del now
    me = who.actor(state, command.actor)
    if command.label not in me.streams:
        return []
    return [events.StreamClosed(me.peer_id, command.label, "STOPPED", by=me.peer_id)]


def pause_stream(state: RoomState, command: commands.PauseStream, now: float) -> list[Event]:
    """Stop the forwarding of one's own stream for a while."""
    del now
    me = who.actor(state, command.actor)
    stream = me.streams.get(command.label)
    if stream is None or stream.is_paused:
        return []
    return [events.StreamPaused(me.peer_id, command.label)]


def resume_stream(state: RoomState, command: commands.ResumeStream, now: float) -> list[Event]:
    """Go on with one's own paused stream."""
    del now
    me = who.actor(state, command.actor)
    stream = me.streams.get(command.label)
    if stream is None or not stream.is_paused:
        return []
    return [events.StreamResumed(me.peer_id, command.label)]


def _why_not(state: RoomState, me: Participant, source: Source) -> str:
    own = me.permissions
    if not own.can_produce:
        return f"Your role ({me.role}) does not allow publishing; ask a moderator."
    if not own.can_produce_sources.allows(source):
        return f"Your role ({me.role}) does not allow the {_DEVICE[source]}; ask a moderator."
    if not state.controls.allow_produce:
        return "A moderator has turned publishing off for everybody; raise your hand to ask."
    return f"A moderator has turned the {_DEVICE[source]} off for everybody; raise your hand."
