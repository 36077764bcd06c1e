"""Events and snapshots over the wire: what comes in is one of them, clean, or `InvalidMessage`."""

from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.boundary import clean_json
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.limits import JSON_DEPTH
from proconf_tui.room import commands, events
from proconf_tui.room.wire import decode_event, decode_state, encode_event, encode_state
from tests.support.rooms import ANA, HOST, locked_room


def test_events_and_states_come_back_as_they_were() -> None:
    room = locked_room(ANA)
    room.do(commands.Produce(actor=HOST, label="audio"))
    room.do(commands.SendChat(actor=HOST, text="one\ntwo"))
    room.do(commands.Kick(actor=HOST, peer_id=ANA, block=True))
    assert [decode_event(encode_event(event)) for event in room.log] == room.log
    assert decode_state(encode_state(room.state)) == room.state


def test_an_event_carries_its_type() -> None:
    encoded = msgspec.json.decode(encode_event(events.HandLowered(ANA)))
    assert encoded == {"type": "HandLowered", "peerId": "ana", "by": None}


def test_the_deepest_metadata_that_may_be_sent_can_be_read_wherever_they_stand() -> None:
    deepest = clean_json(msgspec.json.decode(b'{"a":' * JSON_DEPTH + b"1" + b"}" * JSON_DEPTH))
    room = locked_room(ANA, metadata=deepest)
    room.do(commands.UpdateRoomMetadata(actor=HOST, metadata=deepest))
    room.do(commands.UpdatePeerMetadata(actor=HOST, metadata=deepest))
    room.enter(PeerId("deep"), "host", metadata=deepest)
    assert [decode_event(encode_event(event)) for event in room.log] == room.log
    assert decode_state(encode_state(room.state)) == room.state
    with pytest.raises(InvalidMessage):
        clean_json({"deeper": deepest})


def test_text_in_a_snapshot_is_clean_whatever_the_server_is() -> None:
    room = locked_room()
    dirty = encode_state(room.state)
    forged = bytes(dirty).replace(b'"name":"Host"', b'"name":"\\u001b]52;c;eA==\\u0007Host\\u202e"')
    assert forged != bytes(dirty)
    assert decode_state(forged) == room.state


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b'{"type":"NoSuchEvent"}',
        b'{"type":"HandLowered"}',
        b'{"type":"HandLowered","peerId":"\\u001b[2J"}',
        b'{"type":"HandLowered","peerId":7}',
        b'{"type":"StreamAdded","peerId":"ana","label":"smell"}',
        b"[" * 100_000,
        b'{"type":"HandLowered","peerId":"\xff"}',
    ],
)
def test_what_is_no_event_is_an_invalid_message(raw: bytes) -> None:
    with pytest.raises(InvalidMessage):
        decode_event(raw)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_an_event_a_snapshot_or_invalid(raw: bytes) -> None:
    for decode in (decode_event, decode_state):
        with contextlib.suppress(InvalidMessage):
            decode(raw)
