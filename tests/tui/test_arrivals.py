"""A flood of events costs few drawings, and a key comes before the rest of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control.commands import RaiseHand
from proconf_tui.control.events import (
    ConnectionQuality,
    Event,
    HandLowered,
    HandRaised,
    PeerLeft,
    ReceiveData,
    RoomClosed,
)
from proconf_tui.control.screen import Levels, RoomSnapshot
from proconf_tui.protocol.ids import REACTION_LABEL, PeerId
from proconf_tui.tui.arrivals import BURST, EVERY_S, MOST_AT_ONCE, MOST_WAITING, Arrivals, Turns
from proconf_tui.tui.messages import AgentEvent
from proconf_tui.tui.screens.meeting import MeetingScreen
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import meeting, text_of

GRACE = PeerId("grace")
MANY = 2000


def test_of_what_follows_itself_the_newest_counts() -> None:
    arrivals = Arrivals()
    told: list[Event] = [
        RoomSnapshot("connected", "a"),
        HandRaised(GRACE),
        RoomSnapshot("connected", "b"),
        RoomSnapshot("connected", "c"),
        Levels(None, {}),
        HandLowered(GRACE),
    ]
    for event in told:
        arrivals.put(event)
    assert arrivals.take() == [told[0], told[1], *told[3:]]
    assert not arrivals


def test_over_the_most_the_oldest_that_is_only_told_of_goes() -> None:
    arrivals = Arrivals()
    last = RoomClosed("KICKED", "You were removed.")
    arrivals.put(last)
    for number in range(MOST_WAITING + 1):
        arrivals.put(HandRaised(PeerId(str(number))))
    assert len(arrivals) == MOST_WAITING
    taken = arrivals.take()
    assert taken[:2] == [last, HandRaised(PeerId("2"))]
    assert len(taken) == MOST_AT_ONCE


def test_turns_come_at_once_and_then_evenly() -> None:
    turns, had = Turns(), 0
    for tick in range(100):
        while turns.wait_s(100.0 + tick * EVERY_S / 10) == 0.0:
            turns.take()
            had += 1
    assert BURST + 9 <= had <= BURST + 10


async def test_a_key_comes_before_a_flood_is_drawn_and_the_flood_is_few_lines(
    agent: FakeAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        drawings = 0
        show_people = MeetingScreen.show_people

        async def count(screen: MeetingScreen) -> None:
            nonlocal drawings
            drawings += 1
            await show_people(screen)

        monkeypatch.setattr(MeetingScreen, "show_people", count)
        for number in range(MANY // 2):
            for event in (
                HandRaised(GRACE),
                ReceiveData(GRACE, "👍👎"[number % 2], REACTION_LABEL),
            ):
                rig.app.inbox.put(AgentEvent(event))
        await rig.pilot.press("r")
        await rig.hears(RaiseHand)
        assert len(rig.app.inbox) > 0, "the key came first"
        await rig.until(lambda: len(rig.app.inbox) == 0)
        await rig.sees(f"Grace raised a hand ({MANY // 2} times)")
        assert text_of(rig.app).count("raised a hand") == 1
        assert drawings < MANY // 20


async def test_who_has_left_since_is_told_of_by_name(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        events: list[Event] = [
            ConnectionQuality(GRACE, "lost"),
            ConnectionQuality(GRACE, "good"),
            PeerLeft(GRACE, "Grace", "guest", "LEFT"),
        ]
        for event in events:
            rig.app.inbox.put(AgentEvent(event))
        await rig.sees("Grace is reconnecting", "Grace is back", "Grace left")
        assert "Somebody" not in text_of(rig.app)
