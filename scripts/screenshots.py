"""Takes the pictures in screenshots/ from the running program: real server, agents, media, app.

Run by ``make screenshots``. Only the people are drawn (portraits.py); each is an agent of its own
with a film for a camera, and what is saved is what the app shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import wave
from array import array
from collections.abc import AsyncIterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from textual.pilot import Pilot

from bench.lib.programs import own_directories
from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.options import TuiOptions
from proconf_tui.tui.people import others
from proconf_tui.tui.video.modes import MODES
from scripts.meeting_cast import ROOM, Participant, until
from scripts.page_pictures import page, page_lobby, shared_screen
from scripts.portraits import LOOKS, film
from scripts.svg_shapes import with_shapes

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "screenshots"
SETTLES_S = 2.0
SHARPENS_S = 8.0
"""How long a browser takes to send a screen as sharp as it can."""
QUIET = "quiet.wav"
CAST = (
    ("Bo", "bo", "tone"),
    ("Cleo", "cleo", QUIET),
    ("Dev", "dev", QUIET),
    ("Farid", "", QUIET),
    ("Hana", "", "none"),
)
"""Name, whose film is the camera (none if there is none), and what the microphone hears."""


@contextlib.asynccontextmanager
async def screen(options: TuiOptions, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """The app itself, drawing into memory."""
    with tempfile.TemporaryFile() as log:
        async with ProconfApp(options, log).run_test(size=size) as pilot:
            yield pilot
            app_of(pilot).action_leave()
            await until(lambda: not pilot.app.is_running)


def app_of(pilot: Pilot[None]) -> ProconfApp:
    """Return the app behind a pilot."""
    assert isinstance(pilot.app, ProconfApp)
    return pilot.app


def save(pilot: Pilot[None], name: str) -> None:
    """Write what the app shows as screenshots/NAME.svg."""
    shown = with_shapes(pilot.app.export_screenshot())
    (TARGET / f"{name}.svg").write_text(shown, encoding="utf-8")
    print(f"screenshots/{name}.svg")


def options(
    url: str, mode: str, name: str, camera: Path | str, *, is_quick: bool = True
) -> TuiOptions:
    """Options as the command line would make them."""
    return TuiOptions(
        mode="start" if mode == "start" else "join",
        room=ROOM,
        name=name,
        server_url=url,
        camera=str(camera),
        mic="tone",
        speaker="heard.wav",
        skip_prejoin=is_quick,
    )


def has_pictures(pilot: Pilot[None], count: int) -> bool:
    """Return whether so many tiles show video."""
    from proconf_tui.tui.video.tile import VideoTile

    return sum(tile.has_picture for tile in pilot.app.screen.query(VideoTile)) >= count


async def prejoin(url: str, cameras: dict[str, Path]) -> None:
    """The screen before the meeting."""
    async with screen(options(url, "start", "Ada", cameras["ada"], is_quick=False), (100, 30)) as p:
        await until(lambda: has_pictures(p, 1))
        await asyncio.sleep(1.0)
        save(p, "prejoin")


async def lobby(url: str, cameras: dict[str, Path]) -> None:
    """The screen of somebody who knocked."""
    with Participant("start", "Ada", cameras["ada"], "--server", url) as host:
        await asyncio.to_thread(host.wait_for, b'"room-joined"')
        async with screen(options(url, "join", "Cleo", cameras["cleo"]), (100, 30)) as p:
            await until(lambda: has_pictures(p, 1))
            await asyncio.sleep(1.0)
            save(p, "lobby")


async def meeting(url: str, cameras: dict[str, Path]) -> None:
    """A meeting of four, help in it, and the same on a small and on a large terminal."""
    async with screen(options(url, "start", "Ada", cameras["ada"]), (120, 36)) as p:
        await until(lambda: has_pictures(p, 1))
        with contextlib.ExitStack() as others:
            for name in ("Bo", "Cleo", "Dev"):
                others.enter_context(Participant("join", name, cameras[name.lower()]))
            await until(lambda: len(waiting(p)) == 3)
            await p.press("A")
            await until(lambda: has_pictures(p, 4))
            others.enter_context(Participant("join", "Eve", cameras["cleo"]))
            await until(lambda: len(waiting(p)) == 1)
            await say(p, "Good morning! Shall we start with the new layout?")
            save(p, "meeting")
            for name, size in (("meeting-80x24", (80, 24)), ("meeting-200x60", (200, 60))):
                await p.resize_terminal(*size)
                await asyncio.sleep(1.0)
                await until(lambda: has_pictures(p, 4))
                save(p, name)
            await p.resize_terminal(100, 36)
            await p.press("question_mark")
            await p.pause()
            save(p, "help")
            await p.press("escape")
            await sound(p)


async def layouts(url: str, cameras: dict[str, Path]) -> None:
    """Grid, speaker and pinned tile, with people of whom some have no camera on."""
    async with screen(options(url, "start", "Ada", cameras["ada"]), (120, 36)) as p:
        with contextlib.ExitStack() as more:
            for name, camera, mic in CAST:
                film_of = cameras.get(camera, Path(camera)) if camera else "none"
                more.enter_context(Participant("join", name, film_of, mic=mic))
            await let_in(p, len(CAST))
            await until(lambda: has_pictures(p, 4))
            await asyncio.sleep(SETTLES_S)
            save(p, "layout-grid")
            for size in ((80, 24), (200, 60)):
                await resized(p, size, 4)
                save(p, f"layout-grid-{size[0]}x{size[1]}")
            await resized(p, (120, 36), 4)
            await pressed(p, "g", "layout-speaker")
            await pressed(p, number_of(p, "Cleo"), "layout-pinned")
            await modes(p)


async def modes(pilot: Pilot[None]) -> None:
    """The pinned tile in every way of drawing, as the key `p` goes through them."""
    await resized(pilot, (100, 30), 1)
    for name in MODES:
        await asyncio.sleep(SETTLES_S)
        save(pilot, f"mode-{name}")
        await pilot.press("p")


async def voices(url: str, cameras: dict[str, Path]) -> None:
    """People without cameras."""
    async with screen(options(url, "start", "Ada", "none"), (120, 36)) as p:
        with contextlib.ExitStack() as more:
            for name, _, mic in CAST:
                more.enter_context(Participant("join", name, "none", mic=mic))
            await let_in(p, len(CAST))
            await asyncio.sleep(SETTLES_S)
            save(p, "layout-audio-only")


async def sharing(url: str, cameras: dict[str, Path]) -> None:
    """A guest at a browser shares a screen, which the terminal shows."""
    async with screen(options(url, "start", "Ada", cameras["ada"]), (120, 44)) as p:
        await until(lambda: has_pictures(p, 1))
        async with shared_screen(url):
            await let_in(p, 1)
            await until(lambda: has_pictures(p, 3))
            await asyncio.sleep(SHARPENS_S)
            save(p, "shared-screen")


async def let_in(pilot: Pilot[None], count: int) -> None:
    """Admit so many when they wait, and wait until they are in."""
    await until(lambda: len(waiting(pilot)) == count)
    await pilot.press("A")
    await until(lambda: len(people_in(pilot)) == count + 1)


async def resized(pilot: Pilot[None], size: tuple[int, int], pictures: int) -> None:
    """Give the terminal another size, and wait for pictures in it."""
    await pilot.resize_terminal(*size)
    await asyncio.sleep(SETTLES_S)
    await until(lambda: has_pictures(pilot, pictures))


async def pressed(pilot: Pilot[None], key: str, name: str) -> None:
    """Press a key and take what comes of it."""
    await pilot.press(key)
    await asyncio.sleep(SETTLES_S)
    await until(lambda: has_pictures(pilot, 2))
    save(pilot, name)


async def sound(pilot: Pilot[None]) -> None:
    """The devices, and how every voice is received."""
    await pilot.resize_terminal(100, 30)
    await pilot.press("s")
    await asyncio.sleep(2.0)
    save(pilot, "devices")
    await pilot.press("escape", "t")
    await asyncio.sleep(3.0)
    save(pilot, "statistics")
    await pilot.press("t")


def number_of(pilot: Pilot[None], name: str) -> str:
    """Return the key that pins somebody's tile; people come in any order."""
    from proconf_tui.tui.video.grid import VideoGrid

    grid = pilot.app.screen.query_one(VideoGrid)
    found = ((number, grid.subject_at(number)) for number in range(1, 10))
    return next(
        str(number)
        for number, subject in found
        if subject and not subject.is_screen and subject.person.name == name
    )


def people_in(pilot: Pilot[None]) -> list[object]:
    """Return who is in the meeting."""
    snapshot = app_of(pilot).session.snapshot
    return [snapshot.me, *others(snapshot)] if snapshot else []


def waiting(pilot: Pilot[None]) -> list[object]:
    """Return who is in the lobby."""
    snapshot = app_of(pilot).session.snapshot
    return list(snapshot.lobby) if snapshot else []


async def say(pilot: Pilot[None], text: str) -> None:
    """Write a line of chat."""
    await pilot.press("c", *("space" if one == " " else one for one in text), "enter", "escape")
    await asyncio.sleep(1.0)


def write_quiet(path: Path) -> None:
    """Write a second of a room in which nobody speaks, with the little noise that is in any."""
    noise = random.Random(1)
    samples = array("h", (noise.randrange(-40, 41) for _ in range(48_000)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


TAKES = (prejoin, lobby, meeting, layouts, voices, sharing, page_lobby, page)


async def take_all() -> None:
    """Take every picture, or those of the takes that the command line names."""
    TARGET.mkdir(exist_ok=True)
    os.environ["PYTHONPATH"] = str(PROJECT)
    with tempfile.TemporaryDirectory() as films, contextlib.chdir(films):
        cameras = {name: film(look, Path(f"{name}.avi")) for name, look in LOOKS.items()}
        write_quiet(Path(QUIET))
        wanted = [take for take in TAKES if take.__name__ in sys.argv[1:]] or TAKES
        for take in wanted:
            with ServerProcess(0) as server:
                await take(server.url(), cameras)


if __name__ == "__main__":
    with own_directories():
        asyncio.run(take_all())
