"""Only what is watched is sent, and what is watched anew is seen at once."""

from __future__ import annotations

from tests.support.rtc_client import RtcClient, until
from tests.support.rtc_tracks import Grey
from tests.support.truthful_room import TruthfulRoom, kinds_of
from tests.support.watchers import pictures_of, sees_new, sounds_of


async def test_slots_follow_what_is_watched_and_sound_goes_on(room: TruthfulRoom) -> None:
    ann, bob, cyd = [await room.join(name, n) for n, name in enumerate(("ann", "bob", "cyd"))]
    await until(room.all_have_all)

    await room.engine.set_watching(ann.peer_id, ((cyd.peer_id, "video"),))
    assert pictures_of(ann) == {(cyd.peer_id, "video")}
    assert sounds_of(ann) == {bob.peer_id, cyd.peer_id}
    assert pictures_of(bob) == {(ann.peer_id, "video"), (cyd.peer_id, "video")}

    # The freed slot is used again, and shows the new picture without being asked.
    await room.engine.set_watching(ann.peer_id, ())
    assert pictures_of(ann) == set()
    await room.engine.set_watching(ann.peer_id, ((bob.peer_id, "video"),))
    mid = next(feed.mid for feed in ann.slots if feed.kind == "video")
    shown = ann.received[mid].frames
    await until(lambda: sees_new(ann, mid, bob, shown))

    await room.engine.set_watching(ann.peer_id, None)
    await until(lambda: ann.has(bob) and ann.has(cyd))


async def test_a_readded_peer_is_offered_slots_for_what_it_watches(room: TruthfulRoom) -> None:
    bob = await room.join("bob", 1)
    for label, luma in (("screen", 100), ("slides", 160)):
        bob.add(label, Grey(luma))
        await room.engine.set_forwarding(bob.peer_id, label, is_on=True)
    await bob.negotiate()
    offered = []
    for watched in (None, ((bob.peer_id, "video"),)):
        ann = RtcClient(room.engine, "ann", 0)
        room.clients[ann.peer_id] = ann
        await room.engine.add_peer(room.room_id, ann.peer_id, watched=watched)
        offered.append(list(kinds_of(ann.offers[0]).values()).count("video"))
        await room.leave(ann)
    everything, one = offered
    assert everything >= 3 > one >= 1
