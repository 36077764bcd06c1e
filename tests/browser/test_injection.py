"""What others write does nothing in the page, and what the page sends nothing in terminals.

Hostile clients speak the protocol by themselves, so that no client of ours cleans anything before.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from proconf_tui.protocol import messages
from tests.support.browser import SLOW_S, Chromium, Guest
from tests.support.meeting_panes import invite_link, pane, say
from tests.support.signalling import ROOM, RunningServer, SignallingClient, running_server
from tests.support.terminal import TmuxTerminal

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(180),
]

SHORT: Final = "<img src=x onerror=owned=1>"
MARKUP: Final = (
    SHORT,
    "<script>owned=1</script>",
    "</textarea></title><svg/onload=owned=1>",
    '"><a href="javascript:owned=1" autofocus onfocus=owned=1>click</a>',
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "javascript:owned=1",
    "{{constructor.constructor('owned=1')()}} ${owned=1} &lt;b&gt;",
    "<style>*{display:none}</style><base href=//evil.test><form><input name=nodeName>",
)
HIDDEN: Final = "safe\u202egnp.exe\u2066\u200b\u2028end\x1b]0;x\x07\x9b31m"
HIDDEN_SHOWN: Final = "safegnp.exe end"

_FOREIGN: Final = """
() => [...document.querySelectorAll("*")].filter((element) =>
  ["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "STYLE"].includes(element.tagName) ||
  (element.tagName === "SCRIPT" && !new URL(element.src).pathname.startsWith("/page/")) ||
  (element.href?.startsWith?.("javascript:") ?? false) ||
  [...element.attributes].some(({ name }) => name.startsWith("on"))
).map((element) => element.outerHTML)
"""
_TEXT: Final = "() => document.body.innerText + document.title"


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[RunningServer]:
    async with running_server() as running:
        yield running


async def nothing_was_made_of_it(guest: Guest) -> None:
    """Fail if anything of what others wrote is more than text in the page."""
    assert await guest.page.evaluate(_FOREIGN) == []
    assert await guest.page.evaluate("typeof owned") == "undefined"
    shown = await guest.page.evaluate(_TEXT)
    for hidden in ("\u202e", "\u2066", "\u200b", "\x1b", "\x07", "\x9b"):
        assert hidden not in shown
    await guest.check()


async def hostile(
    server: RunningServer, identity: str, name: str, role: str = "guest"
) -> SignallingClient:
    """Return somebody who came under that name, and has it in their metadata as well."""
    client = await server.client()
    metadata = {text: text for text in MARKUP}
    token = server.token(identity, role=role, name=name)
    return await client.join(token, name=name, metadata=metadata)


async def test_what_others_write_stays_text_in_the_page(
    server: RunningServer, browser: Chromium
) -> None:
    await server.create_room(roomLocked=True, metadata={"title": MARKUP[1]})
    host = await (await server.join("host", role="host")).until_in()
    await host.ask(messages.UpdateControls(room_locked=False))
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/{ROOM}")
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        mallory = await (await hostile(server, "mallory", SHORT)).until_in()
        others = [await hostile(server, f"eve{n}", name) for n, name in enumerate(MARKUP)]
        await (await hostile(server, "hide", HIDDEN)).until_in()
        for other in others:
            await other.until_in()
        await they_say_everything(host, mallory, guest)
        await they_are_shown_by_what_they_wrote(guest)
        await she_is_made_moderator_of_hostile_people(server, host, guest)
        await nothing_was_made_of_it(guest)


async def they_say_everything(
    host: SignallingClient, mallory: SignallingClient, guest: Guest
) -> None:
    wendy = next(one for one in host.room.participants.values() if one.name == "Wendy")
    for text in (*MARKUP, HIDDEN):
        await mallory.ask(messages.SendChat(text))
        await mallory.ask(messages.SendData(text, "reaction"))
        await mallory.ask(messages.SendData(json.dumps({"emoji": text}), text[:60]))
    await mallory.ask(messages.SendChat(SHORT, wendy.peer_id))
    await host.ask(messages.UpdateRoomMetadata({text: {"html": text} for text in MARKUP}))
    await mallory.ask(messages.RaiseHand())
    await guest.until("n => window.proconf.room.chat.length === n", len(MARKUP) + 2)


async def they_are_shown_by_what_they_wrote(guest: Guest) -> None:
    await expect(guest.tile(SHORT).first).to_be_visible()
    await guest.button("Chat").click()
    log = guest.page.get_by_role("log", name="Chat messages")
    for text in (*MARKUP, HIDDEN_SHOWN):
        await expect(log.get_by_text(text, exact=True).first).to_be_attached()
    await nothing_was_made_of_it(guest)
    await guest.button("People").click()
    people = guest.page.get_by_role("list", name="Participants")
    await expect(people.get_by_text(MARKUP[1], exact=True)).to_be_visible()
    await expect(people.get_by_text(HIDDEN_SHOWN, exact=True)).to_be_attached()


async def she_is_made_moderator_of_hostile_people(
    server: RunningServer, host: SignallingClient, guest: Guest
) -> None:
    wendy = next(one for one in host.room.participants.values() if one.name == "Wendy")
    await host.ask(messages.UpdateRole(wendy.peer_id, "coHost"))
    await host.ask(messages.UpdateControls(room_locked=True))
    knocking = await hostile(server, "knocker", MARKUP[1])
    await expect(guest.button(f"Admit {MARKUP[1]}")).to_be_visible()
    await nothing_was_made_of_it(guest)
    await guest.button(f"Admit {MARKUP[1]}").click()
    await knocking.until_in()
    await guest.button(f"Actions for {SHORT}").first.click()
    await guest.page.get_by_role("menuitem", name="Remove", exact=True).click()
    await guest.sees(f"Remove {SHORT}")


TALL: Final = "x\n\n" * 1_300
ADDRESSES: Final = "https://good.example@evil.example or https://example.org/a(b)."
PRETENDER: Final = "You (host)"


async def test_what_others_write_takes_no_room_and_looks_like_nothing_else(
    server: RunningServer, browser: Chromium
) -> None:
    await server.create_room()
    host = await (await server.join("host", role="host")).until_in()
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/{ROOM}")
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        mallory = await (await hostile(server, "mallory", PRETENDER)).until_in()
        await mallory.ask(messages.SendChat(TALL))
        await mallory.ask(messages.SendChat(ADDRESSES))
        await guest.button("Chat").click()
        await a_tall_line_is_folded(guest)
        await an_address_leads_where_it_says(guest)
        await who_moderates_no_more_is_asked_nothing(host, guest)


async def a_tall_line_is_folded(guest: Guest) -> None:
    log = guest.page.get_by_role("log", name="Chat messages")
    await expect(log.get_by_text(f"(not you) {PRETENDER}").first).to_be_attached()
    tall = log.locator(".chat-text").first
    height_px = "each => each.clientHeight"
    await guest.button("Show more").click()
    whole_px = await tall.evaluate(height_px)
    await guest.button("Show less").click()
    assert await tall.evaluate(height_px) < whole_px / 100
    await expect(guest.button("Show more")).to_have_count(1)


async def an_address_leads_where_it_says(guest: Guest) -> None:
    link = guest.page.get_by_role("link")
    await expect(link).to_have_text(["https://example.org/a(b)"])
    await expect(link).to_have_attribute("href", "https://example.org/a(b)")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def who_moderates_no_more_is_asked_nothing(host: SignallingClient, guest: Guest) -> None:
    wendy = next(one for one in host.room.participants.values() if one.name == "Wendy")
    menu = guest.page.get_by_role("menu", name="Actions")
    question = guest.page.get_by_role("dialog")
    await guest.button("People").click()
    for is_asked in (False, True):
        await host.ask(messages.UpdateRole(wendy.peer_id, "coHost"))
        await guest.button(f"Actions for (not you) {PRETENDER}").click()
        await expect(menu).to_be_visible()
        if is_asked:
            await menu.get_by_role("menuitem", name="Remove", exact=True).click()
            await expect(question).to_be_visible()
        await host.ask(messages.UpdateRole(wendy.peer_id, "guest"))
        await expect(menu).to_have_count(0)
        await expect(question).to_have_count(0)


COMMANDS: Final = (
    "\x1b]52;c;b3duZWQ=\x07",  # the clipboard
    "\x1b]0;owned\x07",  # the title
    "\x9d52;c;b3duZWQ=\x9c",  # the clipboard, in eight bits
    "\x1b[2J\x1b[31m\x1bc",  # an empty, red and restarted screen
    "[@click=app.exit][bold]owned[/bold][/]",  # the markup of the screen's own library
    "\u202edenwo\u2066",  # text that runs backwards
)


async def test_what_is_written_in_the_page_stays_text_in_terminals(browser: Chromium) -> None:
    no_devices = ["--camera", "none", "--mic", "none", "--speaker", "none", "--yes"]
    with pane(["start", "--room", "myRoom", "--name", "Ada", "--open", *no_devices]) as ada:
        ada._command("set-option", "-g", "set-clipboard", "on")
        ada.wait_for("myRoom +open", SLOW_S)
        title = ada._format("pane_title")
        async with browser.guest() as guest:
            await guest.open(invite_link(ada))
            await she_comes_under_a_hostile_name(guest)
            await she_says_everything(guest)
            ada.wait_for("finished", SLOW_S)
            assert ada._format("pane_title") == title
            assert ada._command("list-buffers") == ""
            it_is_shown_as_it_was_written(ada)
            say(ada, "still here")
            await guest.sees("still here")
        ada.send_keys("q")
        ada.wait_for("End the meeting", SLOW_S)
        ada.send_keys("e")
        assert ada.wait_for_exit(SLOW_S) == 0


async def she_comes_under_a_hostile_name(guest: Guest) -> None:
    """By the box as well as past all that the page does to names."""
    await guest.page.route("**/guest-token", _rename)
    await guest.ask_to_join("Eve" + "".join(COMMANDS))
    await guest.until_in()


async def _rename(route: Route) -> None:
    body: dict[str, Any] = route.request.post_data_json or {}
    await route.continue_(post_data=json.dumps({**body, "name": "[b]" + "".join(COMMANDS)}))


async def she_says_everything(guest: Guest) -> None:
    ask = "([method, params]) => window.proconf.request(method, params)"
    for text in COMMANDS:
        await guest.page.evaluate(ask, ["send-chat", {"text": f"<{text}>"}])
        await guest.page.evaluate(ask, ["send-data", {"payload": text, "label": "reaction"}])
    await guest.page.evaluate(ask, ["update-peer-metadata", {"metadata": {COMMANDS[0]: COMMANDS}}])
    await guest.page.evaluate(ask, ["raise-hand", {}])
    await guest.page.evaluate(ask, ["send-chat", {"text": "finished"}])


def it_is_shown_as_it_was_written(ada: TmuxTerminal) -> None:
    shown = ada.screen()
    assert "[@click=app.exit]" in shown
    assert "\u202e" not in shown
    assert "myRoom" in shown
