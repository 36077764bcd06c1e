"""A real browser: Chromium without a window, driven by Playwright, with devices of its own.

Each guest has a browser context of their own: storage, permissions, size. What goes wrong in a
page (an error nobody caught, one on the console, a break of the content security policy, a dialog)
is kept, and fails the test at its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
SLOW_S: Final = 30.0
"""How long anything may take that takes well under a second on a machine that is not busy."""
SLIDES: Final = "Slides to share"
"""A page with this in its title is the tab that is shared when a guest shares a screen."""
MEETING_HOST: Final = "meeting.test"
"""A name of this machine for the browser, and no secure origin."""

ALL_SHARED: Final = "Others will get your name, microphone and camera."
"""What the page says before joining when both devices are open and on."""

expect.set_options(timeout=SLOW_S * 1000)

_FLAGS: Final = (
    "--no-sandbox",  # which nobody may use who is root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    f"--host-resolver-rules=MAP {MEETING_HOST} 127.0.0.1",
    f"--auto-select-tab-capture-source-by-title={SLIDES}",
)
_DEVICES: Final = ("camera", "microphone")
_WATCH: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""


def missing_requirement() -> str | None:
    """Return what this machine lacks for a browser, None if nothing."""
    if executable() is None:
        return "no Chromium is installed (apt install chromium)"
    return None


def executable() -> str | None:
    """Return the path of the browser that is installed."""
    return next((found for each in PROGRAMS if (found := shutil.which(each))), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Equipment:
    """What the machine of a browser has; ``camera`` and ``microphone`` are files (Y4M, WAV).

    Without a file the camera shows Chromium's green picture and the microphone beeps.
    """

    has_camera: bool = True
    camera: Path | None = None
    microphone: Path | None = None

    def flags(self) -> list[str]:
        """Return what Chromium must be told."""
        cameras = 1 if self.has_camera else 0
        flags = [f"--use-fake-device-for-media-stream=device-count={cameras}"]
        if self.camera is not None:
            flags.append(f"--use-file-for-fake-video-capture={self.camera}")
        if self.microphone is not None:
            flags.append(f"--use-file-for-fake-audio-capture={self.microphone}")
        return flags


class Guest:
    """One person at a browser, with one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("console", self._keep_errors)
        page.on("dialog", self._keep_dialog)

    def _keep_errors(self, message: Any) -> None:
        if message.type == "error" and not _is_harmless(message.text):
            self.troubles.append(f"console: {message.text}")

    async def _keep_dialog(self, dialog: Any) -> None:
        # Leaving the page is asked about for whoever is in a meeting.
        if dialog.type != "beforeunload":
            self.troubles.append(f"dialog: {dialog.message}")
        await dialog.accept()

    # --- finding things -------------------------------------------------------------------------

    def button(self, name: str) -> Locator:
        """Return the button of exactly that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        """Return what one writes in."""
        return self.page.get_by_role("textbox", name=name, exact=True)

    def tile(self, name: str) -> Locator:
        """Return somebody's tile, or ``NAME's screen``."""
        return self.page.get_by_role("group", name=name, exact=True)

    async def sees(self, text: str) -> None:
        """Wait until this is to be read."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def state(self) -> str:
        """Return the state of the Meeting behind the page."""
        return str(await self.page.evaluate("window.proconf?.state ?? 'none'"))

    # --- doing things ---------------------------------------------------------------------------

    async def open(self, url: str) -> Guest:
        """Open an invite; return this guest."""
        await self.page.goto(url)
        return self

    async def ask_to_join(self, name: str) -> None:
        """Give a name and press the button, with camera and microphone as they are."""
        await self.box("Your name").fill(name)
        await self.button("Join").click()

    async def until_in(self) -> Guest:
        """Wait until the meeting is shown; return this guest."""
        await expect(self.button("Leave")).to_be_visible()
        await self.until("window.proconf.state === 'connected'")
        return self

    async def until(self, expression: str, argument: Any = None) -> None:
        """Wait until JavaScript says so."""
        await until(lambda: self.page.evaluate(expression, argument), f"never: {expression}")

    async def say(self, text: str) -> None:
        """Write a line of chat to everybody; the pane opens if it is not open."""
        box = self.box("Message")
        if not await box.is_visible():
            await self.button("Chat").click()
        await box.fill(text)
        await self.button("Send").click()

    async def check(self) -> None:
        """Fail if anything went wrong in the page so far."""
        if not self.page.is_closed():
            violations = await self.page.evaluate("window.violations ?? []")
            self.troubles += [f"policy: {each}" for each in violations]
        assert not self.troubles, self.troubles


class Chromium:
    """A browser; the pages of its guests are closed with the block that opened them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @contextlib.asynccontextmanager
    async def guest(
        self, *, may_use: tuple[str, ...] = _DEVICES, **how: Any
    ) -> AsyncIterator[Guest]:
        """Somebody's page in a context of its own; ``how`` is Playwright's for contexts."""
        context = await self.browser.new_context(permissions=list(may_use), **how)
        try:
            guest = await _page_of(context)
            yield guest
            await guest.check()
        finally:
            await context.close()


async def _page_of(context: BrowserContext) -> Guest:
    context.set_default_timeout(SLOW_S * 1000)
    await context.add_init_script(_WATCH)
    return Guest(await context.new_page())


@contextlib.asynccontextmanager
async def chromium(equipment: Equipment = Equipment()) -> AsyncIterator[Chromium]:
    """Run a browser until the block ends."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=executable(), args=[*_FLAGS, *equipment.flags()]
        )
        try:
            yield Chromium(browser)
        finally:
            await browser.close()


async def until(condition: Callable[[], Awaitable[object]], complaint: str) -> None:
    """Ask again until it is so; AssertionError with the complaint after a while."""
    deadline = asyncio.get_running_loop().time() + SLOW_S
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, complaint
        await asyncio.sleep(0.1)


def _is_harmless(text: str) -> bool:
    # A server that is away, or refuses a passcode, is news to the page, and no fault of it.
    return "WebSocket connection to" in text or text.startswith("Failed to load resource")
