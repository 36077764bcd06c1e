"""What tiles say of people in few cells: the name first, and no half of a wide character."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video import captions
from proconf_tui.tui.video.captions import Caption
from proconf_tui.tui.video.cards import MIN_WIDTH_CELLS
from proconf_tui.tui.words import name_of

GRACE = Person(PeerId("g"), "Grace", "guest", False, False, True, True, False, True, -60.0)
ME = replace(GRACE, name="Ada", is_me=True)

_NAMES = st.sampled_from(
    ["Grace", "王小明先生您好", "🦊🦊🦊🦊🦊🦊", "👩‍🚀 Ada", "Bartholomew", "é́"]
)
_people = st.builds(
    replace,
    st.just(GRACE),
    name=_NAMES | st.text(min_size=1).map(name_of),
    role=st.sampled_from(["host", "coHost", "guest"]),
    is_me=st.booleans(),
    is_moderator=st.booleans(),
    has_microphone=st.booleans(),
    has_hand_raised=st.booleans(),
    is_connected=st.booleans(),
    level_dbfs=st.none() | st.floats(-127, 0),
    reaction=st.sampled_from(["", "👍", "🎉"]),
    volume=st.sampled_from([1.0, 1.5]),
    is_talking=st.booleans(),
    is_muted=st.booleans(),
    is_screen_live=st.booleans(),
)
_captions = st.builds(Caption, _people, st.integers(1, 30), st.booleans(), st.booleans())
_widths = st.integers(MIN_WIDTH_CELLS, 90)


def above(person: Person, width: int = MIN_WIDTH_CELLS, *, is_pinned: bool = False) -> str:
    return captions.upper(Caption(person, 1, is_pinned), width).plain


def below(person: Person, width: int = MIN_WIDTH_CELLS, *, is_pinned: bool = False) -> str:
    return captions.lower(Caption(person, 1, is_pinned), width).plain


@given(caption=_captions, width=_widths)
def test_nothing_is_wider_than_its_border(caption: Caption, width: int) -> None:
    written: list[Content] = [captions.upper(caption, width), captions.lower(caption, width)]
    assert all(text.cell_length <= width - 6 for text in written)
    assert written[0].plain.strip()


@given(caption=_captions, width=_widths)
def test_a_line_is_exactly_as_wide_as_it_may_be(caption: Caption, width: int) -> None:
    assert captions.line(caption, width).cell_length == width


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Grace", "Grace"),
        ("王小明先", "王小明先"),
        ("王小明先生您好", "王小明…"),
        ("🦊🦊🦊🦊🦊", "🦊🦊🦊…"),
        ("Bartholomew", "Barthol…"),
    ],
)
def test_names_at_the_least_width(name: str, shown: str) -> None:
    assert above(replace(GRACE, name=name)) == shown


def test_i_am_marked() -> None:
    assert above(ME, 20) == "Ada (you)"
    assert above(replace(ME, name="Bartholomew")) == "You"


def test_an_emoji_stands_beside_the_name_or_makes_room_for_it() -> None:
    reacting = replace(GRACE, reaction="👍")
    assert above(reacting) == "Grace 👍"
    assert below(reacting) == "♪ 1"
    crowded = replace(reacting, name="Margaret")
    assert above(crowded) == "Margaret"
    assert below(crowded) == "👍 ♪ 1"


def test_what_matters_less_is_left_out_first() -> None:
    busy = replace(
        GRACE,
        has_hand_raised=True,
        is_moderator=True,
        role="host",
        volume=1.5,
        has_microphone=False,
    )
    assert below(busy, 60) == "⚑ hand host mic off 150% 1"
    assert below(busy, 24) == "⚑ hand mic off 1"
    assert below(busy) == "mic off"
    assert below(replace(busy, is_connected=False)) == "⚑ away 1"


def test_a_pinned_tile_says_so() -> None:
    assert above(GRACE, is_pinned=True) == "▲ Grace"
    assert below(GRACE, 60, is_pinned=True) == "♪ pinned 1"


def test_a_line_has_name_meter_and_state() -> None:
    def line(level_dbfs: float) -> str:
        return captions.line(Caption(replace(GRACE, level_dbfs=level_dbfs), 3, False), 24).plain

    assert line(-10.0) == " Grace     ━━━━━━━━ ♪ 3 "
    assert line(-60.0) == " Grace     ──────── ♪ 3 "


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bo", " Bo      mic off 3 "),
        ("Niklaus", " Niklaus mic off 3 "),
        ("Margaret", " Margaret  mic off "),
        ("Bartholomew", " Bartholomew     3 "),
    ],
)
def test_a_line_without_a_microphone_has_its_number_where_there_is_room(
    name: str, shown: str
) -> None:
    silent = replace(GRACE, name=name, has_microphone=False, has_camera=False)
    assert captions.line(Caption(silent, 3, False), 19).plain == shown


@pytest.mark.parametrize(
    ("person", "width", "title"),
    [
        (GRACE, 40, "Grace's screen"),
        (replace(GRACE, name="Bartholomew Cubbins"), 26, "Bartholome…'s screen"),
        (GRACE, MIN_WIDTH_CELLS, "▤ Grace"),
        (ME, 40, "Your screen"),
        (ME, MIN_WIDTH_CELLS, "▤ You"),
    ],
)
def test_a_screen_is_called_after_whose_it_is(person: Person, width: int, title: str) -> None:
    assert captions.upper(Caption(person, 3, False, is_screen=True), width).plain == title


def test_a_screen_says_its_number_and_whether_it_stands_still() -> None:
    live = replace(GRACE, has_screen=True, is_screen_live=True, has_hand_raised=True)
    assert captions.lower(Caption(live, 3, True, is_screen=True), 40).plain == "pinned 3"
    assert captions.lower(Caption(live, 12, False, is_screen=True), 40).plain == ""
    paused = replace(live, is_screen_live=False)
    assert captions.lower(Caption(paused, 3, False, is_screen=True), 40).plain == "paused 3"
    gone = replace(live, is_connected=False)
    assert captions.lower(Caption(gone, 3, False, is_screen=True), 40).plain == "reconnecting 3"
    assert (
        captions.line(Caption(live, 3, False, is_screen=True), 24).plain
        == " Grace's screen       3 "
    )
