"""The pure parts: words, slash commands, outcomes, announcements, restarts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from proconf_tui.control import events
from proconf_tui.control.screen import ControlsInfo, PeerInfo, RoomSnapshot, StreamStateName
from proconf_tui.errors import ConfigError, Kicked, ServerUnreachable
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.text import width_cells
from proconf_tui.tui import outcome, slash, words
from proconf_tui.tui.announcements import Announcement, announce, announce_controls
from proconf_tui.tui.options import TuiResult
from proconf_tui.tui.people import Passing, people
from proconf_tui.tui.restarts import RestartLimit
from proconf_tui.tui.widgets.meter import meter
from proconf_tui.tui.widgets.row_list import Piece, fitted

ME, GRACE = PeerId("me"), PeerId("grace")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "AL"),
        ("grace", "G"),
        ("Anna-Maria de la Cruz", "AC"),
        ("(not host) Ada host", "AH"),
        ("!?", "·"),
        ("", "U"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert words.initials(name) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-3, "0:00"), (42, "0:42"), (725.9, "12:05"), (3723, "1:02:03")]
)
def test_duration(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected


def test_loudness_goes_from_silence_to_full() -> None:
    levels = [words.loudness(dbfs) for dbfs in (None, -127.0, -60.0, -35.0, -10.0, 0.0)]
    assert levels == [0, 0, 0, 0.5, 1, 1]


@pytest.mark.parametrize(
    ("level_dbfs", "has_microphone", "is_speaking"),
    [
        (None, True, False),
        (-41.0, True, False),
        (-39.0, True, True),
        (0.0, True, True),
        (0.0, False, False),
    ],
)
def test_who_is_loud_enough_speaks(
    level_dbfs: float | None, has_microphone: bool, is_speaking: bool
) -> None:
    streams: dict[Label, StreamStateName] = {"audio": "live"} if has_microphone else {}
    someone = PeerInfo(PeerId("p-1"), "Ben", "guest", False, 0.0, streams)
    room = RoomSnapshot("connected", "myRoom", peers=[someone])
    levels = {} if level_dbfs is None else {someone.peer_id: level_dbfs}
    (person,) = people(room, Passing(None, levels))
    assert person.is_speaking is is_speaking


@given(st.text(), st.integers(1, 60))
def test_names_keep_to_their_width(text: str, cells: int) -> None:
    name = words.name_of(text, cells)
    assert name
    assert name == "Unnamed" or width_cells(name) <= cells


@given(st.floats(-130, 0) | st.none(), st.integers(1, 40))
def test_a_meter_keeps_its_width(dbfs: float | None, width: int) -> None:
    assert sum(len(piece.text) for piece in meter(dbfs, width)) == width


@given(st.text("aé家 ", max_size=20), st.integers(3, 30))
def test_rows_fit(text: str, width: int) -> None:
    from rich.cells import cell_len

    row = fitted([Piece(text)], [Piece("ab")], width)
    assert sum(cell_len(piece.text) for piece in row) == width


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("hello /lock", slash.Say("hello /lock")),
        ("//lock", slash.Say("/lock")),
        ("/lock", slash.SetLock(True)),
        ("/unlock", slash.SetLock(False)),
        ("/kick  Ada Lovelace ", slash.PerformOn("kick", "Ada Lovelace")),
        ("/mute @Ada", slash.PerformOn("mute", "Ada")),
    ],
)
def test_slash_commands(line: str, meaning: slash.Meaning) -> None:
    assert slash.parse(line) == meaning


@pytest.mark.parametrize("line", ["/", "/fly", "/kick", "/admit   "])
def test_slash_commands_that_mean_nothing(line: str) -> None:
    with pytest.raises(ConfigError):
        slash.parse(line)


def test_outcomes() -> None:
    assert outcome.of_error(Kicked()) == TuiResult(3, Kicked.default_message)
    assert outcome.of_error(ServerUnreachable("Nobody\x1b[2J")) == TuiResult(5, "Nobody")
    assert outcome.of_closing(events.RoomClosed("KICKED", "")).exit_code == 3
    assert outcome.of_closing(events.RoomClosed("EXPIRED", "")).exit_code == 0


def _announced(event: events.Event) -> Announcement | None:
    return announce(event, {ME: "Ada", GRACE: "Grace"}.__getitem__, ME)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (events.PeerLeft(GRACE, "Grace", "guest", "LOST"), "Grace lost the connection"),
        (
            events.StreamClosed(GRACE, "video", "MODERATOR"),
            "Grace’s camera was stopped by a moderator",
        ),
        (
            events.StreamClosed(ME, "audio", "CONTROLS"),
            "Your microphone was stopped by the room's controls",
        ),
    ],
)
def test_announcements(event: events.Event, text: str) -> None:
    announcement = _announced(event)
    assert announcement is not None
    assert announcement.text == text


LOCKED = ControlsInfo(room_locked=True)
MUTED = ControlsInfo(room_locked=True, allow_produce_sources={"mic": False, "cam": True})


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        (LOCKED, ControlsInfo(), "The room is open"),
        (ControlsInfo(), LOCKED, "The room is locked"),
        (MUTED, replace(MUTED, room_locked=False), "The room is open"),
        (LOCKED, MUTED, "Only moderators may use the microphone"),
        (MUTED, LOCKED, "Everybody may use the microphone again"),
        (
            ControlsInfo(allow_send_data=False),
            MUTED,
            "The room is locked; only moderators may use the microphone;"
            " everybody may write in the chat again",
        ),
        (
            MUTED,
            replace(MUTED, allow_produce=False),
            "Only moderators may use the camera and share a screen",
        ),
        (
            ControlsInfo(),
            ControlsInfo(allow_produce=False),
            "Only moderators may use the microphone, use the camera and share a screen",
        ),
    ],
)
def test_only_what_changed_of_the_controls_is_told(
    before: ControlsInfo, now: ControlsInfo, text: str
) -> None:
    told = announce_controls(before, now)
    assert told is not None
    assert told.text == text
    assert (told.tone == "warning") is ("nly moderators" in text)
    assert announce_controls(now, now) is None


def test_what_one_does_oneself_is_not_announced() -> None:
    assert _announced(events.HandRaised(ME)) is None
    assert _announced(events.StreamClosed(ME, "audio", "STOPPED")) is None
    assert _announced(events.StreamAdded(GRACE, "audio")) is None


def test_restarts_are_counted_within_a_window() -> None:
    limit = RestartLimit(count=2, window_s=10.0)
    allowed = [limit.allows(now) for now in (0.0, 1.0, 2.0, 9.9, 10.0, 10.5, 11.0)]
    assert allowed == [True, True, False, False, True, False, True]
