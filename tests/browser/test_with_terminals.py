"""Browser guests in a meeting that real terminals lead, from the knock to the kick.

The terminals are the real commands in tmux, on virtual sound devices. Everybody sends a tone and a
picture of their own, so that one can tell what is heard and seen.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.browser import SLIDES, Chromium, Equipment, Guest, chromium, until
from tests.support.browser_media import colour_of, frames_decoded, hears, plain_film, tone
from tests.support.meeting_panes import (
    SLOW_S,
    Rgb,
    invite_link,
    is_green,
    is_magenta,
    painted,
    pane,
    say,
)
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.speech import tone_share
from tests.support.terminal import PRISTINE, TmuxTerminal

pytestmark = [
    pytest.mark.whole,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    pytest.mark.skipif(bool(missing_requirement()), reason=str(missing_requirement())),
]

ADA_HZ, BEN_HZ, WENDY_HZ, XENIA_HZ = 700.0, 900.0, 1130.0, 1490.0
BLUE, YELLOW, MAGENTA = (40, 60, 220), (200, 200, 40), (200, 0, 200)
GREEN = (0, 135, 0)
"""What Chromium's own camera shows."""
START = ["start", "--room", "myRoom", "--name", "Ada", "--yes"]
JOIN = ["join", "myRoom", "--name", "Ben", "--yes"]
LEAST_SHARE = 0.01
"""Of the sound, for one tone of several: microphones are not equally loud."""
SHOWN_CELLS = 60
"""So many cells of a colour are a picture, and no accident of another one's."""


@pytest.fixture
def pulse() -> Iterator[PulseRig]:
    with PulseRig() as rig:
        yield rig


def sending(directory: Path, colour: Rgb, pitch_hz: float) -> list[str]:
    """Return the options of who sends a picture of this colour and a tone."""
    film = plain_film(directory / f"{pitch_hz:.0f}.y4m", colour)
    return ["--camera", str(film), "--mic", f"tone:{pitch_hz:.0f}"]


async def test_a_guest_from_the_knock_to_the_kick(
    browser: Chromium, pulse: PulseRig, tmp_path: Path
) -> None:
    start = [*START, *sending(tmp_path, BLUE, ADA_HZ), "--speaker", "vspk"]
    with pane(start, pulse) as ada:
        ada.wait_for("myRoom +locked", SLOW_S)
        link = invite_link(ada)
        async with browser.guest() as wendy:
            await she_knocks_and_is_admitted(ada, wendy, link)
            await they_hear_each_other(pulse, ada, wendy)
            await they_see_each_other(ada, wendy)
            await they_chat(ada, wendy)
            await she_shares_a_screen(ada, wendy)
            await everybody_is_muted(pulse, ada, wendy)
            await she_is_kicked(ada, wendy)
        ada.send_keys("q")
        ada.wait_for("End the meeting", SLOW_S)
        ada.send_keys("e")
        assert ada.wait_for_exit(SLOW_S) == 0
        assert ada.modes == PRISTINE


async def she_knocks_and_is_admitted(ada: TmuxTerminal, wendy: Guest, link: str) -> None:
    await wendy.open(link)
    await wendy.ask_to_join("Wendy")
    await wendy.sees("Waiting to be let in")
    ada.wait_for("Wendy", SLOW_S)
    assert "Ada" not in await wendy.page.content(), "who waits is told nothing of the room"
    assert painted(ada, is_green) < SHOWN_CELLS
    ada.send_keys("a")
    await wendy.until_in()


async def they_hear_each_other(pulse: PulseRig, ada: TmuxTerminal, wendy: Guest) -> None:
    ada.wait_until(lambda: is_heard(pulse, WENDY_HZ), "she is not heard", SLOW_S)
    await until(lambda: hears(wendy, ADA_HZ), "the terminal is not heard in the browser")


def is_heard(pulse: PulseRig, *pitches_hz: float, sink: str = "vspk") -> bool:
    """Return whether a loudspeaker plays each of these tones, and hardly anything between them."""
    recording = pulse.start_recording(sink)
    recording.wait_for(0.7)
    heard = recording.stop()
    shares = [tone_share(heard, pitch_hz) for pitch_hz in pitches_hz]
    return sum(shares) > 0.8 and min(shares) > LEAST_SHARE


async def they_see_each_other(ada: TmuxTerminal, wendy: Guest) -> None:
    ada.wait_until(lambda: painted(ada, is_green) > SHOWN_CELLS, "no green picture", SLOW_S)
    before = await frames_decoded(wendy, "Ada")
    await until(lambda: has_decoded(wendy, "Ada", before + 10), "her pictures do not move")
    await until(lambda: shows(wendy, "Ada", BLUE), "her picture is not blue")


async def shows(guest: Guest, name: str, colour: Rgb) -> bool:
    """Return whether somebody's tile shows a picture that is mostly of this colour."""
    shown = await colour_of(guest, name)
    return shown is not None and max(abs(a - b) for a, b in zip(shown, colour, strict=True)) < 50


async def has_decoded(guest: Guest, name: str, frames: int) -> bool:
    return await frames_decoded(guest, name) > frames


async def they_chat(ada: TmuxTerminal, wendy: Guest) -> None:
    await wendy.say("said in a browser")
    ada.wait_for("said in a browser", SLOW_S)
    say(ada, "said in a terminal")
    log = wendy.page.get_by_role("log", name="Chat messages")
    await expect(log.get_by_text("said in a terminal", exact=True)).to_be_visible()


async def she_shares_a_screen(ada: TmuxTerminal, wendy: Guest) -> None:
    async with slides(wendy):
        await wendy.page.bring_to_front()
        await wendy.button("Share screen").click()
        ada.wait_for("Wendy's screen", SLOW_S)
        ada.wait_until(lambda: painted(ada, is_magenta) > SHOWN_CELLS, "no screen", SLOW_S)
        await wendy.button("Stop sharing").click()
        ada.wait_until(lambda: painted(ada, is_magenta) < SHOWN_CELLS, "it stays", SLOW_S)


@contextlib.asynccontextmanager
async def slides(guest: Guest) -> AsyncIterator[None]:
    """A tab of one's browser that is shared when one shares a screen."""
    page = await guest.page.context.new_page()
    colour = f"rgb{MAGENTA}"
    await page.set_content(f"<title>{SLIDES}</title><body bgcolor='{colour}'><h1>Slides</h1>")
    await page.evaluate(f"document.body.style.background = '{colour}'")
    yield
    await page.close()


async def everybody_is_muted(pulse: PulseRig, ada: TmuxTerminal, wendy: Guest) -> None:
    ada.send_keys("M")
    ada.wait_for("Mute everyone", SLOW_S)
    ada.send_keys("n")
    await wendy.sees("You are muted: your microphone was stopped")
    ada.wait_until(lambda: is_silent(pulse), "she is still heard", SLOW_S)
    await expect(wendy.button("Unmute")).to_have_attribute("aria-disabled", "true")


def is_silent(pulse: PulseRig) -> bool:
    return float(abs(pulse.record(0.5)).max()) < 0.001


async def she_is_kicked(ada: TmuxTerminal, wendy: Guest) -> None:
    ada.send_keys("Tab", "Down", "K")
    ada.wait_for("Remove Wendy", SLOW_S)
    ada.send_keys("y")
    heading = wendy.page.get_by_role("heading", name=re.compile("removed from the meeting"))
    await expect(heading).to_be_visible()
    assert await wendy.state() == "closed"


async def test_two_browsers_and_two_terminals(
    browser: Chromium, pulse: PulseRig, tmp_path: Path
) -> None:
    pulse.plug_in("bens")
    pulse.add_entry("bens", "bens")
    start = [*START, "--open", *sending(tmp_path, BLUE, ADA_HZ), "--speaker", "vspk"]
    join = [*JOIN, *sending(tmp_path, YELLOW, BEN_HZ), "--speaker", "bens"]
    xenias = Equipment(
        camera=plain_film(tmp_path / "camera.y4m", MAGENTA),
        microphone=tone(tmp_path / "tone.wav", XENIA_HZ),
    )
    with pane(start, pulse) as ada:
        ada.wait_for("myRoom +open", SLOW_S)
        link = invite_link(ada)
        with pane(join, pulse) as ben:
            async with chromium(xenias) as other, browser.guest() as wendy, other.guest() as xenia:
                for guest, name in ((wendy, "Wendy"), (xenia, "Xenia")):
                    await guest.open(link)
                    await guest.ask_to_join(name)
                    await guest.until_in()
                await the_browsers_hear_and_see_everybody(wendy, xenia)
                the_terminals_hear_and_see_everybody(pulse, ada, ben)


async def the_browsers_hear_and_see_everybody(wendy: Guest, xenia: Guest) -> None:
    terminals = [("Ada", BLUE), ("Ben", YELLOW)]
    await hears_and_sees(wendy, (ADA_HZ, BEN_HZ, XENIA_HZ), [*terminals, ("Xenia", MAGENTA)])
    await hears_and_sees(xenia, (ADA_HZ, BEN_HZ, WENDY_HZ), [*terminals, ("Wendy", GREEN)])


async def hears_and_sees(
    guest: Guest, pitches_hz: tuple[float, ...], people: list[tuple[str, Rgb]]
) -> None:
    await until(lambda: hears(guest, *pitches_hz), f"not all of {pitches_hz} are heard")
    for name, colour in people:
        await until(lambda n=name, c=colour: shows(guest, n, c), f"{name} is not seen")  # type: ignore[misc]


def the_terminals_hear_and_see_everybody(
    pulse: PulseRig, ada: TmuxTerminal, ben: TmuxTerminal
) -> None:
    ada.wait_until(lambda: is_heard(pulse, BEN_HZ, WENDY_HZ, XENIA_HZ), "not all", SLOW_S)
    ben.wait_until(
        lambda: is_heard(pulse, ADA_HZ, WENDY_HZ, XENIA_HZ, sink="bens"), "not all", SLOW_S
    )
    for terminal in (ada, ben):
        for is_theirs in (is_green, is_magenta):
            terminal.wait_until(
                lambda: painted(terminal, is_theirs) > SHOWN_CELLS,  # noqa: B023
                f"no {is_theirs.__name__} picture",
                SLOW_S,
            )
