"""The embedded engine with real aiortc clients over loopback."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest
from aioice import stun
from aiortc.sdp import SessionDescription

from proconf_tui.engine import peer
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import ConfigError, InvalidMessage, PeerNotFound, RoomNotFound
from proconf_tui.protocol.ids import PeerId, RoomId
from tests.support.rtc_client import Grey, RtcClient, TestRoom, Tone, loopback_only, until

NAMES = ("ann", "bob", "cyd")


async def _join(room: TestRoom, count: int) -> list[RtcClient]:
    return [await room.join(name, number) for number, name in enumerate(NAMES[:count])]


async def test_three_clients_hear_and_see_each_other(room: TestRoom) -> None:
    clients = await _join(room, 3)
    await until(room.all_have_all)
    # Two slots of each kind are enough for two others.
    assert [len(client.offers) for client in clients] == [1, 1, 1]


async def test_who_joins_takes_the_slots_of_who_left(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    freed = {feed.mid for feed in bob.slots if feed.peer_id == ann.peer_id}

    await room.leave(ann)
    assert {feed.peer_id for feed in bob.slots} == {cyd.peer_id}
    dan = await room.join("dan", 4)
    await until(room.all_have_all)

    assert {feed.mid for feed in bob.slots if feed.peer_id == dan.peer_id} == freed
    assert len(bob.offers) == len(cyd.offers) == 1


async def test_more_streams_than_slots_bring_a_new_offer(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    bob.add("screen", Grey(220))
    await room.engine.set_forwarding(bob.peer_id, "screen", is_on=True)
    await bob.negotiate()

    def is_screen_seen() -> bool:
        shown = [client.from_peer("bob", "screen") for client in (ann, cyd)]
        return all(s is not None and s.luma is not None and abs(s.luma - 220) <= 4 for s in shown)

    await until(lambda: is_screen_seen() and room.all_have_all())
    assert [len(client.offers) for client in (ann, bob, cyd)] == [2, 1, 2]
    # The old m-lines are the same text: nothing of theirs restarts.
    before, after = (text.split("m=")[1:] for text in ann.offers)
    assert after[: len(before)] == before


async def test_a_late_joiner_is_offered_enough_slots_at_once(room: TestRoom) -> None:
    await _join(room, 3)
    dan = await room.join("dan", 4)
    await until(room.all_have_all)
    assert len(dan.offers) == 1
    assert dan.offers[0].count("m=audio") == 4


async def test_a_stream_that_is_off_is_silent_although_it_is_sent(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await until(lambda: set(room.levels) == {ann.peer_id, bob.peer_id})
    for label in ("audio", "video"):
        await room.engine.set_forwarding(ann.peer_id, label, is_on=False)
    assert bob.slots == ()
    await until(lambda: set(room.levels) == {bob.peer_id})

    frames = bob.frames()
    sent = room.engine.stats().peers[ann.peer_id].packets_in
    # Ann's packets keep coming; what Bob's decoders had queued comes out, and then no more.
    await until(lambda: room.engine.stats().peers[ann.peer_id].packets_in > sent + 100)
    assert all(now - frames[mid] <= 10 for mid, now in bob.frames().items())
    assert set(room.levels) == {bob.peer_id}

    for label in ("audio", "video"):
        await room.engine.set_forwarding(ann.peer_id, label, is_on=True)
    shown = bob.frames()
    await until(lambda: room.all_have_all() and _have_grown(bob, shown, by=5))
    assert len(bob.offers) == 1


def _have_grown(client: RtcClient, frames: dict[str, int], *, by: int) -> bool:
    fed = {feed.mid for feed in client.slots}
    return bool(fed) and all(client.frames()[mid] >= frames[mid] + by for mid in fed)


async def test_nothing_is_forwarded_until_it_is_switched_on(room: TestRoom) -> None:
    ann = await room.join("ann", 0)
    bob = await room.join("bob", 1, is_publishing=False)
    await bob.publish()
    await until(lambda: room.engine.stats().peers[bob.peer_id].packets_in > 50)
    assert ann.slots == ()
    assert await _is_heard_soon(bob, ann)


async def _is_heard_soon(listener: RtcClient, speaker: RtcClient) -> bool:
    await until(lambda: listener.has(speaker))
    return True


async def test_who_must_not_receive_gets_nothing(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await room.engine.set_receiving(ann.peer_id, is_on=False)
    assert ann.slots == ()
    assert bob.slots != ()
    shown = ann.frames()
    await room.engine.set_receiving(ann.peer_id, is_on=True)
    await until(lambda: room.all_have_all() and _have_grown(ann, shown, by=5))


async def test_a_replaced_track_is_heard_on_the_same_slot(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    before = bob.slots
    # aiortc starts its RTP clock anew with the new track.
    for label, track in (("audio", Tone(ann.frequency_hz + 200)), ("video", Grey(ann.luma + 60))):
        sender = ann.sender(label).sender
        old = sender.track
        sender.replaceTrack(track)
        assert old is not None
        old.stop()
    ann.frequency_hz += 200
    ann.luma += 60
    shown = bob.frames()
    await until(lambda: bob.has(ann) and _have_grown(bob, shown, by=5))
    assert bob.slots == before


async def test_a_peer_removed_in_full_traffic_hurts_nobody(room: TestRoom) -> None:
    ann, bob, cyd = await _join(room, 3)
    await until(room.all_have_all)
    await room.engine.remove_peer(cyd.peer_id)  # cyd goes on sending
    assert {f.peer_id for f in ann.slots + bob.slots} == {ann.peer_id, bob.peer_id}
    shown = bob.frames()
    await until(lambda: ann.has(bob) and bob.has(ann) and _have_grown(bob, shown, by=10))
    await room.engine.remove_peer(cyd.peer_id)  # once more does nothing


async def test_a_fresh_publishing_connection_replaces_the_old(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    shown = bob.frames()
    await ann.restart_publishing()
    await until(lambda: room.all_have_all() and _have_grown(bob, shown, by=5))
    assert len(bob.offers) == 1


async def test_a_readded_peer_gets_a_fresh_subscribing_connection(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await room.leave(bob)
    bob = await room.join("bob", 1)
    await until(room.all_have_all)
    assert ann.has(bob)


async def test_a_closed_publishing_connection_frees_the_slots(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await ann.publishing.close()
    await until(lambda: bob.slots == ())
    assert not room.engine.stats().peers[ann.peer_id].is_publishing


async def test_a_closed_subscribing_connection_is_fed_no_more(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    await bob.subscribing.close()
    await until(lambda: not room.engine.stats().peers[bob.peer_id].is_subscribing)
    assert bob.slots == ()
    # More streams than it has slots bring no offer to who is gone.
    for luma in (100, 160):
        ann.add("screen", Grey(luma))
    await room.engine.set_forwarding(ann.peer_id, "screen", is_on=True)
    await ann.negotiate()
    assert len(bob.offers) == 1
    assert ann.has(bob)


async def test_silence_after_media_is_told_once(
    room: TestRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _ = await _join(room, 2)
    await until(room.all_have_all)
    # Ann's connections end without a goodbye.
    monkeypatch.setattr(peer, "MEDIA_LOST_S", 1.0)
    for connection in (ann.publishing, ann.subscribing):
        for transport in {t.receiver.transport for t in connection.getTransceivers()}:
            await transport.transport.stop()
    await until(lambda: room.lost)
    assert set(room.lost) == {ann.peer_id}  # the other one is heard all the time
    assert room.lost.count(ann.peer_id) <= 2  # each of its two connections once


async def test_levels_are_those_of_the_tones(room: TestRoom) -> None:
    await _join(room, 2)
    await until(lambda: len(room.levels) == 2)
    # A sine of amplitude 8000 of 32768 has an RMS of -15.3 dB of full scale.
    assert all(-18 <= level <= -10 for level in room.levels.values())


async def test_statistics_count_what_flows(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    # Round trips are known after a sender report and the report that answers it.
    await until(lambda: room.engine.stats().peers[bob.peer_id].rtt_s is not None)
    stats = room.engine.stats()
    assert set(stats.peers) == {ann.peer_id, bob.peer_id}
    mine = stats.peers[bob.peer_id]
    assert mine.is_publishing
    assert mine.is_subscribing
    assert (mine.slots, mine.slots_fed) == (4, 2)
    assert stats.packets_in >= sum(p.packets_in for p in stats.peers.values()) > 10
    assert stats.packets_out >= sum(p.packets_out for p in stats.peers.values()) > 10
    assert stats.bytes_in > stats.packets_in
    assert stats.bytes_out > stats.packets_out
    assert mine.rtt_s is not None
    assert 0 <= mine.rtt_s < 5


async def test_who_is_not_here_cannot_act(room: TestRoom) -> None:
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


async def test_bad_descriptions_are_refused_and_change_nothing(room: TestRoom) -> None:
    ann, bob = await _join(room, 2)
    await until(room.all_have_all)
    good = ann.publishing.localDescription.sdp
    for bad in ("", "v=0", good.replace("a=setup:actpass", "a=setup:passive"), "v=0\n" * 40000):
        with pytest.raises(InvalidMessage):
            await room.engine.publish(ann.peer_id, bad, {})
    with pytest.raises(InvalidMessage):  # no offer is in flight
        await room.engine.answer(ann.peer_id, ann.subscribing.localDescription.sdp)
    shown = bob.frames()
    await until(lambda: bob.has(ann) and _have_grown(bob, shown, by=5))


async def test_an_answer_must_fit_the_offer(room: TestRoom) -> None:
    client = RtcClient(room.engine, "ann", 0)
    client.add("audio", Tone(400))
    await client.publishing.setLocalDescription(await client.publishing.createOffer())
    room.clients[client.peer_id] = client
    await room.engine.add_peer(room.room_id, client.peer_id)
    with pytest.raises(InvalidMessage, match="does not have the media sections"):
        await room.engine.answer(client.peer_id, client.publishing.localDescription.sdp)


async def test_a_taken_port_is_named(engine: EmbeddedEngine) -> None:
    second = EmbeddedEngine(port=engine.port)
    with pytest.raises(ConfigError, match=f"UDP port {engine.port}"):
        await second.open()


async def test_nothing_is_left_after_the_end() -> None:
    with loopback_only():
        await _short_meeting()  # libraries open what they keep for good
        tasks, files = asyncio.all_tasks(), _open_files()
        await _short_meeting()
        await until(lambda: asyncio.all_tasks() == tasks)
        await until(lambda: _open_files() == files)


async def test_nothing_is_left_of_a_connection_that_never_came_up() -> None:
    tasks, files = asyncio.all_tasks(), _open_files()
    engine = EmbeddedEngine()
    await engine.open()
    room = TestRoom(engine)
    await room.open()
    ann = RtcClient(engine, "ann", 0)
    room.clients[ann.peer_id] = ann
    await engine.add_peer(room.room_id, ann.peer_id)
    await ann.aclose()  # before it answers
    offer = SessionDescription.parse(ann.offers[0]).media[0].ice
    assert offer is not None
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes["USERNAME"] = f"{offer.usernameFragment}:x"
    check.add_message_integrity(str(offer.password).encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(bytes(check), ("127.0.0.1", engine.port))
        await until(lambda: engine.stats().packets_out == 1)
    await engine.aclose()
    await until(lambda: asyncio.all_tasks() == tasks)
    await until(lambda: _open_files() == files)


async def _short_meeting() -> None:
    engine = EmbeddedEngine()
    await engine.open()
    port = engine.port
    room = TestRoom(engine)
    await room.open()
    clients = await _join(room, 2)
    await until(room.all_have_all)
    await engine.aclose()  # while everybody still sends
    for client in clients:
        await client.aclose()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", port))


def _open_files() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))
