"""The voices of a room: who is heard, and how loud everybody is."""

from __future__ import annotations

from collections.abc import Sequence

from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.room_audio import STREAMS_PER_PEER, RoomAudio
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.support import producer, rtp_packet

HEARD = 2
NAMES = "abcdef"
NOBODY = PeerId("nobody")


class Voices:
    """Streams of which each is told how loud its next packet is; 50 packets a second."""

    def __init__(self, names: Sequence[str] = NAMES) -> None:
        self.now = 50.0
        self.sent = 0
        self.audio = RoomAudio(HEARD)
        self.streams = {name: producer(peer_id=name) for name in names}
        self.follow(names)

    def follow(self, names: Sequence[str]) -> None:
        self.audio.follow([self.streams[name] for name in names], self.now)

    def send(self, levels_db: dict[str, int | None]) -> None:
        """Let one packet come from each of these; None for one without a level."""
        self.sent += 1
        for name, level_db in levels_db.items():
            level = None if level_db is None else -level_db
            raw = rtp_packet(self.sent, self.sent * 960, level=level)
            assert self.streams[name].accept(bytearray(raw), len(raw), self.now) is not None

    def listen(self) -> bool:
        self.now += 0.1
        return self.audio.listen(self.now)

    def heard_by(self, name: str) -> str:
        return _names(self.audio.heard_by(PeerId(name)))


def _names(streams: Sequence[Producer]) -> str:
    return "".join(sorted(stream.peer_id for stream in streams))


def test_nobody_hears_themselves_and_all_hear_as_many() -> None:
    voices = Voices()
    assert [voices.heard_by(name) for name in NAMES] == ["bc", "ac", "ab", "ab", "ab", "ab"]
    assert voices.heard_by(NOBODY) == "ab"


def test_who_talks_is_heard_after_one_look_and_it_is_told_that_something_changed() -> None:
    voices = Voices()
    assert not voices.listen()
    voices.send({"f": -30})
    assert voices.listen()
    assert "f" in voices.heard_by(NOBODY)
    voices.send({"f": -30})
    assert not voices.listen()


def test_a_stream_without_levels_is_heard_when_its_packets_come() -> None:
    voices = Voices()
    voices.send({"f": None})
    voices.listen()
    assert "f" in voices.heard_by(NOBODY)
    assert voices.audio.take_levels() == {}


def test_the_levels_are_the_loudest_of_everybody_who_is_open() -> None:
    voices = Voices()
    voices.send({"a": -30, "e": -50})
    voices.listen()
    voices.send({"a": -20, "f": -127})
    voices.listen()
    voices.send({"a": -40})
    voices.listen()
    assert voices.audio.take_levels() == {"a": -20.0, "e": -50.0, "f": -127.0}
    assert voices.audio.take_levels() == {}


def test_what_was_said_while_switched_off_is_not_told() -> None:
    voices = Voices()
    voices.send({"a": -10})
    voices.listen()
    voices.follow("bcdef")
    voices.send({"a": -10})
    voices.listen()
    assert voices.audio.take_levels() == {}
    voices.follow("bcdefa")
    voices.listen()
    assert voices.audio.take_levels() == {}
    assert "a" not in voices.heard_by(NOBODY)


def test_who_leaves_makes_room_at_once() -> None:
    voices = Voices()
    voices.follow("cdef")
    assert voices.heard_by(NOBODY) == "cd"


def test_many_streams_of_one_do_not_push_the_others_out() -> None:
    audio = RoomAudio(heard=5)
    streams = [producer(peer_id="ann") for _ in range(5)]
    others = [producer(peer_id=name) for name in "bcde"]
    audio.follow([*streams, *others], 0.0)
    heard = audio.heard_by(NOBODY)
    assert heard == [*streams[:STREAMS_PER_PEER], *others]
