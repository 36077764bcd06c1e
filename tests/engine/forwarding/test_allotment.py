"""Pictures fit the line, the important ones first, and nobody's line bounds what others get."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.forwarding.allotment import (
    CLEAR_ROOM,
    MIN_PICTURE_BPS,
    SLACK,
    Picture,
    StreamName,
    allot,
    caps,
    floor_bps,
)
from proconf_tui.protocol.ids import PeerId

AUDIO_BPS = 40_000


def name(of: int) -> StreamName:
    return PeerId(f"peer{of}"), "video"


def fixed(*bitrates: int) -> list[Picture]:
    """Pictures that somebody else has room for: they cannot be brought down."""
    return [Picture(name(i), bps, bps) for i, bps in enumerate(bitrates)]


def elastic(*bitrates: int) -> list[Picture]:
    """Pictures that nobody else watches."""
    return [Picture(name(i), bps, floor_bps(bps, [])) for i, bps in enumerate(bitrates)]


@st.composite
def _pictures(draw: st.DrawFn) -> list[Picture]:
    bitrates = draw(st.lists(st.integers(0, 3_000_000), max_size=24))
    floors = [draw(st.integers(0, bps)) for bps in bitrates]
    return [Picture(name(i), bps, floors[i]) for i, bps in enumerate(bitrates)]


LINES = st.none() | st.integers(0, 10_000_000)
SHARES = st.dictionaries(st.integers(0, 5).map(name), st.none() | st.integers(0, 10**7))


@given(LINES, st.integers(0, 300_000), _pictures(), st.sets(st.integers(0, 23)))
def test_every_picture_is_sent_or_held_back_and_what_is_sent_fits(
    available: int | None, audio: int, pictures: list[Picture], held: set[int]
) -> None:
    done = allot(available, audio, pictures, {name(i) for i in held})
    names = [picture.name for picture in pictures]
    assert sorted(done.sent + done.held_back, key=names.index) == names
    assert list(done.sent) == sorted(done.sent, key=names.index)
    assert set(done.shares) == set(names)
    assert (done.next_bps is None) == (not done.held_back)
    if available is not None:
        floors = sum(picture.floor_bps for picture in pictures if picture.name in done.sent)
        assert floors <= max(0, available - audio) * SLACK


@given(st.integers(0, 10_000_000), st.integers(0, 300_000), _pictures())
def test_what_it_takes_for_one_more_is_enough(
    available: int, audio: int, pictures: list[Picture]
) -> None:
    done = allot(available, audio, pictures)
    if done.next_bps is not None:
        again = allot(done.next_bps, audio, pictures, set(done.held_back))
        assert set(again.sent) & set(done.held_back)


@given(st.integers(0, 10_000_000), _pictures())
def test_shares_use_the_line_and_no_more_of_it(available: int, pictures: list[Picture]) -> None:
    done = allot(available, 0, pictures)
    given_bps = [done.shares[sent] for sent in done.sent]
    least = sum(max(MIN_PICTURE_BPS, p.floor_bps) for p in pictures if p.name in done.sent)
    assert sum(bps or 0 for bps in given_bps) <= max(available, least)


def test_an_unlimited_line_takes_all_of_everything() -> None:
    done = allot(None, AUDIO_BPS, fixed(150_000, 2_000_000))
    assert done.sent == (name(0), name(1))
    assert set(done.shares.values()) == {None}


def test_the_least_important_are_held_back() -> None:
    done = allot(AUDIO_BPS + 300_000, AUDIO_BPS, fixed(150_000, 150_000, 150_000))
    assert done.sent == (name(0), name(1))
    assert done.held_back == (name(2),)


def test_a_less_important_one_goes_where_a_large_one_does_not_fit() -> None:
    done = allot(AUDIO_BPS + 100_000, AUDIO_BPS, fixed(400_000, 65_000))
    assert done.sent == (name(1),)


def test_one_picture_stays_while_there_is_room_for_a_small_one() -> None:
    done = allot(AUDIO_BPS + MIN_PICTURE_BPS, AUDIO_BPS, elastic(400_000, 400_000))
    assert done.sent == (name(0),)
    assert done.shares[name(0)] == MIN_PICTURE_BPS


def test_a_picture_comes_back_only_when_there_is_clear_room() -> None:
    pictures = fixed(100_000)
    held = {name(0)}
    assert not allot(100_000, 0, pictures, held).sent
    assert allot(100_000, 0, pictures).sent
    assert allot(int(100_000 * CLEAR_ROOM) + 1, 0, pictures, held).sent


def test_room_goes_to_those_who_can_use_it() -> None:
    done = allot(300_000, 0, elastic(65_000, 1_000_000))
    assert done.shares == {name(0): 65_000, name(1): 235_000}


def test_a_stream_is_bounded_by_the_largest_share_of_those_who_watch() -> None:
    assert caps([{name(0): 100_000}, {name(0): 250_000}]) == {name(0): 250_000}


def test_a_stream_that_somebody_has_plenty_for_is_not_bounded() -> None:
    assert caps([{name(0): 100_000, name(1): 70_000}, {name(0): None}]) == {name(1): 70_000}


@given(st.lists(SHARES, max_size=5))
def test_no_bound_is_below_what_anybody_has_room_for(
    shares: list[dict[StreamName, int | None]],
) -> None:
    for stream, cap in caps(shares).items():
        watching = [mine[stream] for mine in shares if stream in mine]
        assert None not in watching
        assert cap == max(share for share in watching if share is not None)


def test_a_stream_can_be_brought_down_to_what_the_others_have_room_for() -> None:
    assert floor_bps(400_000, []) == MIN_PICTURE_BPS
    assert floor_bps(400_000, [100_000, 200_000]) == 200_000
    assert floor_bps(400_000, [100_000, None]) == 400_000
    assert floor_bps(20_000, []) == 20_000
