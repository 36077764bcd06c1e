"""What an engine tells of its peers: how loud they are, and what flows."""

from __future__ import annotations

from tests.support.rtc_client import until
from tests.support.truthful_room import TruthfulRoom


async def test_levels_are_those_of_the_tones(room: TruthfulRoom) -> None:
    await room.join_many(2)
    await until(lambda: len(room.levels) == 2)
    # A sine of amplitude 8000 of 32768 has an RMS of -15.3 dB of full scale.
    assert all(-18 <= level <= -10 for level in room.levels.values())


async def test_statistics_count_what_flows(room: TruthfulRoom) -> None:
    ann, bob = await room.join_many(2)
    await until(room.all_have_all)
    # Round trips are known after a sender report and the report that answers it.
    await until(lambda: room.engine.stats().peers[bob.peer_id].rtt_s is not None)
    stats = room.engine.stats()
    assert set(stats.peers) == {ann.peer_id, bob.peer_id}
    mine = stats.peers[bob.peer_id]
    assert mine.is_publishing
    assert mine.is_subscribing
    assert mine.slots >= mine.slots_fed == 2
    assert stats.packets_in >= sum(p.packets_in for p in stats.peers.values()) > 10
    assert stats.packets_out >= sum(p.packets_out for p in stats.peers.values()) > 10
    assert stats.bytes_in > stats.packets_in
    assert stats.bytes_out > stats.packets_out
    assert mine.rtt_s is not None
    assert 0 <= mine.rtt_s < 5
    streams = {(stream.label, stream.kind): stream for stream in mine.streams}
    assert set(streams) == {("audio", "audio"), ("video", "video")}
    assert all(s.packets > 0 and s.bytes > s.packets for s in streams.values())
    assert all(s.subscribers == 1 and 0 <= s.loss <= 1 for s in streams.values())
    assert streams["video", "video"].keyframes >= 1


async def test_nobody_is_told_levels_where_nobody_is_forwarded(room: TruthfulRoom) -> None:
    ann = await room.join("ann", 0)
    await until(lambda: room.levels)
    await room.engine.set_forwarding(ann.peer_id, "audio", is_on=False)
    calls = room.level_calls
    sent = room.engine.stats().peers[ann.peer_id].packets_in
    await until(lambda: room.engine.stats().peers[ann.peer_id].packets_in > sent + 50)
    assert room.level_calls <= calls + 1
