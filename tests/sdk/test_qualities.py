"""A lost connection is told once, whichever way it shows, and so is its return."""

from __future__ import annotations

from proconf_tui.control.events import ConnectionQuality
from proconf_tui.protocol.messages import PeerQuality
from proconf_tui.room import commands
from proconf_tui.sdk.qualities import Qualities
from tests.support.rooms import BEN, started_room

LOST, GOOD = ConnectionQuality(BEN, "lost"), ConnectionQuality(BEN, "good")


class Scene:
    """A room that Ben is in, and what another is told of his connection."""

    def __init__(self) -> None:
        self.room = started_room(BEN)
        self.told: list[ConnectionQuality] = []
        self.qualities = Qualities(self.told.append)

    def do(self, command: commands.Command) -> None:
        self.room.do(command)
        self.qualities.follow(self.room.state)

    def hear(self, *, is_silent: bool) -> None:
        self.qualities.take(PeerQuality(BEN, "lost" if is_silent else "good"))


def test_silence_and_its_end_are_told() -> None:
    scene = Scene()
    scene.hear(is_silent=True)
    scene.hear(is_silent=False)
    assert scene.told == [LOST, GOOD]


def test_silence_that_ends_in_a_lost_connection_is_told_once() -> None:
    scene = Scene()
    scene.hear(is_silent=True)
    scene.do(commands.Disconnect(actor=BEN))
    assert scene.told == [LOST]
    scene.do(commands.Reconnect(actor=BEN))
    assert scene.told == [LOST, GOOD]


def test_a_broken_connection_is_told_without_silence_before() -> None:
    scene = Scene()
    scene.do(commands.Disconnect(actor=BEN))
    scene.do(commands.Reconnect(actor=BEN))
    assert scene.told == [LOST, GOOD]


def test_who_has_left_is_lost_no_longer_and_nothing_is_told_of_them() -> None:
    scene = Scene()
    scene.do(commands.Disconnect(actor=BEN))
    scene.do(commands.Leave(actor=BEN, reason="LOST"))
    assert scene.told == [LOST]


def test_silence_from_before_ones_own_absence_is_not_believed_after_it() -> None:
    scene = Scene()
    scene.hear(is_silent=True)
    scene.qualities.forget()
    scene.qualities.follow(scene.room.state)
    assert scene.told == [LOST, GOOD]
