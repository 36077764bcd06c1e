"""Which pictures of a room somebody is shown."""

from __future__ import annotations

from proconf_tui.engine.forwarding.assignment import MAX_VIDEO_SLOTS
from proconf_tui.engine.room_pictures import RoomPictures
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.support import producer

NAMES = [PeerId(f"peer{number}") for number in range(MAX_VIDEO_SLOTS + 6)]
STREAMS = {name: producer("video", peer_id=name) for name in NAMES}
PICTURES = RoomPictures(STREAMS.values())
ME = NAMES[3]


def test_without_a_word_these_are_all_but_ones_own() -> None:
    others = [STREAMS[name] for name in NAMES if name != ME]
    assert PICTURES.shown_to(ME, None) == others


def test_what_is_watched_is_shown_in_the_order_in_which_it_was_named() -> None:
    watched = tuple((name, "video") for name in (NAMES[7], NAMES[1], NAMES[5]))
    nobody = ((PeerId("nobody"), "video"), (NAMES[2], "screen"), (ME, "video"))
    shown = [STREAMS[name] for name, _ in watched]
    assert PICTURES.shown_to(ME, nobody + watched) == shown
    assert PICTURES.shown_to(ME, ()) == []


def test_of_too_many_the_first_named_are_shown() -> None:
    backwards = [name for name in reversed(NAMES) if name != ME]
    watched = tuple((name, "video") for name in backwards)
    shown = PICTURES.shown_to(ME, watched)
    assert shown == [STREAMS[name] for name in backwards[:MAX_VIDEO_SLOTS]]


def test_of_streams_of_one_name_the_newest_is_shown() -> None:
    many = [producer("video") for _ in range(MAX_VIDEO_SLOTS)]
    other = producer("video", peer_id="bob")
    pictures = RoomPictures([*many, other])
    assert pictures.shown_to(ME, (many[0].name, other.name)) == [many[-1], other]
    assert pictures.shown_to(ME, None) == [many[-1], other]
