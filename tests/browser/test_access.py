"""The page on a phone's width, by the keyboard alone, and as assistive technology is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import expect

from proconf_tui.protocol import messages
from proconf_tui.room.events import HandRaised
from tests.support.browser import SLIDES, Chromium, Guest, until
from tests.support.signalling import ROOM, RunningServer, SignallingClient, running_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 320, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}
CROWD: Final = 40
LEAST_TARGET_PX: Final = 24
"""WCAG 2.2, 2.5.8 Target Size (Minimum)."""

_OVERHANGS: Final = """
() => {
  const widest = document.scrollingElement.scrollWidth;
  const outside = [...document.querySelectorAll("button, input, textarea, select, h1, h2")]
    .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden"))
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
    .map((each) => each.outerHTML.slice(0, 120));
  return [widest <= innerWidth ? [] : [`the page is ${widest} px wide`], outside].flat();
}
"""
_SCROLLED_AWAY: Final = """
() => {
  scrollTo(0, 1e6);
  document.querySelectorAll(".app, .meeting, .meeting-body, .side, .pane").forEach((each) => {
    each.scrollTop = 1e6;
  });
  document.querySelector(".pane-body").lastElementChild.lastElementChild.scrollIntoView();
  return [
    scrollY === 0 ? [] : [`the page by ${scrollY} px`],
    [...document.querySelectorAll("html, .app, .pane:not([hidden])")]
      .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)
      .map(({ className, scrollHeight }) => `${className} is ${scrollHeight} px high`),
    [".meeting-head", ".pane:not([hidden]) .pane-head", ".toolbar"].filter((part) => {
      const { top, bottom } = document.querySelector(part).getBoundingClientRect();
      return top < 0 || bottom > innerHeight;
    }),
  ].flat();
}
"""
_SMALL: Final = """
(leastPx) => [...document.querySelectorAll("button, select, input, textarea, a[href]")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((each) => [each.closest("label") ?? each, each.ariaLabel ?? each.textContent])
  .map(([each, name]) => [each.getBoundingClientRect(), name])
  .filter(([{ width, height }]) => width < leastPx || height < leastPx)
  .map(([{ width, height }, name]) => `${name} ${width}x${height}`)
"""
_CONTROLS: Final = frozenset(
    (
        *("button", "checkbox", "combobox", "link", "listbox", "menuitem", "radio", "searchbox"),
        *("slider", "spinbutton", "switch", "tab", "textbox"),
    )
)


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[RunningServer]:
    # The others in the meeting say nothing for long.
    async with running_server(heartbeat_s=60.0) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def host(server: RunningServer) -> SignallingClient:
    """Leads a meeting in which there is something to see."""
    leading = await server.host()
    for name in ("ben", "cleo"):
        guest = await (await server.join(name)).until_in()
        await guest.ask(messages.SendChat("a word-without-any-place-to-break-" * 4))
    return leading


async def joined(guest: Guest, server: RunningServer) -> None:
    await guest.open(f"{server.url}/j/{ROOM}")
    await guest.ask_to_join("Wendy")
    await guest.until_in()


async def make_moderator(host: SignallingClient) -> None:
    """Give Wendy all that there is to press, with somebody who waits."""
    wendy = next(one for one in host.room.participants.values() if one.name == "Wendy")
    await host.ask(messages.UpdateRole(wendy.peer_id, "coHost"))
    await host.ask(messages.UpdateControls(room_locked=True))


async def fits(guest: Guest) -> None:
    """Fail if anything is cut off at the right, or too small to be hit."""
    assert await guest.page.evaluate(_OVERHANGS) == []
    assert await guest.page.evaluate(_SMALL, LEAST_TARGET_PX) == []


async def test_however_many_there_are_nothing_but_their_list_is_scrolled(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest(viewport={"width": 1280, "height": 720}) as guest:
        await joined(guest, server)
        await guest.page.set_viewport_size({"width": 640, "height": 400})
        await expect(guest.page.get_by_role("heading", level=1, name=ROOM)).to_be_visible()
        await guest.page.set_viewport_size({"width": 1280, "height": 720})
        joining = [server.join(f"other-{each}") for each in range(CROWD)]
        others = [await (await each).until_in() for each in joining]
        await guest.button("People").click()
        await expect(guest.page.locator(".person")).to_have_count(len(host.room.participants))
        assert await guest.page.evaluate(_SCROLLED_AWAY) == []
        for other in others:
            await other.ask(messages.Leave())


async def test_on_a_phone_everything_fits(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest(**PHONE) as guest:
        await guest.open(f"{server.url}/j/{ROOM}")
        await expect(guest.button("Join")).to_be_visible()
        await fits(guest)
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await fits(guest)
        await make_moderator(host)
        await server.join("knocker")
        await expect(guest.button("Admit Knocker")).to_be_visible()
        await fits(guest)
        for pane in ("Chat", "People"):
            await guest.button(pane).click()
            close = guest.button(f"Close {pane.lower()}")
            await expect(close).to_be_visible()
            await fits(guest)
            await close.click()
        await guest.button("More").click()
        for name in ("Share screen", "Settings"):
            await expect(guest.page.get_by_role("menuitem", name=name)).to_be_visible()
        await fits(guest)
        await guest.page.get_by_role("menuitem", name="Settings").click()
        await expect(guest.page.get_by_role("dialog")).to_be_visible()
        await fits(guest)
        await guest.page.keyboard.press("Escape")
        await the_screen_is_shared_in_sight(guest)


async def the_screen_is_shared_in_sight(guest: Guest) -> None:
    """Whoever shares sees it, and the way to stop, without a menu; and not the screen in itself."""
    slides = await guest.page.context.new_page()
    await slides.set_content(f"<title>{SLIDES}</title>")
    await guest.page.bring_to_front()
    await guest.button("More").click()
    await guest.page.get_by_role("menuitem", name="Share screen").click()
    await expect(guest.button("Stop sharing")).to_be_visible()
    await fits(guest)
    await guest.sees("You share your screen")
    await guest.button("Stop sharing").click()
    await expect(guest.button("Stop sharing")).to_be_hidden()
    await guest.button("More").click()
    await expect(guest.page.get_by_role("menuitem", name="Share screen")).to_be_visible()


async def test_without_a_mouse(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest() as guest:
        keys = guest.page.keyboard
        await guest.open(f"{server.url}/j/{ROOM}")
        await expect(guest.box("Your name")).to_be_focused()
        await keys.type("Wendy")
        await keys.press("Enter")
        await guest.until_in()
        await keys.press("m")
        await expect(guest.button("Unmute")).to_be_visible()
        await keys.press("r")
        await host.until(lambda: any(isinstance(each, HandRaised) for each in host.events))
        await keys.press("c")
        await expect(guest.box("Message")).to_be_focused()
        await keys.type("mother may I")
        await keys.press("Enter")
        await host.until(lambda: host.room.chat[-1].text == "mother may I")
        await the_buttons_are_walked_through(guest)
        await keys.press("q")
        await keys.press("Enter")
        await guest.sees("You have left the meeting")
        await host.until(lambda: len(host.room.participants) == 3)


async def test_while_a_dialog_is_open_what_happens_is_told_and_marking_words_closes_nothing(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest() as guest:
        await joined(guest, server)
        await guest.button("Settings").click()
        dialog = guest.page.get_by_role("dialog", name="Settings")
        heading = await dialog.get_by_role("heading", name="Settings").bounding_box()
        assert heading is not None
        mouse = guest.page.mouse
        await mouse.move(heading["x"] + 2, heading["y"] + 2)
        await mouse.down()
        await mouse.move(2, 2)
        await mouse.up()
        await host.ask(messages.RaiseHand())
        await expect(dialog.locator(".toast")).to_be_visible()
        await expect(dialog.get_by_role("status").filter(has_text="raised a hand")).to_have_count(1)
        await mouse.click(2, 2)
        await expect(dialog).to_be_hidden()
        await expect(guest.page.locator("body > .above")).to_have_count(1)


async def test_a_long_chat_scrolls_in_its_pane_alone(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest(viewport={"width": 1280, "height": 720}) as guest:
        await joined(guest, server)
        for number in range(8):
            await host.ask(messages.SendChat(f"line {number}\n" * 12))
        await guest.button("Chat").click()
        await guest.sees("line 7")
        overflowing = """() => [".app", ".pane:not([hidden])", "html"].filter((each) => {
          const { scrollHeight, clientHeight } = document.querySelector(each);
          return scrollHeight > clientHeight;
        })"""
        assert await guest.page.evaluate(overflowing) == []


async def the_buttons_are_walked_through(guest: Guest) -> None:
    """Out of the chat with Escape, to the row of buttons with Tab, along it with the arrows."""
    keys = guest.page.keyboard
    await keys.press("Escape")
    await expect(guest.box("Message")).to_be_hidden()

    async def is_in_toolbar() -> bool:
        await keys.press("Tab")
        there = "document.activeElement.closest('[role=toolbar]') !== null"
        return bool(await guest.page.evaluate(there))

    await until(is_in_toolbar, "the row of buttons cannot be reached")
    first = await guest.page.evaluate("document.activeElement.getAttribute('aria-label')")
    await keys.press("ArrowRight")
    second = await guest.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    await keys.press("ArrowLeft")
    await expect(guest.button(first)).to_be_focused()


async def test_every_control_has_a_name_and_every_screen_a_heading_or_landmark(
    server: RunningServer, host: SignallingClient, browser: Chromium
) -> None:
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/{ROOM}")
        await expect(guest.button("Join")).to_be_visible()
        await expect(guest.page.get_by_role("heading", level=1)).to_be_visible()
        names = await names_of_controls(guest)
        assert {"Your name", "Camera", "Microphone", "Camera on", "Microphone on", "Join"} <= names
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await make_moderator(host)
        await server.join("knocker")
        await expect(guest.button("Admit Knocker")).to_be_visible()
        await guest.button("Chat").click()
        names = await names_of_controls(guest)
        assert {"Mute", "Stop camera", "Share screen", "Raise hand", "Chat", "People"} <= names
        assert {"Leave", "Settings", "Message", "Send"} <= names
        await guest.button("People").click()
        await guest.button("Actions for Ben").click()
        names = await names_of_controls(guest)
        assert {"Admit Knocker", "Deny Knocker", "Mute everyone", "Unlock room"} <= names
        assert {"Remove", "Remove and block", "Make moderator"} <= names
        await expect(guest.page.get_by_role("main")).to_have_count(1)


async def names_of_controls(guest: Guest) -> set[str]:
    """Return the accessible names of all controls; fail if one has none."""
    session = await guest.page.context.new_cdp_session(guest.page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    controls = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in _CONTROLS
    ]
    assert [role for role, name in controls if not name.strip()] == []
    return {name for _, name in controls}
