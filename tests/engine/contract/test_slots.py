"""The map of slots: told each time it changes, always of what is forwarded, true of each packet."""

from __future__ import annotations

import itertools
import random
import struct
import time
from collections.abc import AsyncIterator, Iterable

import pytest

from proconf_tui.engine.base import Engine, SlotFeed, Watched
from proconf_tui.protocol.ids import PeerId
from tests.support.raw_meeting import RawMeeting
from tests.support.rtc_client import until
from tests.support.truthful_room import ssrcs_of

ANN, BOB, CYD = (PeerId(name) for name in ("ann", "bob", "cyd"))
LABELS = ("audio", "video")
CHANGES = 80


class _Wishes:
    """What was asked of an engine, and what Ann is to be sent by it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._on = {(name, label) for name in (BOB, CYD) for label in LABELS}
        self._is_receiving = True
        self._watched: Watched | None = None

    def expected(self) -> set[tuple[PeerId, str]]:
        """Return the streams that Ann is to have."""
        if not self._is_receiving:
            return set()
        watched = self._watched
        return {s for s in self._on if s[1] == "audio" or watched is None or s in watched}

    async def change(self, chance: random.Random) -> None:
        """Ask for something else."""
        match chance.randrange(4):
            case 0:
                self._is_receiving = chance.random() < 0.7
                await self._engine.set_receiving(ANN, is_on=self._is_receiving)
            case 1:
                self._watched = chance.choice([None, (), ((BOB, "video"),), ((CYD, "video"),)])
                await self._engine.set_watching(ANN, self._watched)
            case _:
                stream = chance.choice([(name, label) for name in (BOB, CYD) for label in LABELS])
                is_on = stream not in self._on
                (self._on.add if is_on else self._on.discard)(stream)
                await self._engine.set_forwarding(*stream, is_on=is_on)


def _source(packet: bytes) -> tuple[int, int]:
    """Return a packet's SSRC and its one contributing source, 0 for none."""
    ssrc, source = struct.unpack_from("!II", packet, 8)
    return ssrc, source if packet[0] & 0x0F else 0


def _streams(feeds: Iterable[SlotFeed]) -> set[tuple[PeerId, str]]:
    return {(feed.peer_id, feed.label) for feed in feeds}


@pytest.fixture
async def meeting(engine: Engine) -> AsyncIterator[RawMeeting]:
    """Three who publish."""
    opened = RawMeeting(engine)
    await opened.open()
    for name in (ANN, BOB, CYD):
        await opened.join(name)
    yield opened
    await opened.aclose()


async def _all_send(meeting: RawMeeting) -> None:
    """Let all send a picture and a sound, and wait until the engine has read them."""
    before = meeting.engine.stats().packets_in
    for client in meeting.clients.values():
        client.poll()
        client.send_video(time.monotonic())
        client.send_audio(time.monotonic())
    await until(lambda: meeting.engine.stats().packets_in >= before + 3 * len(meeting.clients))


async def test_the_map_is_of_what_is_forwarded_and_packets_are_of_the_map(
    engine: Engine, meeting: RawMeeting
) -> None:
    chance = random.Random(7)
    got: set[tuple[int, int]] = set()
    meeting.clients[ANN].subscribing.on_rtp = lambda packet: got.add(_source(packet))
    wishes = _Wishes(engine)
    for _ in range(CHANGES):
        await wishes.change(chance)
        await until(lambda: _streams(meeting.told[ANN][-1]) == wishes.expected())
        assert engine.stats().peers[ANN].slots_fed == len(wishes.expected())
        await _all_send(meeting)
    mids = ssrcs_of(meeting.offers[ANN][-1])
    told = {(f.mid, f.source) for feeds in meeting.told[ANN] for f in feeds}
    assert len(got) >= 4
    assert {(mids[ssrc], source) for ssrc, source in got if source} <= told
    changes = meeting.told[ANN]
    assert all(before != after for before, after in itertools.pairwise(changes))
