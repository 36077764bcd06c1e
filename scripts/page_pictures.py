"""Takes the pictures of the guests' page: a real browser in a meeting of drawn people."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import cv2

from scripts.meeting_cast import ROOM, Participant
from scripts.portraits import FRAMES, FRAMES_PER_S, HEIGHT_PX, LOOKS, WIDTH_PX, Look, portrait
from tests.support.browser import ALL_SHARED, SLIDES, Equipment, Guest, chromium

TARGET: Final = Path(__file__).resolve().parents[1] / "screenshots"
SETTLES_S: Final = 2.0
GUEST: Final = "Dev"
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
SLIDE: Final = f"""
<title>{SLIDES}</title>
<style>
  body {{ margin: 0; padding: 60px 80px; background: #fbfaf7; color: #1d2433;
    font: bold 110px/1.3 "DejaVu Sans", sans-serif }}
  h1 {{ margin: 0 0 30px; font-size: 170px; line-height: 1.1; color: #22438f }}
  li {{ margin-bottom: 12px }}
</style>
<h1>Rollout</h1>
<ul><li>Mon: 10 %</li><li>Fri: all</li></ul>
"""


def page_film(look: Look, path: Path) -> Path:
    """Write the film of a person as a browser's camera reads it (Y4M)."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH_PX} H{HEIGHT_PX} F{FRAMES_PER_S}:1 Ip A1:1 C420\n".encode())
        for number in range(FRAMES):
            frame = cv2.cvtColor(portrait(look, number / FRAMES), cv2.COLOR_BGR2YUV_I420)
            file.write(b"FRAME\n" + frame.tobytes())
    return path


@contextlib.asynccontextmanager
async def guest(url: str, **how: Any) -> AsyncIterator[Guest]:
    """A guest at a browser, before the meeting, with a camera and a name."""
    with tempfile.TemporaryDirectory() as directory:
        camera = page_film(LOOKS["dev"], Path(directory, "camera.y4m"))
        async with chromium(Equipment(camera=camera)) as browser, browser.guest(**how) as made:
            await made.open(f"{url}/j/{ROOM}")
            await made.box("Your name").fill(GUEST)
            await made.sees(ALL_SHARED)
            yield made


async def save(made: Guest, name: str) -> None:
    """Write what the page shows as screenshots/NAME.png."""
    await asyncio.sleep(SETTLES_S)
    await made.page.screenshot(path=TARGET / f"{name}.png")
    print(f"screenshots/{name}.png")


async def page_lobby(url: str, cameras: dict[str, Path]) -> None:
    """The page before the meeting, and while one waits to be let in."""
    with Participant("start", "Ada", cameras["ada"], "--server", url) as host:
        await asyncio.to_thread(host.wait_for, b'"room-joined"')
        async with guest(url, **DESKTOP) as made:
            await save(made, "page-prejoin")
            await made.button("Join").click()
            await made.sees("Waiting to be let in")
            await save(made, "page-lobby")


async def page(url: str, cameras: dict[str, Path]) -> None:
    """A meeting with terminals in the page: with chat, in dark with people, and on a phone."""
    with contextlib.ExitStack() as cast:
        ada = cast.enter_context(
            Participant("start", "Ada", cameras["ada"], "--open", "--server", url)
        )
        await asyncio.to_thread(ada.wait_for, b'"room-joined"')
        others = [
            cast.enter_context(Participant("join", name, cameras[name.lower()], mic=mic))
            for name, mic in (("Bo", "none"), ("Cleo", "none"))
        ]
        for other in others:
            await asyncio.to_thread(other.wait_for, b'"room-joined"')
        async with guest(url, **DESKTOP) as made:
            await in_the_meeting(made)
            await they_chat(made, ada, *others)
            await save(made, "page-desktop")
            await made.page.emulate_media(color_scheme="dark")
            await made.button("People").click()
            await save(made, "page-dark")
            await made.button("Leave").click()
            await made.sees("You have left the meeting")
        async with guest(url, **PHONE) as made:
            await in_the_meeting(made)
            await save(made, "page-phone")


async def in_the_meeting(made: Guest) -> None:
    """Come in, and wait for everybody's picture."""
    await made.button("Join").click()
    await made.until_in()
    await made.until("document.querySelectorAll('.tile.has-picture').length === 4")


async def they_chat(made: Guest, ada: Participant, bo: Participant, cleo: Participant) -> None:
    """A few lines, and a hand."""
    await made.button("Chat").click()
    await asyncio.to_thread(cleo.tell, "raise_hand")
    question = "Shall we start with the new layout?"
    await asyncio.to_thread(ada.tell, "send_data", payload=question, label="chat")
    await made.say("Yes! The slides are ready.")
    await asyncio.to_thread(bo.tell, "send_data", payload="I have a question first.", label="chat")
    await made.sees("question first")
    await made.until("document.querySelector('.toasts').childElementCount === 0")


@contextlib.asynccontextmanager
async def shared_screen(url: str) -> AsyncIterator[None]:
    """A guest who knocks, and shares a screen once in."""
    async with guest(url, **DESKTOP) as made:
        slides = await made.page.context.new_page()
        await slides.set_content(SLIDE)
        await made.page.bring_to_front()
        await made.button("Join").click()

        async def share() -> None:
            await made.until_in()
            await made.button("Share screen").click()

        sharing = asyncio.create_task(share())
        yield
        await sharing
