"""What goes over the wire: as much of a picture as somebody looks at, and nothing unwatched."""

from __future__ import annotations

import asyncio
import itertools
import struct
import time
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np
import pytest
from aioice.ice import StunProtocol
from aiortc import MediaStreamTrack, RTCRtpSender
from av import VideoFrame

from proconf_tui.media.camera import open_camera
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.messages import WatchedStream
from proconf_tui.sdk.media_link import MediaLink
from proconf_tui.sdk.tracks import LocalTrack
from proconf_tui.sdk.view import RoomView
from tests.support.meeting import Meeting, Person, until

VIDEO_HZ: Final = 90_000
TILE: Final = (40, 24)
"""The pixels of half blocks in 40 x 12 cells."""
TILE_BPS: Final = 90_000
_RTCP_TYPES: Final = range(200, 208)


class Film(MediaStreamTrack):
    """A textured picture that pans, with the noise of a small sensor, in real time."""

    kind = "video"
    FPS: Final = 15

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        random = np.random.default_rng(5)
        blocks = random.integers(40, 200, (45, 80), np.uint8).repeat(8, 0).repeat(8, 1)
        self._pictures = [_noisy(np.roll(blocks, 3 * step, 1), random) for step in range(30)]
        self._began_at = time.monotonic()

    async def recv(self) -> VideoFrame:
        self.count += 1
        due_at = self._began_at + self.count / self.FPS
        await asyncio.sleep(max(0.0, due_at - time.monotonic()))
        picture = self._pictures[self.count % len(self._pictures)]
        frame = VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = self.count * VIDEO_HZ // self.FPS, Fraction(1, VIDEO_HZ)
        return frame


def _noisy(luma: Any, random: np.random.Generator) -> Any:
    height, width = luma.shape
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    picture[:height] = np.clip(luma + random.normal(0.0, 4.0, luma.shape), 16, 235)
    return picture


class _Packet(NamedTuple):
    bits: int
    rtp_time: int | None
    """None is that it is RTCP."""


class Wire:
    """Everything the clients of this process send, whole datagrams, in order."""

    def __init__(self) -> None:
        self._packets: dict[int, list[_Packet]] = {}

    def take(self, datagram: bytes) -> None:
        """Note a datagram by the SSRC that it bears in the clear (RFC 3711 section 3)."""
        if datagram[0] >> 6 != 2:
            return
        is_rtcp = datagram[1] in _RTCP_TYPES
        rtp_time, ssrc = struct.unpack_from("!II", datagram, 0 if is_rtcp else 4)
        packet = _Packet(len(datagram) * 8, None if is_rtcp else rtp_time)
        self._packets.setdefault(ssrc, []).append(packet)

    def pictures(self, person: Person) -> int:
        """Return how many packets with pictures somebody has sent."""
        return sum(packet.rtp_time is not None for packet in self._sent(person))

    def mark(self, person: Person) -> int:
        """Return where now is, for `rate` to begin there."""
        return len(self._sent(person))

    def rate(self, person: Person, start: int) -> tuple[float, float]:
        """Return the seconds of pictures that were sent since, and the bits per second."""
        sent = self._sent(person)[start:]
        times = [packet.rtp_time for packet in sent if packet.rtp_time is not None]
        if not times or times[-1] == times[0]:
            return 0.0, 0.0
        seconds = ((times[-1] - times[0]) & 0xFFFFFFFF) / VIDEO_HZ
        return seconds, sum(packet.bits for packet in sent) / seconds

    def _sent(self, person: Person) -> list[_Packet]:
        return self._packets.get(_sender(person)._ssrc, [])


def _media(person: Person) -> MediaLink:
    media = person.room._session.media
    assert media is not None
    return media


def _sender(person: Person) -> RTCRtpSender:
    sender = _media(person)._publisher.sender_of("video")
    assert sender is not None
    return sender


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made, send = Wire(), StunProtocol.send_data

    async def counted(protocol: StunProtocol, data: bytes, addr: tuple[str, int]) -> None:
        made.take(data)
        await send(protocol, data, addr)

    monkeypatch.setattr(StunProtocol, "send_data", counted)
    return made


class Shown(NamedTuple):
    """A picture that somebody saw."""

    height: int
    rtp_time: int


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[PeerId, list[Shown]]:
    """Every picture that anybody has seen, by whose it is."""
    seen: dict[PeerId, list[Shown]] = {}
    show = RoomView.show

    def watched(
        view: RoomView, peer_id: PeerId, label: Label, frame: VideoFrame, offset_ms: float | None
    ) -> None:
        seen.setdefault(peer_id, []).append(Shown(frame.height, frame.pts or 0))
        show(view, peer_id, label, frame, offset_ms)

    monkeypatch.setattr(RoomView, "show", watched)
    return seen


async def _publisher(meeting: Meeting, name: str, pictures: MediaStreamTrack) -> Person:
    person = await meeting.join(name, tracks=[])
    await _looks_at_nothing(person)
    person.tracks = [LocalTrack("camera", "video", pictures)]
    await person.room.publish(person.tracks)
    await until(lambda: _sender(person).transport.state == "connected")
    return person


async def _looks_at_nothing(person: Person) -> None:
    person.room.watch([])
    await until(lambda: _media(person)._watching._said is not None)
    # What is asked is done in order.
    await person.room.local_peer.update_metadata({})


def _watched(people: list[Person], size: tuple[int, int]) -> list[WatchedStream]:
    return [WatchedStream(person.peer_id, "video", *size) for person in people]


async def test_a_publisher_sends_what_is_watched_and_nothing_else(
    meeting: Meeting, wire: Wire, shown: dict[PeerId, list[Shown]]
) -> None:
    hana = await meeting.host(tracks=[])
    await _looks_at_nothing(hana)
    pattern, film = await asyncio.to_thread(open_camera, "test"), Film()
    assert pattern is not None
    ben = await _publisher(meeting, "Ben", pattern)
    eve = await _publisher(meeting, "Eve", film)

    drained = film.count
    await until(lambda: film.count > drained + 10)
    assert wire.pictures(ben) == wire.pictures(eve) == 0

    hana.room.watch(_watched([ben, eve], TILE))
    await until(lambda: min(wire.rate(one, 0)[0] for one in (ben, eve)) > 2.5)
    small_bps = {one: wire.rate(one, 0)[1] for one in (ben, eve)}
    assert 5_000 < small_bps[ben] < TILE_BPS
    assert 5_000 < small_bps[eve] < TILE_BPS

    hana.room.watch(_watched([eve], (640, 360)))
    await until(lambda: shown[eve.peer_id][-1].height == 360)
    start = wire.mark(eve)
    await until(lambda: wire.rate(eve, start)[0] > 1.0)
    assert wire.rate(eve, start)[1] > 3 * small_bps[eve]
    _assert_changed_without_a_gap(shown[eve.peer_id])
    assert {picture.height for picture in shown[ben.peer_id]} == {90}

    # Nobody looks at Ben any more, and there is nothing old to be shown of him.
    assert hana.room.get_remote_peer_by_id(ben.peer_id).get_track("video").frame is None
    sent, drained = wire.pictures(ben), film.count
    await until(lambda: film.count > drained + 5)
    assert wire.pictures(ben) == sent


async def test_who_pauses_sends_nothing_though_others_look(meeting: Meeting, wire: Wire) -> None:
    hana = await meeting.host(tracks=[])
    film = Film()
    eve = await _publisher(meeting, "Eve", film)
    hana.room.watch(_watched([eve], TILE))
    track = hana.room.get_remote_peer_by_id(eve.peer_id).get_track("video")
    await until(lambda: track.frame is not None)

    await eve.room.local_peer.pause("video")
    drained = film.count
    # One was being encoded at that moment.
    await until(lambda: track.frame is None and film.count > drained + 2)
    sent, drained = wire.pictures(eve), film.count
    await until(lambda: film.count > drained + 5)
    assert wire.pictures(eve) == sent
    await eve.room.local_peer.resume("video")
    await until(lambda: track.frame is not None)


def _assert_changed_without_a_gap(pictures: list[Shown]) -> None:
    """The first in another size is a keyframe, since only those have one (RFC 6386 section 9.1)."""
    assert [height for height, _ in itertools.groupby(one.height for one in pictures)] == [90, 360]
    first = next(number for number, one in enumerate(pictures) if one.height == 360)
    assert pictures[first].rtp_time - pictures[first - 1].rtp_time < VIDEO_HZ
