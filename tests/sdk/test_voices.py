from __future__ import annotations

from proconf_tui.media.mixer import Mixer
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import to_int16
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.protocol.ids import Mid, PeerId
from proconf_tui.sdk.sources import SourceLog
from proconf_tui.sdk.voices import LONGEST_WAIT_S, MOST_WAITING, Voices
from tests.support.signals import sine

BEN, EVE = PeerId("ben"), PeerId("eve")
PAYLOAD = OpusEncoder().encode(to_int16(sine(440, 0.02, 0.3)))


class _Room:
    """Two slots, whose numbers go on whoever feeds them."""

    def __init__(self) -> None:
        self.mixer = Mixer()
        self.voices = Voices(self.mixer)
        self._logs = {Mid("0"): SourceLog(), Mid("1"): SourceLog()}
        self._numbers = {Mid("0"): 100, Mid("1"): 30_000}

    def send(self, source: int, count: int, *, mid: str = "0", now: float = 0.0) -> None:
        for _ in range(count):
            self._numbers[Mid(mid)] += 1
            self.send_again(source, self._numbers[Mid(mid)], mid=mid, now=now)

    def send_again(self, source: int, number: int, *, mid: str = "0", now: float = 0.0) -> None:
        packet = AudioPacket(number, number * 960, PAYLOAD, -20.0, source)
        self.voices.take(Mid(mid), self._logs[Mid(mid)], packet, now)

    def newest(self, mid: str = "0") -> int:
        return self._numbers[Mid(mid)]

    def heard(self, peer_id: PeerId) -> int:
        voice = self.mixer.get(peer_id)
        return voice.statistics(0.0).packets if voice else 0

    def lost(self, peer_id: PeerId) -> float:
        voice = self.mixer.get(peer_id)
        assert voice is not None
        return voice.statistics(0.0).loss


def test_what_is_not_named_waits_but_neither_long_nor_in_numbers() -> None:
    room = _Room()
    room.send(7, 3, now=0.0)
    room.send(7, 2, now=1.0)
    room.send(8, MOST_WAITING + 5, now=1.0)
    room.voices.name(7, BEN, 1.0 + LONGEST_WAIT_S)
    room.voices.name(8, EVE, 1.0)
    assert (room.heard(BEN), room.heard(EVE)) == (2, MOST_WAITING)


def test_the_sources_that_wait_are_bounded() -> None:
    room = _Room()
    for source in range(1, 1000):
        room.send(source, 1)
    assert len(room.voices._unknown) <= 16
    room.voices.name(999, BEN, 0.0)
    assert room.heard(BEN) == 1


def test_who_comes_back_in_another_place_has_lost_nothing() -> None:
    room = _Room()
    room.voices.name(7, BEN, 0.0)
    room.voices.name(8, EVE, 0.0)
    voice = room.mixer.get(BEN)
    room.send(7, 10)
    room.send(8, 50)
    room.send(7, 10, mid="1")
    room.send(7, 10)
    assert room.heard(BEN) == 30
    assert room.lost(BEN) == 0.0
    assert room.mixer.get(BEN) is voice


def test_a_late_packet_of_the_former_place_is_not_mixed_with_the_new_one() -> None:
    room = _Room()
    room.voices.name(7, BEN, 0.0)
    room.send(7, 5)
    room.send(7, 5, mid="1")
    room.send_again(7, room.newest() - 2)
    assert room.heard(BEN) == 10


def test_a_late_packet_of_the_source_before_goes_to_its_own_voice() -> None:
    room = _Room()
    room.voices.name(7, BEN, 0.0)
    room.voices.name(8, EVE, 0.0)
    room.send(7, 5)
    late = room.newest()
    room.send(8, 5)
    room.send_again(7, late)
    assert (room.heard(BEN), room.heard(EVE)) == (6, 5)


def test_nobody_is_given_a_voice_again_who_has_left() -> None:
    room = _Room()
    room.voices.name(7, BEN, 0.0)
    room.mixer.remove(BEN)
    room.send(7, 5)
    assert room.mixer.get(BEN) is None


def test_names_are_bounded() -> None:
    room = _Room()
    for source in range(1, 3000):
        room.voices.name(source, BEN, 0.0)
    room.send(1, 5)
    assert room.heard(BEN) == 0
    room.send(2999, 5)
    assert room.heard(BEN) == 5
