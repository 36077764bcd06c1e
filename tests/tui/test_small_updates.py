"""Little is written when little changes, and what a terminal then shows is the whole screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual.geometry import Region

from proconf_tui.control.screen import Levels, StreamStateName
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.tui.textual_private import ExactUpdate
from proconf_tui.tui.video.frame import TileFrame
from tests.support.fake_agent import FakeAgent, peer
from tests.support.painted_screen import PaintedScreen
from tests.tui.harness import Rig, meeting, text_of

SIZE = (120, 40)
HEADER_ROW = 0
METERS_BYTES = 500
"""More than the two meters of one person take, and less than one row of the list in full."""


@dataclass
class Terminal:
    """What the program writes, played by a terminal; ``parts`` are bytes and rows of updates."""

    screen: PaintedScreen = field(default_factory=lambda: PaintedScreen(*SIZE))
    parts: list[tuple[int, set[int]]] = field(default_factory=list)
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    console: Console = field(
        default_factory=lambda: Console(force_terminal=True, color_system="truecolor")
    )

    def take(self, update: object) -> None:
        if isinstance(update, ChopsUpdate):
            exact = ExactUpdate(update.chops, update.spans, update.chop_ends)
            text = exact.render_segments(self.console)
            self.spans += update.spans
            rows = {y for y, _, _ in update.spans} - {HEADER_ROW}
            if rows:
                self.parts.append((len(text.encode()), rows))
            self.screen.write(text)
        elif isinstance(update, CompositorUpdate):
            self.screen.write(update.render_segments(self.console))

    @property
    def rows(self) -> set[int]:
        """The rows that the ``parts`` have drawn in."""
        return set[int]().union(*(rows for _, rows in self.parts))

    def cells_in(self, region: Region) -> int:
        """Return how many cells in there have been drawn by updates."""
        spans = [Region(left, y, right - left, 1) for y, left, right in self.spans]
        return sum(span.intersection(region).area for span in spans)

    @property
    def text(self) -> str:
        return "\n".join("".join(cell.char for cell in row) for row in self.screen.rows)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    played = Terminal()
    render = Compositor.render_update

    def render_and_take(*args: object, **options: object) -> RenderableType | None:
        update = render(*args, **options)  # type: ignore[arg-type]
        played.take(update)
        return update

    monkeypatch.setattr(Compositor, "render_update", render_and_take)
    return played


async def shows_all(rig: Rig, terminal: Terminal) -> None:
    """Wait until the terminal shows just what the compositor has."""
    await rig.until(lambda: terminal.text == text_of(rig.app), terminal.text)


def _placed(rig: Rig) -> int:
    return sum(frame.region.area > 0 for frame in rig.app.screen.query(TileFrame))


async def with_guests(rig: Rig, terminal: Terminal) -> None:
    """Let three others come, and wait until all that follows from that is drawn."""
    streams: dict[Label, StreamStateName] = {"audio": "live"}
    names = ("Grace", "Linus", "Barbara")
    await rig.agent.change_me(streams=streams)
    await rig.agent.change(peers=[peer(name, streams=streams) for name in names])
    await rig.sees("Grace", "Linus", "Barbara", "People 4")
    await rig.until(lambda: _placed(rig) == 4, "four tiles")
    drawn = -1
    while drawn != len(terminal.spans):
        drawn = len(terminal.spans)
        await rig.pilot.pause(0.3)


async def both_meters(rig: Rig, terminal: Terminal) -> None:
    """Wait until both meters of who speaks are drawn, in the list and in the tile; no more is."""
    await rig.until(lambda: len(terminal.rows) >= 2, "both meters")
    await shows_all(rig, terminal)
    assert len(terminal.rows) == 2


def _below_header(rig: Rig) -> str:
    return text_of(rig.app).partition("\n")[2]


def _is_other(rig: Rig, before: str) -> bool:
    return _below_header(rig) != before


async def speak(rig: Rig, *levels_dbfs: float, others_dbfs: float = -127.0) -> None:
    """Let Grace be so loud, one after the other, and each time wait until that is shown."""
    for dbfs in levels_dbfs:
        before = _below_header(rig)
        others = dict.fromkeys((PeerId("linus"), PeerId("barbara")), others_dbfs)
        await rig.agent.tell(Levels(None, {PeerId("grace"): dbfs, **others}))
        await rig.until(partial(_is_other, rig, before), f"{dbfs} dBFS")


async def test_of_a_voice_only_its_meters_are_written(
    agent: FakeAgent, tmp_path: Path, terminal: Terminal
) -> None:
    async with meeting(agent, tmp_path, SIZE) as rig:
        await with_guests(rig, terminal)
        await speak(rig, -30.0)
        await rig.until(lambda: len(rig.app.screen.query(".tile.-speaking")) == 1)
        await shows_all(rig, terminal)
        terminal.parts.clear()
        await speak(rig, -10.0, -35.0, -15.0, -25.0)
        await both_meters(rig, terminal)
        assert max(size for size, _ in terminal.parts) < METERS_BYTES


async def test_of_silent_people_nothing_is_written(
    agent: FakeAgent, tmp_path: Path, terminal: Terminal
) -> None:
    async with meeting(agent, tmp_path, SIZE) as rig:
        await with_guests(rig, terminal)
        await speak(rig, -30.0)
        await rig.until(lambda: len(rig.app.screen.query(".tile.-speaking")) == 1)
        await shows_all(rig, terminal)
        terminal.parts.clear()
        await speak(rig, -12.0, others_dbfs=-90.0)
        await speak(rig, -32.0, others_dbfs=-70.0)
        await both_meters(rig, terminal)


async def test_who_begins_to_speak_has_another_frame_and_nothing_within_is_written(
    agent: FakeAgent, tmp_path: Path, terminal: Terminal
) -> None:
    async with meeting(agent, tmp_path, SIZE) as rig:
        await with_guests(rig, terminal)
        await shows_all(rig, terminal)
        frames = rig.app.screen.query(TileFrame)
        tile = next(frame for frame in frames if frame.person.name == "Grace")
        terminal.spans.clear()
        await speak(rig, -20.0)
        await rig.until(lambda: tile.has_class("-speaking"))
        await rig.until(lambda: terminal.cells_in(tile.region), "drawn")
        await shows_all(rig, terminal)
        inside = tile.tile.region
        assert terminal.cells_in(inside) <= inside.width, "its meter"
