"""What one changes in the page for oneself alone: how loud somebody is, and whether keys act."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser import Chromium
from tests.support.signalling import ROOM, RunningServer, running_server

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[RunningServer]:
    # The others in the meeting say nothing for long.
    async with running_server(heartbeat_s=60.0) as running:
        await running.host()
        await (await running.join("ben")).until_in()
        yield running


async def test_a_guest_turns_somebody_down_by_the_keyboard_and_switches_the_keys_off(
    server: RunningServer, browser: Chromium
) -> None:
    async with browser.guest() as guest:
        page, keys = guest.page, guest.page.keyboard
        await guest.open(f"{server.url}/j/{ROOM}")
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await guest.button("People").click()
        await guest.button("Actions for Ben").focus()
        await keys.press("Enter")
        await expect(page.get_by_role("menuitem", name="Volume")).to_be_focused()
        await keys.press("Enter")
        slider = page.get_by_role("slider", name="Volume of Ben")
        await expect(slider).to_be_focused()
        await keys.press("ArrowLeft")
        await expect(slider).to_have_attribute("aria-valuetext", "90 %")
        await keys.press("Escape")
        await expect(guest.button("Actions for Ben")).to_be_focused()
        await expect(guest.tile("Ben").get_by_text("90 %", exact=True)).to_be_visible()
        await keys.press("-")
        await expect(guest.tile("Ben").get_by_text("80 %", exact=True)).to_be_visible()
        await keys.press("?")
        await page.get_by_role("switch", name="Single-letter keys").press("Space")
        await keys.press("Escape")
        await keys.press("-")
        await keys.press("c")
        await page.reload()
        await guest.until_in()
        await expect(guest.tile("Ben").get_by_text("80 %", exact=True)).to_be_visible()
        await keys.press("c")
        await expect(guest.button("Chat")).not_to_have_attribute("aria-keyshortcuts", "c")
        await expect(guest.box("Message")).to_be_hidden()
