"""A peer's connections: renegotiated, made afresh, closed, lost."""

from __future__ import annotations

import re

from tests.support.rtc_client import RtcClient, until
from tests.support.rtc_tracks import Grey, Tone
from tests.support.truthful_room import TruthfulRoom, have_grown


async def test_a_fresh_publishing_connection_replaces_the_old(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    shown = bob.frames()
    came = room.engine.stats().peers[ann.peer_id].packets_in
    await ann.restart_publishing()
    assert room.engine.stats().peers[ann.peer_id].packets_in >= came > 0
    await until(lambda: room.all_have_all() and have_grown(bob, shown, by=5))


async def test_a_peer_added_again_starts_afresh(room: TruthfulRoom) -> None:
    ann, old = await room.join_many(2)
    await until(room.all_have_all)
    bob = room.clients[old.peer_id] = RtcClient(room.engine, "bob", 1)
    await room.engine.add_peer(room.room_id, bob.peer_id)
    assert ann.slots == ()
    assert _ufrag(bob.offers[0]) != _ufrag(old.offers[0])
    await until(lambda: room.engine.stats().peers[bob.peer_id].is_subscribing)
    # What it published and what was forwarded of it are of the time before.
    await bob.publish()
    await until(lambda: room.engine.stats().peers[bob.peer_id].packets_in > 50)
    assert ann.slots == ()
    for label in ("audio", "video"):
        await room.engine.set_forwarding(bob.peer_id, label, is_on=True)
    await until(room.all_have_all)
    await old.aclose()


async def test_who_left_and_comes_back_is_like_new(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    await room.leave(bob)
    assert ann.slots == ()
    await room.join("bob", 1)
    await until(room.all_have_all)


async def test_what_is_added_to_a_publishing_connection_goes_over_it(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    before = ann.publishing.remoteDescription.sdp
    ann.add("screen", Grey(220))
    await ann.negotiate()
    assert _ufrag(ann.publishing.remoteDescription.sdp) == _ufrag(before)
    assert bob.from_peer(ann.peer_id, "screen") is None
    await room.engine.set_forwarding(ann.peer_id, "screen", is_on=True)

    def is_screen_seen() -> bool:
        screen = bob.from_peer(ann.peer_id, "screen")
        return screen is not None and screen.luma is not None and abs(screen.luma - 220) <= 4

    await until(lambda: is_screen_seen() and room.all_have_all())


async def test_a_stream_without_a_label_is_labelled_by_its_kind(room: TruthfulRoom) -> None:
    ann = await room.join("ann", 0, is_publishing=False)
    bob = await room.join("bob", 1, is_publishing=False)
    await room.engine.set_forwarding(ann.peer_id, "audio", is_on=True)
    await room.engine.set_forwarding(ann.peer_id, "slides", is_on=True)
    for label, track in (("", Tone(440)), ("", Grey(90)), ("slides", Grey(120))):
        ann.add(label, track)
    await ann.negotiate()
    expected = {("audio", "audio"), ("video", "slides")}
    await until(lambda: {(feed.kind, feed.label) for feed in bob.slots} == expected)
    await room.engine.set_forwarding(ann.peer_id, "video", is_on=True)
    expected.add(("video", "video"))
    await until(lambda: {(feed.kind, feed.label) for feed in bob.slots} == expected)


class _Hesitant(RtcClient):
    """A client that keeps offers until it is told to go on."""

    is_hesitating = True

    def offer(self, sdp: str) -> None:
        if self.is_hesitating:
            self.offers.append(sdp)
        else:
            super().offer(sdp)

    def go_on(self) -> None:
        self.is_hesitating = False
        super().offer(self.offers.pop())


async def test_the_next_offer_waits_for_the_answer(room: TruthfulRoom) -> None:
    bob = _Hesitant(room.engine, "bob", 1)
    room.clients[bob.peer_id] = bob
    await room.engine.add_peer(room.room_id, bob.peer_id)
    ann = await room.join("ann", 0)
    for label, luma in (("screen", 100), ("slides", 160), ("desk", 220)):
        ann.add(label, Grey(luma))
        await room.engine.set_forwarding(ann.peer_id, label, is_on=True)
    await ann.negotiate()
    assert len(bob.offers) == 1
    assert bob.slots == ()  # nothing is sent over what has not been answered
    bob.go_on()
    await until(lambda: len(bob.slots) == 5 and bob.has(ann))
    assert len(bob.offers) > 1


def _ufrag(sdp: str) -> str:
    found = re.search(r"a=ice-ufrag:(\S+)", sdp)
    assert found is not None
    return found[1]


async def test_a_closed_publishing_connection_frees_the_slots(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    await ann.publishing.close()
    await until(lambda: bob.slots == ())
    assert not room.engine.stats().peers[ann.peer_id].is_publishing


async def test_silence_after_media_is_told_once(room: TruthfulRoom, is_loss_hastened: bool) -> None:
    ann, _ = await room.join_many(2)
    await until(room.all_have_all)
    # Ann's connections end without a goodbye.
    for connection in (ann.publishing, ann.subscribing):
        for transport in {t.receiver.transport for t in connection.getTransceivers()}:
            await transport.transport.stop()
    await until(lambda: room.lost)
    assert set(room.lost) == {ann.peer_id}  # the other one is heard all the time
    assert room.lost.count(ann.peer_id) <= 2  # each of its two connections once
