"""What goes wrong with one peer is that peer's: everybody else's streams go on.

The engine has one socket, one clock and one repair timer for all, so it is shown of each that it
outlives whatever one peer does to it. Where something raises that should not, the event loop's
own handler is told, and nothing else happens.
"""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pylibsrtp
import pytest

from bench.lib.load_transport import LoadTransport
from proconf_tui.engine.forwarding.producer import Packet, Producer
from proconf_tui.engine.outlet import Outlet
from proconf_tui.engine.publishing import PublishingEnd
from proconf_tui.engine.room import EngineRoom
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.protocol.ids import PeerId
from tests.support.raw_meeting import RawMeeting
from tests.support.rtc_client import until
from tests.support.spoilt_packets import spoilt_media, spoilt_reports

ANN, BOB, CYD = (PeerId(name) for name in ("ann", "bob", "cyd"))


@pytest.fixture
async def meeting(engine: EmbeddedEngine) -> AsyncIterator[RawMeeting]:
    """Three who all send to each other."""
    opened = RawMeeting(engine)
    await opened.open()
    for name in (ANN, BOB, CYD):
        await opened.join(name)
    yield opened
    await opened.aclose()


@pytest.fixture
async def raised() -> AsyncIterator[list[BaseException]]:
    """What the event loop's handler is told."""
    loop = asyncio.get_running_loop()
    told: list[BaseException] = []

    def note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        told.append(context["exception"])

    loop.set_exception_handler(note)
    yield told
    loop.set_exception_handler(None)


async def _reaches(meeting: RawMeeting, sender: PeerId, *receivers: PeerId) -> None:
    """Wait until each receiver has got twenty more packets while the sender sends."""
    to = [meeting.clients[name] for name in receivers]
    had = [client.counter.received for client in to]

    def have_come() -> bool:
        now = time.monotonic()
        meeting.clients[sender].send_audio(now)
        meeting.clients[sender].send_video(now)
        for client in meeting.clients.values():
            client.poll()
        return all(c.counter.received >= old + 20 for c, old in zip(to, had, strict=True))

    await until(have_come)


class _Unsendable:
    """The way out to one subscriber, which fails as real ones do."""

    def __init__(self, number: int) -> None:
        self.calls = 0
        self._number = number

    def __call__(self, datagram: bytes | memoryview, address: object) -> int:
        self.calls += 1
        raise OSError(self._number, os.strerror(self._number))


def _outlet(engine: EmbeddedEngine, name: PeerId) -> Outlet:
    return engine._room_of[name].peers[name].subscribing.connection.outlet


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENETUNREACH])
async def test_a_subscriber_nothing_can_be_sent_to_stops_nobody(
    meeting: RawMeeting, engine: EmbeddedEngine, number: int
) -> None:
    failing = _Unsendable(number)
    _outlet(engine, BOB)._sendto = failing
    await _reaches(meeting, ANN, CYD)
    assert failing.calls >= 20
    await _reaches(meeting, BOB, ANN, CYD)


async def test_a_subscriber_at_an_impossible_address_stops_nobody(
    meeting: RawMeeting, engine: EmbeddedEngine
) -> None:
    outlet = _outlet(engine, BOB)
    outlet._address = ("127.0.0.1", 0)  # sendto refuses port 0
    sent = outlet.packets
    await _reaches(meeting, ANN, CYD)
    assert outlet.packets == sent


async def test_keys_that_refuse_stop_nobody(meeting: RawMeeting, engine: EmbeddedEngine) -> None:
    outlet = _outlet(engine, BOB)

    class Refusing:
        calls = 0

        def protect_rtp(self, _buffer: object, _length: int) -> int:
            self.calls += 1
            return -1

        protect_rtcp = protect_rtp

    refusing = Refusing()
    outlet._srtp = refusing  # type: ignore[assignment]
    await _reaches(meeting, ANN, CYD)
    assert refusing.calls >= 20


def _throw(transport: LoadTransport, packets: Iterator[bytes], *, is_rtcp: bool) -> int:
    """Send them all; return how many libsrtp was willing to encrypt, the rest goes as it is."""
    session = transport._sending
    assert session is not None
    protect = session.protect_rtcp if is_rtcp else session.protect
    encrypted = 0
    for packet in packets:
        try:
            transport._send(protect(packet))
            encrypted += 1
        except pylibsrtp.Error:
            transport._send(packet + bytes(16))
    return encrypted


async def test_garbage_from_a_member_stops_nobody(
    meeting: RawMeeting, engine: EmbeddedEngine, raised: list[BaseException]
) -> None:
    bob, ann = meeting.clients[BOB], meeting.clients[ANN]
    before = engine.stats().packets_in
    thrown = _throw(bob.publishing, spoilt_media(bob), is_rtcp=False)
    assert thrown > 50
    await until(lambda: engine.stats().packets_in >= before + thrown)
    for transport in (bob.publishing, bob.subscribing):
        before = engine.stats().packets_in
        reports = list(spoilt_reports(bob, ann.voice.stream.ssrc))
        for at in range(0, len(reports), 50):  # no more at once than the socket holds
            thrown = _throw(transport, iter(reports[at : at + 50]), is_rtcp=True)
            await _reaches(meeting, ANN, CYD)
        assert engine.stats().packets_in > before
    await _reaches(meeting, CYD, ANN, BOB)
    # Bob's own streams end neither: a BYE is not passed on.
    await _reaches(meeting, BOB, ANN, CYD)
    assert raised == []


async def test_an_unexpected_error_is_told_and_stops_nobody(
    meeting: RawMeeting, raised: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = Producer.accept

    def fail_for_ann(self: Producer, data: bytearray, length: int, now: float) -> Packet | None:
        if self.peer_id == ANN:
            raise RuntimeError("ann's stream")
        return accept(self, data, length, now)

    monkeypatch.setattr(Producer, "accept", fail_for_ann)
    ann, bob, cyd = (meeting.clients[name] for name in (ANN, BOB, CYD))
    await _reaches(meeting, BOB, ANN, CYD)
    assert raised == []
    # Ann's lie before and between Bob's, and all are there to be read at once: none is lost.
    for _ in range(10):
        ann.send_audio(time.monotonic())
        bob.send_audio(time.monotonic())

    def has_all_of_his() -> bool:
        cyd.poll()
        return cyd.counter.received == bob.counter.sent

    await until(has_all_of_his)
    assert {str(error) for error in raised} == {"ann's stream"}
    assert len(raised) == 10
    monkeypatch.undo()
    await _reaches(meeting, ANN, BOB, CYD)


DUE_IN_ROOMS: Final = ("listen", "tell_levels", "send_reports", "share_lines", "tell_lost")


async def test_what_fails_in_one_room_stops_no_clock(
    meeting: RawMeeting,
    engine: EmbeddedEngine,
    raised: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = engine._rooms[meeting.room_id]
    for name in DUE_IN_ROOMS:
        _fail_for(monkeypatch, EngineRoom, name, room)
    other = RawMeeting(engine, "other")
    await other.open()
    for name in ("dan", "eve"):
        await other.join(name)
    eve = other.clients[PeerId("eve")]

    def goes_on() -> bool:
        told = Counter(str(error) for error in raised)
        return all(told[name] >= 2 for name in DUE_IN_ROOMS)

    await until(goes_on)
    calls, reports = other.level_calls, eve.counter.received_rtcp

    def is_served() -> bool:
        eve.send_audio(time.monotonic())
        eve.poll()
        return other.level_calls >= calls + 2 and eve.counter.received_rtcp > reports

    await until(is_served)
    await _reaches(meeting, ANN, BOB, CYD)
    await other.aclose()


def _fail_for(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, one: object) -> None:
    """Let a method fail for one object, by an error that is its name."""
    work = getattr(kind, name)

    def fail(self: object, *args: object) -> object:
        if self is one:
            raise RuntimeError(name)
        return work(self, *args)

    monkeypatch.setattr(kind, name, fail)


async def test_what_fails_in_one_repair_stops_no_other(
    meeting: RawMeeting,
    engine: EmbeddedEngine,
    raised: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end = engine._room_of[ANN].peers[ANN].publishing
    assert end is not None
    _fail_for(monkeypatch, PublishingEnd, "repair", end)
    ann, bob = meeting.clients[ANN], meeting.clients[BOB]
    for client in (ann, bob):
        client.send_audio(time.monotonic())
        client.voice.next_packet(time.monotonic(), 0.0)  # is lost
        client.send_audio(time.monotonic())

    def is_asked_again() -> bool:
        bob.poll()
        return bob.counter.nacks >= 2 and len(raised) >= 2

    await until(is_asked_again)
    assert {str(error) for error in raised} == {"repair"}
    await _reaches(meeting, ANN, BOB, CYD)
