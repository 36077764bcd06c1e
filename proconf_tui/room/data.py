"""What participants say and show: metadata, raised hands, chat."""

from __future__ import annotations

from proconf_tui.errors import LimitExceeded, PermissionDenied
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import (
    CHAT_CHARACTERS,
    PEER_METADATA_BYTES,
    ROOM_METADATA_BYTES,
    check_characters,
    check_json_size,
)
from proconf_tui.room import commands, events, who
from proconf_tui.room.events import Event
from proconf_tui.room.model import ChatLine, Participant, RoomState


def update_room_metadata(
    state: RoomState, command: commands.UpdateRoomMetadata, now: float
) -> list[Event]:
    """Replace the room's metadata."""
    del now
    if command.actor is not None:
        me = who.actor(state, command.actor)
        if not who.rights(state, me).may_update_metadata():
            raise PermissionDenied("Your role does not allow changing the room's metadata.")
    check_json_size(command.metadata, ROOM_METADATA_BYTES, "The metadata of a room")
    if command.metadata == state.metadata:
        return []
    return [events.RoomMetadataUpdated(command.metadata, by=command.actor)]


def update_peer_metadata(
    state: RoomState, command: commands.UpdatePeerMetadata, now: float
) -> list[Event]:
    """Replace one's own metadata; everybody may."""
    del now
    me = who.actor(state, command.actor)
    check_json_size(command.metadata, PEER_METADATA_BYTES, "The metadata of a participant")
    if command.metadata == me.metadata:
        return []
    return [events.PeerMetadataUpdated(me.peer_id, command.metadata)]


def raise_hand(state: RoomState, command: commands.RaiseHand, now: float) -> list[Event]:
    """Raise one's hand; a raised one keeps its place in the queue."""
    me = who.actor(state, command.actor)
    return [] if me.hand_raised_at is not None else [events.HandRaised(me.peer_id, now)]


def lower_hand(state: RoomState, command: commands.LowerHand, now: float) -> list[Event]:
    """Lower one's own hand, or as a moderator somebody else's."""
    del now
    if command.peer_id is None or command.peer_id == command.actor:
        owner = who.actor(state, command.actor)
    else:
        who.moderator(state, command.actor)
        owner = who.participant(state, command.peer_id)
    if owner.hand_raised_at is None:
        return []
    return [events.HandLowered(owner.peer_id, by=command.actor)]


def send_chat(state: RoomState, command: commands.SendChat, now: float) -> list[Event]:
    """Say something to everybody or to one."""
    me = who.actor(state, command.actor)
    if is_said(state, me.peer_id, command.key):
        return []
    _check_chat(state, me, command)
    line = ChatLine(
        from_peer_id=me.peer_id,
        from_name=me.name,
        text=command.text,
        said_at=now,
        to=command.to,
        version=state.version + 1,
        key=command.key,
    )
    return [events.ChatSaid(line)]


def is_said(state: RoomState, peer_id: PeerId, key: str) -> bool:
    """Return whether this peer has said the line of that ``key`` already; ``""`` names none."""
    return key != "" and any(
        line.key == key and line.from_peer_id == peer_id for line in reversed(state.chat)
    )


def check_may_send(state: RoomState, me: Participant) -> None:
    """See that chat, reactions and data of this participant are let through.

    Raises:
        PermissionDenied: they are not.
    """
    if not me.permissions.can_send_data:
        raise PermissionDenied(
            f"Your role ({me.role}) does not allow chat and reactions; ask a moderator."
        )
    if not who.rights(state, me).may_send_data():
        raise PermissionDenied("A moderator has turned chat and reactions off for everybody.")


def _check_chat(state: RoomState, me: Participant, command: commands.SendChat) -> None:
    check_may_send(state, me)
    if not command.text.strip():
        raise LimitExceeded("A chat line needs at least one visible character.")
    check_characters(command.text, CHAT_CHARACTERS, "A chat line")
    if command.to is None:
        return
    if not who.participant(state, command.to).permissions.can_recv_data:
        raise PermissionDenied("That participant cannot receive chat.")
