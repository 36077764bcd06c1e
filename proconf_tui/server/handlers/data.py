"""Metadata, raised hands, chat, and data that is passed on and kept by nobody."""

from __future__ import annotations

import time
from collections.abc import Iterable

from proconf_tui.errors import InvalidMessage, PeerNotFound
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import CHAT_LABEL, PeerId
from proconf_tui.protocol.messages import Request
from proconf_tui.room import commands, who
from proconf_tui.room.data import check_may_send
from proconf_tui.room.model import RoomState
from proconf_tui.server.handlers.base import DONE, Caller, Handler, Result


async def update_room_metadata(caller: Caller, request: messages.UpdateRoomMetadata) -> Result:
    return await caller.command(
        commands.UpdateRoomMetadata(actor=caller.peer_id, metadata=request.metadata)
    )


async def update_peer_metadata(caller: Caller, request: messages.UpdatePeerMetadata) -> Result:
    return await caller.command(
        commands.UpdatePeerMetadata(actor=caller.peer_id, metadata=request.metadata)
    )


async def raise_hand(caller: Caller, _: messages.RaiseHand) -> Result:
    # To lower one needs no limit: only a hand that is up makes an event.
    caller.peer.raised_hands.spend(time.monotonic())
    return await caller.command(commands.RaiseHand(actor=caller.peer_id))


async def lower_hand(caller: Caller, request: messages.LowerHand) -> Result:
    return await caller.command(commands.LowerHand(actor=caller.peer_id, peer_id=request.peer_id))


async def send_chat(caller: Caller, request: messages.SendChat) -> Result:
    return await caller.command(
        commands.SendChat(
            actor=caller.peer_id, text=request.text, to=request.to, key=request.key or ""
        )
    )


async def send_data(caller: Caller, request: messages.SendData) -> Result:
    if request.label == CHAT_LABEL:
        raise InvalidMessage(f"Chat is said with {messages.SendChat.method}.")
    state = caller.room.state
    check_may_send(state, who.actor(state, caller.peer_id))
    told = messages.Data(caller.peer_id, request.payload, request.label)
    for peer_id in receivers(state, caller.peer_id, request.to):
        if peer_id in caller.room.peers:
            caller.room.peers[peer_id].notify(told)
    return DONE


def receivers(state: RoomState, sender: PeerId, to: Iterable[PeerId] | None) -> list[PeerId]:
    """Return who gets data from ``sender``: those named, or everybody else, who may receive it.

    Raises:
        PeerNotFound: one of those named is not in.
    """
    named = [peer_id for peer_id in state.participants if peer_id != sender] if to is None else to
    found = []
    for peer_id in dict.fromkeys(named):
        member = state.participants.get(peer_id)
        if member is None:
            raise PeerNotFound
        if member.permissions.can_recv_data:
            found.append(peer_id)
    return found


HANDLERS: dict[type[Request], Handler] = {
    messages.UpdateRoomMetadata: update_room_metadata,
    messages.UpdatePeerMetadata: update_peer_metadata,
    messages.RaiseHand: raise_hand,
    messages.LowerHand: lower_hand,
    messages.SendChat: send_chat,
    messages.SendData: send_data,
}
