"""Takes the pictures in screenshots/ from the running program: real server, agents, media, app.

Run by ``make screenshots``. Only the people are drawn (portraits.py); each is an agent of its own
with a film for a camera, and what is saved is what the app shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from textual.pilot import Pilot

from bench.lib.programs import PROGRAM, own_directories
from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.options import TuiOptions
from scripts.portraits import LOOKS, film

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "screenshots"
ROOM = "design-review"
GIVE_UP_S = 30.0


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(GIVE_UP_S):
        while not is_so():  # noqa: ASYNC110 - conditions of any kind, none with an event
            await asyncio.sleep(0.05)


@contextlib.contextmanager
def participant(command: str, name: str, camera: Path, *more: str) -> Iterator[IO[bytes]]:
    """Another participant: an agent on its own standard input and output; yields its output."""
    words = [*PROGRAM, command, "--name", name, "--camera", str(camera), "--mic", "tone", *more]
    words += ["--speaker", "none", "--headless", "--json"]
    words += [ROOM] if command == "join" else ["--room", ROOM]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.communicate(timeout=GIVE_UP_S)


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
    pilot.app.save_screenshot(f"{name}.svg", str(TARGET))
    print(f"screenshots/{name}.svg")


def options(url: str, mode: str, name: str, camera: Path, *, is_quick: bool = True) -> TuiOptions:
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
    with participant("start", "Ada", cameras["ada"], "--server", url) as host:
        await asyncio.to_thread(read_until, b'"room-joined"', host)
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
                others.enter_context(participant("join", name, cameras[name.lower()]))
            await until(lambda: len(waiting(p)) == 3)
            await p.press("A")
            await until(lambda: has_pictures(p, 4))
            others.enter_context(participant("join", "Eve", cameras["cleo"]))
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


def read_until(wanted: bytes, lines: IO[bytes]) -> None:
    """Read a participant's events up to one."""
    if not any(wanted in line for line in lines):
        raise RuntimeError(f"A participant ended before {wanted!r}.")


def waiting(pilot: Pilot[None]) -> list[object]:
    """Return who is in the lobby."""
    snapshot = app_of(pilot).session.snapshot
    return list(snapshot.lobby) if snapshot else []


async def say(pilot: Pilot[None], text: str) -> None:
    """Write a line of chat."""
    await pilot.press("c", *("space" if one == " " else one for one in text), "enter", "escape")
    await asyncio.sleep(1.0)


async def take_all() -> None:
    """Take every picture."""
    TARGET.mkdir(exist_ok=True)
    os.environ["PYTHONPATH"] = str(PROJECT)
    with tempfile.TemporaryDirectory() as films, contextlib.chdir(films):
        cameras = {name: film(look, Path(f"{name}.avi")) for name, look in LOOKS.items()}
        for take in (prejoin, lobby, meeting):
            with ServerProcess(0) as server:
                await take(server.url(), cameras)


if __name__ == "__main__":
    with own_directories():
        asyncio.run(take_all())
