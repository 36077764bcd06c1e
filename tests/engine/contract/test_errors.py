"""What an engine refuses, and that nothing changes by it."""

from __future__ import annotations

import pytest

from proconf_tui.errors import InvalidMessage, PeerNotFound, RoomNotFound
from proconf_tui.protocol.ids import PeerId, RoomId
from tests.support.rtc_client import RtcClient, until
from tests.support.rtc_tracks import Tone
from tests.support.truthful_room import TruthfulRoom, have_grown


async def test_who_is_not_here_cannot_act(room: TruthfulRoom) -> None:
    nobody = PeerId("nobody")
    with pytest.raises(PeerNotFound):
        await room.engine.publish(nobody, "v=0", {})
    with pytest.raises(PeerNotFound):
        await room.engine.answer(nobody, "v=0")
    with pytest.raises(PeerNotFound):
        await room.engine.set_forwarding(nobody, "audio", is_on=True)
    with pytest.raises(PeerNotFound):
        await room.engine.set_receiving(nobody, is_on=False)
    with pytest.raises(PeerNotFound):
        await room.engine.set_watching(nobody, None)
    with pytest.raises(RoomNotFound):
        await room.engine.add_peer(RoomId("nowhere"), nobody)


async def test_bad_descriptions_are_refused_and_change_nothing(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    good = ann.publishing.localDescription.sdp
    for bad in ("", "v=0", good.replace("a=setup:actpass", "a=setup:passive"), "v=0\n" * 40000):
        with pytest.raises(InvalidMessage):
            await room.engine.publish(ann.peer_id, bad, {})
    with pytest.raises(InvalidMessage):  # no offer is in flight
        await room.engine.answer(ann.peer_id, ann.subscribing.localDescription.sdp)
    shown = bob.frames()
    await until(lambda: bob.has(ann) and have_grown(bob, shown, by=5))


async def test_an_answer_must_fit_the_offer(room: TruthfulRoom) -> None:
    client = RtcClient(room.engine, "ann", 0)
    client.add("audio", Tone(400))
    await client.publishing.setLocalDescription(await client.publishing.createOffer())
    room.clients[client.peer_id] = client
    await room.engine.add_peer(room.room_id, client.peer_id)
    with pytest.raises(InvalidMessage, match="does not have the media sections"):
        await room.engine.answer(client.peer_id, client.publishing.localDescription.sdp)
