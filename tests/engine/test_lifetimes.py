"""Nothing of a peer is left in the engine after it, however it came and went.

Everything is counted in the middle of the engine's life, not only after its end: a server runs
for months, and rooms and people come and go in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pytest
from aiortc import RTCDtlsTransport
from OpenSSL import SSL
from pylibsrtp import Session

from bench.lib.load_client import LoadClient
from bench.lib.load_sdp import LABELS, remote_end, subscribing_answer
from bench.lib.load_transport import Counter as Traffic
from bench.lib.load_transport import LoadTransport
from proconf_tui.engine.connection import Connection
from proconf_tui.engine.dtls import DtlsServer, Srtp
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.slot import Slot
from proconf_tui.engine.outlet import Outlet
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.engine.publishing import PublishingEnd
from proconf_tui.engine.room import EngineRoom
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.engine.subscribing import SubscribingEnd
from proconf_tui.protocol.ids import PeerId
from tests.support.raw_meeting import HOST, RawMeeting
from tests.support.rtc_client import until

JOINS: Final = 200
AT_ONCE: Final = 5
WARM_UP_ROUNDS: Final = 6
MAX_GROWTH_BYTES: Final = 4 << 20
"""Of 200 joins; each holds some 200 kB while it lasts, so 20 that stay would be seen."""

OF_PEERS: Final = (
    Connection,
    DtlsServer,
    EnginePeer,
    Outlet,
    Producer,
    PublishingEnd,
    RTCDtlsTransport,
    SSL.Connection,
    Session,
    Slot,
    Srtp,
    SubscribingEnd,
)


@dataclass(frozen=True)
class _Left:
    """What the engine and its process hold."""

    objects: dict[type, int]
    rooms: int
    known: tuple[int, int, int]
    tasks: int
    files: int


def _left(engine: EmbeddedEngine) -> _Left:
    gc.collect()
    counted = Counter(type(thing) for thing in gc.get_objects())
    return _Left(
        objects={kind: counted[kind] for kind in OF_PEERS if counted[kind]},
        rooms=counted[EngineRoom],
        known=_known(engine),
        tasks=len(asyncio.all_tasks()),
        files=len(list(Path(f"/proc/{os.getpid()}/fd").iterdir())),
    )


def _known(engine: EmbeddedEngine) -> tuple[int, int, int]:
    """Return the sizes of tables that no public counter tells.

    They are the ufrags and addresses at the UDP port, and publishers who wait for repairs.
    """
    links = engine._links
    assert links is not None
    return len(links.port._by_ufrag), len(links.port._by_address), len(links.repairs._open)


async def _comes_to(engine: EmbeddedEngine, expected: _Left) -> None:
    with contextlib.suppress(TimeoutError):
        await until(lambda: _left(engine) == expected, timeout_s=5.0)
    assert _left(engine) == expected


@pytest.fixture
async def empty(engine: EmbeddedEngine) -> AsyncIterator[_Left]:
    """What is there before anybody has come, and must be all there is after the test."""
    gc.collect()
    gc.freeze()  # nothing that other tests have left is counted, nor looked through each time
    meeting = RawMeeting(engine)  # libraries open what they keep for good
    await meeting.open()
    await meeting.join("first")
    await meeting.aclose()
    # The loop lets go of what it has handled, closed or cancelled in its next turns.
    await until(lambda: _left(engine).objects == {})
    before = _left(engine)
    assert (before.rooms, before.known) == (0, (0, 0, 0))
    yield before
    try:
        await _comes_to(engine, before)
    finally:
        gc.unfreeze()


async def _talk(meeting: RawMeeting) -> None:
    """Let everybody send some sound and a picture, and wait until the last one has all of it."""
    others = len(meeting.clients) - 1
    last = list(meeting.clients.values())[-1]
    for client in meeting.clients.values():
        client.send_video(time.monotonic())
        client.send_audio(time.monotonic())

    def has_come() -> bool:
        last.poll()
        return last.counter.received >= 3 * others

    await until(has_come)


async def _round(meeting: RawMeeting, number: int) -> None:
    names = [f"{number}-{place}" for place in range(AT_ONCE)]
    for name in names:
        await meeting.join(name)
    await _talk(meeting)
    for name in names:
        await meeting.leave(name)


async def test_memory_is_flat_while_hundreds_come_and_go(
    engine: EmbeddedEngine, empty: _Left
) -> None:
    meeting, process = RawMeeting(engine), psutil.Process()
    await meeting.open()
    for number in range(WARM_UP_ROUNDS):
        await _round(meeting, number)
    await until(lambda: _left(engine).objects == {})
    began = _left(engine)
    before = process.memory_info().rss
    for number in range(JOINS // AT_ONCE):
        await _round(meeting, number)
        assert _known(engine) == empty.known  # nothing waits for the room's end
        gc.collect()  # what only it can free is not kept, and comes and goes as it likes
    await _comes_to(engine, began)
    assert process.memory_info().rss - before < MAX_GROWTH_BYTES
    await meeting.aclose()


async def test_nothing_is_left_of_who_vanished(engine: EmbeddedEngine, empty: _Left) -> None:
    meeting = RawMeeting(engine)
    await meeting.open()
    bob, _ = await meeting.join("bob"), await meeting.join("ann")
    await _talk(meeting)
    meeting.vanish("ann")
    sent = engine.stats().peers[PeerId("ann")].packets_out

    def is_still_sent_to() -> bool:
        bob.send_audio(time.monotonic())
        return engine.stats().peers[PeerId("ann")].packets_out > sent + 3

    await until(is_still_sent_to)
    await meeting.leave("ann")
    assert _left(engine).objects[EnginePeer] == 1
    await meeting.aclose()


async def test_nothing_is_left_of_who_never_came_up(engine: EmbeddedEngine, empty: _Left) -> None:
    meeting = RawMeeting(engine)
    await meeting.open()
    room_id, people = meeting.room_id, [PeerId(str(number)) for number in range(3)]
    ends = [LoadTransport(HOST, Traffic()) for _ in people]
    offers: list[str] = []
    meeting.on_offer = lambda peer_id, sdp: offers.append(sdp)  # type: ignore[method-assign]
    for peer_id in people:
        await engine.add_peer(room_id, peer_id)
    unheard, unanswered, deaf = ends
    # One of whom nothing comes, one whose check overtakes an answer that never comes, and one
    # that does not hear what the engine says to its first words.
    await engine.answer(people[0], subscribing_answer(offers[0], unheard.local))
    await engine.answer(people[2], subscribing_answer(offers[2], deaf.local))
    deaf._dtls.receive = lambda datagram: None  # type: ignore[method-assign]
    calls = [
        asyncio.create_task(end.connect(remote_end(offer)))
        for end, offer in ((unanswered, offers[1]), (deaf, offers[2]))
    ]
    await until(lambda: engine.stats().peers[people[1]].packets_out >= 1)
    await until(lambda: engine.stats().peers[people[2]].packets_out >= 2)
    assert not any(peer.is_subscribing for peer in engine.stats().peers.values())
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await engine.remove_peer(people[1])
    await meeting.aclose()  # the others are removed with the room
    for end in ends:
        await end.aclose()


async def _publish_afresh(engine: EmbeddedEngine, peer_id: PeerId) -> None:
    fresh = LoadClient(HOST)
    answer = await engine.publish(peer_id, fresh.publishing_offer(), LABELS)
    await fresh.connect_publishing(answer)
    await fresh.aclose()


async def test_nothing_is_left_of_what_started_afresh(engine: EmbeddedEngine, empty: _Left) -> None:
    meeting = RawMeeting(engine)
    await meeting.open()
    await meeting.join("ann")
    await until(lambda: _known(engine)[2] == 0)  # asked for keyframes in vain
    kept = _left(engine)
    await meeting.join("bob")
    for _ in range(5):
        await _publish_afresh(engine, PeerId("bob"))
        await meeting.start_afresh("bob")
    await _talk(meeting)
    await meeting.leave("bob")
    await _comes_to(engine, kept)
    await meeting.aclose()


async def test_nothing_is_left_of_a_room_removed_while_it_is_full(
    engine: EmbeddedEngine, empty: _Left
) -> None:
    for number in range(3):
        meeting = RawMeeting(engine, str(number))
        await meeting.open()
        for name in ("ann", "bob", "cyd"):
            await meeting.join(f"{name}-{number}")
        await _talk(meeting)
        for client in meeting.clients.values():
            client.send_video(time.monotonic())  # while the room goes
        joining = asyncio.create_task(meeting.join(f"dan-{number}"))
        await asyncio.sleep(0)
        await engine.remove_room(meeting.room_id)
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        await meeting.aclose()
