"""Data from the server itself to those in a room; the server is nobody, so it does not chat."""

from __future__ import annotations

from typing import Final

from proconf_tui.errors import InvalidMessage, PeerNotFound
from proconf_tui.protocol import messages
from proconf_tui.protocol.boundary import clean_message
from proconf_tui.protocol.ids import CHAT_LABEL, PeerId
from proconf_tui.protocol.limits import (
    DATA_PAYLOAD_BYTES,
    ID_CHARACTERS,
    check_bytes,
    check_characters,
)
from proconf_tui.server import api
from proconf_tui.server.handlers.data import receivers
from proconf_tui.server.routes.base import ROOM, Call, Operation, refusal

SERVER: Final = PeerId("server")
"""The sender that receivers are told; no participant has such an id."""


async def send_data(call: Call, wanted: api.SendData) -> api.SentTo:
    room, cleaned = call.room, _checked(wanted)
    told = messages.Data(SERVER, cleaned.payload, cleaned.label)
    reached = []
    for peer_id in receivers(room.state, SERVER, cleaned.to):
        peer = room.peers.get(peer_id)
        if peer is not None and peer.outbox is not None:
            peer.notify(told)
            reached.append(peer_id)
    return api.SentTo(reached)


def _checked(wanted: api.SendData) -> api.SendData:
    check_bytes(wanted.payload, DATA_PAYLOAD_BYTES, "The payload of a data message")
    check_characters(wanted.label, ID_CHARACTERS, "A label")
    cleaned = clean_message(wanted)
    if cleaned.label == CHAT_LABEL:
        raise InvalidMessage("Chat is said by participants only; choose another label.")
    return cleaned


OPERATIONS: Final = (
    Operation(
        method="POST",
        path=f"{ROOM}/data",
        summary="Send data to those who are in",
        handler=send_data,
        body=api.SendData,
        answer=api.SentTo,
        own_refusals=(
            refusal(InvalidMessage, "The label is chat, which only participants can say."),
            refusal(PeerNotFound),
        ),
    ),
)
