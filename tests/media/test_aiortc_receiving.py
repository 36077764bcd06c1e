"""What is patched into aiortc's receivers: it taps, keeps time, and asks for what is missing."""

from __future__ import annotations

import asyncio
import itertools
import queue
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import av
import pytest
from aiortc import RTCRtpReceiver, RTCRtpSender, rtp
from aiortc.jitterbuffer import JitterFrame

from proconf_tui.media import aiortc_receiving
from proconf_tui.media.aiortc_receiving import (
    follow_clock,
    repair_pictures,
    repair_voice,
    source_of,
    tap_audio,
)
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.media.lip_sync import SenderReport
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.picture_packets import Picture
from proconf_tui.media.repairs import Repairs
from proconf_tui.media.voice.packets import AudioPacket, payload_samples
from tests.media.conftest import ROOT
from tests.media.loopback import Pair, connected_pair
from tests.support.lossy_sender import lose


def test_every_private_name_still_exists() -> None:
    # A fresh process: in this one the names may be ours already.
    check = """
import inspect
from aiortc import rtcrtpreceiver, rtp
receiver = rtcrtpreceiver.RTCRtpReceiver
takes = inspect.getsource(receiver._handle_rtp_packet)
assert "self.__jitter_buffer.add(packet)" in takes
assert "self.__timestamp_mapper.map(" in takes
assert "self.__nack_generator is not None and self.__nack_generator.add(packet)" in takes
assert "self.__decoder_queue.put((codec, encoded_frame))" in takes
assert "codec = self.__codecs.get(packet.payload_type)" in takes
assert "packet._data = depayload(codec, packet.payload)" in takes
assert list(inspect.signature(receiver._handle_rtcp_packet).parameters) == ["self", "packet"]
assert list(inspect.signature(receiver._send_rtcp_nack).parameters) == [
    "self", "media_ssrc", "lost"]
assert list(inspect.signature(receiver._send_rtcp_pli).parameters) == ["self", "media_ssrc"]
assert "packet.csrc.append(" in inspect.getsource(rtp.RtpPacket.parse)
"""
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True, timeout=50)


def test_the_source_is_the_one_csrc() -> None:
    packet = rtp.RtpPacket(sequence_number=1, timestamp=2, ssrc=3, payload=b"x")
    assert source_of(rtp.RtpPacket.parse(packet.serialize())) == 0
    packet.csrc = [77]
    assert source_of(rtp.RtpPacket.parse(packet.serialize())) == 77


@pytest.mark.usefixtures("unskipped")
async def test_packets_are_tapped_with_their_levels_and_nothing_is_decoded() -> None:
    microphone = open_microphone("tone:880")
    assert microphone is not None
    packets: list[AudioPacket] = []
    reports: list[SenderReport] = []
    enough = asyncio.Event()

    def take(packet: AudioPacket) -> None:
        packets.append(packet)
        if len(packets) >= 50 and reports:
            enough.set()

    def tap(pair: Pair) -> None:
        tap_audio(pair.receivers["audio"], take)
        follow_clock(pair.receivers["audio"], reports.append)

    async with connected_pair(microphone, before_answer=tap) as pair:
        await enough.wait()
        assert pair.tracks["audio"]._queue.empty()  # type: ignore[attr-defined]
    await microphone.aclose()
    first = packets[0]
    for at, packet in enumerate(packets):
        assert packet.sequence == (first.sequence + at) % 0x10000
        assert packet.timestamp == (first.timestamp + at * 960) % 0x100000000
        assert payload_samples(packet.payload) == 960
        assert packet.level_dbfs == pytest.approx(-20.0, abs=1.0)
    assert reports[0].ntp >> 32 > 3_900_000_000
    assert reports[0].timestamp in [packet.timestamp for packet in packets]


async def test_pictures_keep_the_timestamps_that_reports_refer_to() -> None:
    camera = open_camera("test", size=(160, 90), fps=30)
    assert camera is not None
    reports: list[SenderReport] = []

    def follow(pair: Pair) -> None:
        follow_clock(pair.receivers["video"], reports.append)

    async with connected_pair(camera, before_answer=follow) as pair:
        stamps: list[int] = []
        while not reports or reports[0].timestamp not in stamps:
            frame = await pair.tracks["video"].recv()
            assert isinstance(frame, av.VideoFrame)
            assert frame.pts is not None
            stamps.append(frame.pts)
    await camera.aclose()
    assert len(stamps) > 2


# --- What goes missing on the way ---


def _sender(pair: Pair) -> RTCRtpSender:
    [sender] = pair.sender.getSenders()
    return sender


async def test_a_lost_packet_of_a_voice_is_asked_for_and_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    microphone = open_microphone("tone:880")
    assert microphone is not None
    repairs = Repairs()
    sequences: list[int] = []
    enough = asyncio.Event()

    def take(packet: AudioPacket) -> None:
        sequences.append(packet.sequence)
        wanted = {(sequences[0] + number) & 0xFFFF for number in range(60)}
        if wanted <= set(sequences):
            enough.set()

    def listen(pair: Pair) -> None:
        tap_audio(pair.receivers["audio"], take)
        repair_voice(pair.receivers["audio"], repairs)
        lose(_sender(pair), monkeypatch, one_in=10)

    async with connected_pair(microphone, before_answer=listen):
        await enough.wait()
    steps = {(later - earlier) & 0xFFFF for earlier, later in itertools.pairwise(sequences)}
    assert max(steps) > 0x8000
    await repairs.aclose()
    await microphone.aclose()


async def test_no_picture_is_missing_where_packets_are(monkeypatch: pytest.MonkeyPatch) -> None:
    camera = open_camera("test", size=(320, 180), fps=30)
    assert camera is not None
    taken = _taken_from(camera, monkeypatch)
    repairs = Repairs()
    whole: list[Picture] = []

    def watch(pair: Pair) -> None:
        follow_clock(pair.receivers["video"], lambda _: None)
        repair_pictures(pair.receivers["video"], repairs, whole.append)
        lose(_sender(pair), monkeypatch, one_in=7)

    stamps: list[int] = []
    async with connected_pair(camera, before_answer=watch) as pair:
        while len(stamps) < 60:
            frame = await pair.tracks["video"].recv()
            assert isinstance(frame, av.VideoFrame)
            assert frame.pts is not None
            stamps.append(frame.pts)
    await repairs.aclose()
    await camera.aclose()
    assert stamps == [picture.timestamp for picture in whole][: len(stamps)]
    # No picture is left out between the first that came and the last; encoders round stamps.
    came, sent = pytest.approx(_steps(stamps), abs=2), _steps(taken)
    assert any(sent[at : at + len(stamps) - 1] == came for at in range(len(sent)))


def _taken_from(camera: CameraTrack, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list of the stamps of all pictures that are read from ``camera``, as it grows."""
    taken: list[int] = []
    recv = camera.recv

    async def noting() -> av.VideoFrame:
        frame = await recv()
        taken.append(frame.pts or 0)
        return frame

    monkeypatch.setattr(camera, "recv", noting)
    return taken


def _steps(stamps: list[int]) -> list[int]:
    return [(later - earlier) & 0xFFFFFFFF for earlier, later in itertools.pairwise(stamps)]


class _Receiver:
    """In the place of aiortc's: what is asked of the sender, and what is decoded."""

    _RTCRtpReceiver__nack_generator: Any
    _RTCRtpReceiver__jitter_buffer: Any

    def __init__(self) -> None:
        self.nacks: list[list[int]] = []
        self.plis = 0
        self._RTCRtpReceiver__codecs = {96: "VP8"}
        self._RTCRtpReceiver__decoder_queue: queue.Queue[tuple[str, JitterFrame]] = queue.Queue()

    async def _send_rtcp_nack(self, media_ssrc: int, lost: list[int]) -> None:
        self.nacks.append(lost)

    async def _send_rtcp_pli(self, media_ssrc: int) -> None:
        self.plis += 1

    def take(self, number: int, *, is_keyframe: bool = False) -> int | None:
        """Take a picture of one packet; return the time of what is to be decoded next."""
        payload = b"\x10" + (b"\x00" if is_keyframe else b"\x01")
        packet = rtp.RtpPacket(96, 1, number, number * 3000, 5, payload)
        packet._data = payload[1:]  # type: ignore[attr-defined]
        assert not self._RTCRtpReceiver__nack_generator.add(packet)
        must_ask, frame = self._RTCRtpReceiver__jitter_buffer.add(packet)
        assert not must_ask
        return None if frame is None else frame.timestamp // 3000


class _Clock:
    """Repairs whose time is the test's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.watched: set[Any] = set()
        monkeypatch.setattr(aiortc_receiving, "time", SimpleNamespace(monotonic=lambda: self.now))

    def watch(self, who: Any) -> None:
        self.watched.add(who)

    async def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.now += 0.01
            self.watched = {who for who in self.watched if await who.repair(self.now)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    return _Clock(monkeypatch)


@pytest.fixture
def receiver(clock: _Clock) -> _Receiver:
    made = _Receiver()
    repair_pictures(cast("RTCRtpReceiver", made), cast("Repairs", clock), lambda _: None)
    return made


async def test_nothing_is_asked_for_where_nothing_is_missing(
    receiver: _Receiver, clock: _Clock
) -> None:
    shown = [receiver.take(number, is_keyframe=number == 0) for number in range(100)]
    assert shown == list(range(100))
    assert not clock.watched
    assert receiver.nacks == []


async def test_pictures_that_waited_are_decoded_in_order(
    receiver: _Receiver, clock: _Clock
) -> None:
    shown = [receiver.take(number, is_keyframe=number == 0) for number in (0, 1, 3, 4)]
    await clock.pass_(0.02)
    assert shown == [0, 1, None, None]
    assert receiver.nacks == [[2]]
    assert receiver.take(2) == 4
    decoder = receiver._RTCRtpReceiver__decoder_queue
    waited = [decoder.get_nowait() for _ in range(decoder.qsize())]
    assert [(codec, frame.timestamp // 3000) for codec, frame in waited] == [("VP8", 2), ("VP8", 3)]
    await clock.pass_(0.5)
    assert (receiver.nacks, receiver.plis) == ([[2]], 0)
    assert not clock.watched


async def test_a_keyframe_is_asked_for_where_nothing_else_helps(
    receiver: _Receiver, clock: _Clock
) -> None:
    for number in (0, 2):
        receiver.take(number, is_keyframe=number == 0)
    await clock.pass_(0.2)
    assert receiver.plis == 0
    await clock.pass_(0.2)
    assert receiver.plis == 1
    receiver.take(3)
    await clock.pass_(0.5)
    assert receiver.plis == 2
    assert receiver.take(4, is_keyframe=True) == 4
    asked = len(receiver.nacks)
    await clock.pass_(1.0)
    assert (len(receiver.nacks), receiver.plis) == (asked, 2)
    assert not clock.watched


async def test_nothing_is_asked_of_a_stream_that_has_stopped(
    receiver: _Receiver, clock: _Clock
) -> None:
    for number in (0, 2):
        receiver.take(number, is_keyframe=number == 0)
    await clock.pass_(3.0)
    asked = receiver.plis
    assert not clock.watched
    await clock.pass_(3.0)
    assert receiver.plis == asked
    receiver.take(3)
    await clock.pass_(0.2)
    assert receiver.plis == asked
    await clock.pass_(0.2)
    assert receiver.plis == asked + 1
