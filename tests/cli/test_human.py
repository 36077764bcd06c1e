"""A meeting told to people: names where they are known, and every line safe to print."""

from __future__ import annotations

import pytest

from proconf_tui.cli.human import Storyteller
from proconf_tui.control import events
from proconf_tui.control.events import Event
from proconf_tui.control.results import Place, RemotePeerInfo
from proconf_tui.control.sound import DeviceReturned, SoundHint
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room.permissions import Permissions

ME, HANA = PeerId("p-1"), PeerId("p-2")
_PEER = RemotePeerInfo(HANA, "Hana", "host", Permissions(), {}, [], is_connected=True)
_SOURCES = {"cam": True, "mic": True, "screen": True}
_FORBIDDING = events.RoomControlsUpdated(
    room_locked=True,
    allow_produce=True,
    allow_produce_sources={**_SOURCES, "mic": False},
    allow_consume=True,
    allow_send_data=False,
)
_OPEN = events.RoomControlsUpdated(
    room_locked=False,
    allow_produce=True,
    allow_produce_sources=_SOURCES,
    allow_consume=True,
    allow_send_data=True,
)


@pytest.fixture
def teller() -> Storyteller:
    made = Storyteller()
    assert made.meet(Place("myRoom", ME, remote_peers=[_PEER])) == "Also here: Hana."
    return made


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (events.HandRaised(HANA), "Hana raised a hand."),
        (events.HandRaised(ME), "You raised a hand."),
        (events.ReceiveData(HANA, "hi", "chat"), "Hana: hi"),
        (events.ReceiveData(HANA, "👏", "reaction"), "Hana reacts: 👏"),
        (events.ReceiveData(HANA, "{}", "data"), None),
        (events.RoomNotification("HISTORY_GAP", "Some of it is lost."), "Some of it is lost."),
        (events.RoomRoleUpdated(ME, "coHost", "guest"), "You: role is now coHost."),
        (events.ConnectionQuality(HANA, "lost"), "Hana has lost the connection."),
        (events.ConnectionQuality(HANA, "good"), "Hana is connected."),
        (events.ConnectionQuality(HANA, "fair"), None),
        (
            events.StreamClosed(ME, "audio", "MODERATOR"),
            "A moderator has turned your microphone off.",
        ),
        (events.StreamClosed(ME, "audio", "STOPPED"), None),
        (events.StreamClosed(HANA, "audio", "MODERATOR"), None),
        (DeviceReturned("microphone", "USB Audio"), "USB Audio works again."),
        (SoundHint("talking-while-muted", "You are muted."), "You are muted."),
        (_OPEN, "The room is open."),
        (_FORBIDDING, "The room is locked; only moderators may chat or use the microphone."),
        (events.NewPeerJoined(PeerId("p-3"), "\x1b[2JBen", "guest", {}), "Ben joined."),
    ],
)
def test_it_reads_well(teller: Storyteller, event: Event, line: str | None) -> None:
    assert teller.tell(event) == line


def test_nobody_there_needs_no_line() -> None:
    assert Storyteller().meet(Place("myRoom", ME)) is None
