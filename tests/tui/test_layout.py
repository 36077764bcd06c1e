"""Every size of terminal: nothing is lost, tab reaches every pane, resizing is harmless."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.geometry import Region
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets._toast import ToastRack

from proconf_tui.control.screen import ChatInfo, Levels
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.bindings import PANES
from proconf_tui.tui.screens.help import HelpScreen
from proconf_tui.tui.screens.meeting import MeetingScreen
from proconf_tui.tui.screens.too_small import TooSmallScreen
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.grid import VideoGrid
from proconf_tui.tui.widgets.events_pane import EventsPane
from tests.support.fake_agent import FakeAgent, knocker, peer
from tests.tui.harness import Rig, meeting, text_of

SIZES = [(60, 18), (80, 24), (100, 30), (120, 36), (160, 24), (200, 60)]


async def _fill(rig: Rig) -> None:
    await rig.agent.change(
        peers=[peer(f"Guest {n}") for n in range(5)],
        lobby=[knocker("Mallory")],
        chat=[ChatInfo(PeerId("g"), "Guest", f"line {n}", 1.0) for n in range(40)],
    )
    await rig.sees("People 6", "Lobby 1")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_has_no_size_and_nothing_overlaps(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        await _fill(rig)
        screen = rig.app.screen
        await rig.until(lambda: not _lost(screen, size), "everything is laid out")
        panes = [screen.query_one(f"#{pane}") for pane in PANES]
        shown = [pane.region for pane in panes if _has_a_place(pane)]
        for one, other in itertools.combinations(shown, 2):
            assert not one.overlaps(other)


def _lost(screen: Screen[Any], size: tuple[int, int]) -> list[Widget]:
    whole = Region(0, 0, *size)
    shown = [widget for widget in screen.query("*") if _has_a_place(widget)]
    return [w for w in shown if w.size.area == 0 or not whole.contains_region(w.region)]


def _has_a_place(widget: Widget) -> bool:
    """Scrollbars and notices come and go; people who do not fit are counted in a line."""
    ancestors = [node for node in widget.ancestors_with_self if isinstance(node, Widget)]
    if any(not node.display or isinstance(node, ScrollBar | ToastRack) for node in ancestors):
        return False
    frames = [node for node in ancestors if isinstance(node, TileFrame)]
    grid = widget.screen.query_one(VideoGrid)
    placed = {key for key, _ in grid.placed(grid.content_size)}
    return all(frame.subject.key in placed for frame in frames)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_tab_reaches_every_pane_and_comes_back(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        await _fill(rig)
        screen = rig.app.screen
        assert isinstance(screen, MeetingScreen)
        for keys in (["tab"] * len(PANES), ["shift+tab"] * len(PANES)):
            seen = []
            for key in keys:
                await rig.press(key)
                pane = screen.pane
                assert pane is not None
                await rig.until(lambda pane=pane: screen.query_one(f"#{pane}").size.area > 0)  # type: ignore[misc]
                seen.append(pane)
            assert sorted(seen) == sorted(PANES)


async def test_everything_is_visible_at_once_where_there_is_room(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        await _fill(rig)
        await rig.sees("Events", "Chat", "People 6", "Lobby 1", "line 39", "Guest 4", "Press i")


async def test_resizing_keeps_everything(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        await _fill(rig)
        for size in [*SIZES, (30, 8), (200, 60), (80, 24)]:
            await rig.pilot.resize_terminal(*size)
            await agent.tell(Levels(-20.0, {PeerId("guest-1"): -20.0}))
        await rig.sees("People 6", "Guest 4", "line 39", "Lobby 1 waiting")


async def test_too_small_says_so_and_recovers(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.pilot.resize_terminal(50, 15)
        await rig.sees("50x15", "60x18")
        await agent.change(peers=[peer("Grace")])
        await rig.pilot.resize_terminal(80, 24)
        await rig.sees("People 2", "Grace")
        assert not isinstance(rig.app.screen, TooSmallScreen)
        assert len(rig.app.screen_stack) == 2


async def test_no_notice_covers_what_is_said_of_the_size(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("f")
        await rig.sees("Pictures fill their tiles.")
        await rig.pilot.resize_terminal(40, 6)
        await rig.sees("40x6", "60x18", "goes on")
        rig.app.notify("Somebody came", timeout=30)
        screen = rig.app.screen
        await rig.until(lambda: any("Some" in str(one.render()) for one in screen.query("Toast")))
        await rig.pilot.pause()
        text = await rig.sees("40x6", "60x18", "goes on")
        assert "Pictures" not in text
        assert "Somebody" not in text
        await rig.pilot.resize_terminal(80, 24)
        await rig.sees("Somebody came")


async def test_too_small_under_a_dialog(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        app = rig.app
        for _ in range(2):
            app.action_command_palette()
            app.action_command_palette()
            assert [type(screen) for screen in app.screen_stack[2:]] == [CommandPalette]
            await rig.sees("Search for commands", "admit all")
            app.screen.dismiss()
        await rig.pilot.resize_terminal(20, 5)
        await rig.sees("20x5")
        await rig.press("ctrl+p")
        assert isinstance(app.screen, TooSmallScreen)
        await app.push_screen(HelpScreen([], is_moderator=False, pane=None))
        await rig.pilot.resize_terminal(21, 5)
        await rig.pilot.resize_terminal(80, 24)
        await rig.sees("Keys", "esc closes")
        await rig.press("escape")
        await rig.sees("People 1")
        assert len(app.screen_stack) == 2


async def test_too_small_from_the_start(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await rig.press("question_mark")
        await rig.pilot.resize_terminal(40, 10)
        await rig.sees("40x10")
        await rig.pilot.resize_terminal(80, 24)
        await rig.sees("Keys", "esc closes")


async def test_a_crowd_that_does_not_fit_is_counted(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[peer(f"Guest {n}") for n in range(40)])
        shown = await rig.sees("People 41", "+29: Guest 11, Guest 12, ", "─ You ─")
        assert "Guest 10 ─" in shown
        await rig.until(lambda: len(agent.tiles) == 12, "pictures of those who are shown")


async def test_who_speaks_in_a_crowd_comes_into_sight(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[peer(f"Guest {n}") for n in range(40)])
        await rig.sees("People 41", "+29")
        grid = rig.app.screen.query_one(VideoGrid)
        places = dict(grid.placed(grid.content_size))

        async def speak() -> None:
            await agent.tell(Levels(None, {PeerId("guest-39"): -15.0}))

        speaking = asyncio.create_task(_again(speak))
        await rig.until(lambda: "─ Guest 39 ─" in text_of(rig.app), "the speaker's tile")
        speaking.cancel()
        after = dict(grid.placed(grid.content_size))
        assert len(places.items() & after.items()) == len(places) - 1, "one gave up the place"


async def _again(say: Callable[[], Awaitable[None]]) -> None:
    while True:
        await say()
        await asyncio.sleep(0.1)


async def test_no_letter_of_an_event_is_lost_when_the_scroll_bar_comes(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (120, 36)) as rig:
        pane = rig.app.screen.query_one(EventsPane)
        width = pane.scrollable_content_region.width
        exact = "x" * (width - len("00:00 00 ") - 1) + "!"
        lines = [Announcement(f"{n:02} {exact}") for n in range(3 * pane.size.height)]
        pane.announce(lines, 0.0)
        await rig.until(lambda: pane.show_vertical_scrollbar, "it scrolls")
        await rig.until(lambda: text_of(rig.app).count("x!") >= pane.size.height, "all of it")
