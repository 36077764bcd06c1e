"""Everybody has what they are to have of the others, and nothing else."""

from __future__ import annotations

from tests.support.rtc_client import RtcClient, until
from tests.support.rtc_tracks import Grey, Tone
from tests.support.truthful_room import TruthfulRoom, have_grown


async def test_three_clients_hear_and_see_each_other(room: TruthfulRoom) -> None:
    await room.join_many(3)
    await until(room.all_have_all)


async def test_a_stream_that_is_off_is_silent_although_it_is_sent(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
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
    await until(lambda: room.all_have_all() and have_grown(bob, shown, by=5))


async def test_nothing_is_forwarded_until_it_is_switched_on(room: TruthfulRoom) -> None:
    ann = await room.join("ann", 0)
    bob = await room.join("bob", 1, is_publishing=False)
    await bob.publish()
    await until(lambda: room.engine.stats().peers[bob.peer_id].packets_in > 50)
    assert ann.slots == ()
    assert await _is_heard_soon(bob, ann)


async def _is_heard_soon(listener: RtcClient, speaker: RtcClient) -> bool:
    await until(lambda: listener.has(speaker))
    return True


async def test_who_must_not_receive_gets_nothing(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    await room.engine.set_receiving(ann.peer_id, is_on=False)
    assert ann.slots == ()
    assert bob.slots != ()
    shown = ann.frames()
    await room.engine.set_receiving(ann.peer_id, is_on=True)
    await until(lambda: room.all_have_all() and have_grown(ann, shown, by=5))


async def test_a_replaced_track_is_heard_on_the_same_slot(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
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
    await until(lambda: bob.has(ann) and have_grown(bob, shown, by=5))
    assert bob.slots == before


async def test_a_peer_removed_in_full_traffic_hurts_nobody(room: TruthfulRoom) -> None:
    ann, bob, cyd = await room.join_many(3)
    await until(room.all_have_all)
    await room.engine.remove_peer(cyd.peer_id)  # cyd goes on sending
    assert {f.peer_id for f in ann.slots + bob.slots} == {ann.peer_id, bob.peer_id}
    shown = bob.frames()
    await until(lambda: ann.has(bob) and bob.has(ann) and have_grown(bob, shown, by=10))
    await room.engine.remove_peer(cyd.peer_id)  # once more does nothing
