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


def test_two_streams_of_one_name_are_both_shown() -> None:
    two = [producer("video"), producer("video")]
    assert RoomPictures(two).shown_to(ME, (two[0].name,)) == two
