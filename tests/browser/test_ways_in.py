"""How one comes into a meeting by its link, and what one reads where that does not work."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from proconf_tui.protocol import claims as layout
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room.events import PeerJoined, PeerKnocked
from tests.support.browser import ALL_SHARED, MEETING_HOST, Chromium, Equipment, Guest, chromium
from tests.support.signalling import ROOM, RunningServer, room_payload, running_server, signed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[RunningServer]:
    async with running_server(allowed_hosts=(MEETING_HOST,)) as running:
        yield running


def link(server: RunningServer, **changes: Any) -> str:
    """Return an invite link; ``changes`` are laid over its token's claims."""
    payload = room_payload(server.credentials, "invite", "guest")
    payload |= {"aud": layout.INVITE_AUDIENCE, "name": None, **changes}
    return f"{server.url}/j/{ROOM}#{signed(server.credentials, payload)}"


async def reads(guest: Guest, heading: str) -> None:
    """Wait until the page is headed so."""
    await expect(guest.page.get_by_role("heading", name=heading)).to_be_visible()


async def test_who_waits_may_be_sent_away_or_give_up(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host(roomLocked=True)
    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.ask_to_join("Wendy")
        await reads(guest, "Waiting to be let in")
        await host.until(lambda: host.room.lobby)
        await host.ask(messages.Deny(next(iter(host.room.lobby))))
        await reads(guest, "You were not let in")

    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.sees(ALL_SHARED)
        await guest.ask_to_join("Wendy")
        await reads(guest, "Waiting to be let in")
        await guest.button("Leave").click()
        await reads(guest, "You have stopped waiting")
        await host.until(lambda: not host.room.lobby)
        await guest.button("Join again").click()
        await expect(guest.box("Your name")).to_have_value("Wendy")


async def test_a_meeting_that_is_full_can_be_joined_later(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host(maxPeers=2)
    ben = await (await server.join("ben")).until_in()
    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.ask_to_join("Wendy")
        await guest.sees("The meeting is full")
        await ben.ask(messages.Leave())
        await host.until(lambda: len(host.room.participants) == 1)
        again = guest.button("Join again")
        if await again.is_visible():
            await again.click()
        await guest.button("Join").click()
        await guest.until_in()


async def test_the_passcode_is_asked_for_until_it_is_right(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host(passcode="open sesame")
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/{ROOM}")
        await guest.ask_to_join("Wendy")
        await guest.sees("This meeting has a passcode")
        await guest.box("Passcode").fill("open barley")
        await guest.button("Join").click()
        await guest.sees("That passcode is wrong")
        box = guest.box("Passcode")
        await expect(box).to_have_accessible_description(re.compile("That passcode is wrong"))
        await expect(box).to_have_attribute("aria-invalid", "true")
        await guest.box("Passcode").fill("open sesame")
        await guest.box("Passcode").press("Enter")
        await guest.until_in()
        assert [one.name for one in host.room.participants.values()] == ["Host", "Wendy"]


async def test_a_link_that_leads_nowhere_says_so(server: RunningServer, browser: Chromium) -> None:
    await server.host()
    async with browser.guest() as guest:
        await guest.open(link(server, exp=1, nbf=0))
        await guest.ask_to_join("Wendy")
        await guest.sees("This invite is wrong or has expired; ask for a new one.")
    async with browser.guest() as guest:
        await guest.open(link(server, exp=1, nbf=0))
        await guest.sees("This invite has expired")
        await guest.button("Ask to come in without it").click()
        await guest.ask_to_join("Wendy")
        await guest.until_in()
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/elsewhere/")
        await guest.ask_to_join("Wendy")
        await guest.sees("There is no such meeting")
    async with browser.guest() as guest:
        await guest.open(f"{server.url}/j/<b>no room<b>")
        await reads(guest, "This link names no meeting")
        await guest.open(f"{server.url}/")
        await reads(guest, "This link names no meeting")


async def test_a_name_is_needed(server: RunningServer, browser: Chromium) -> None:
    await server.host()
    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.ask_to_join("  ")
        await guest.sees("A name is needed")
        box = guest.box("Your name")
        await expect(box).to_be_focused()
        await expect(box).to_have_attribute("aria-invalid", "true")
        await expect(box).to_have_accessible_description(re.compile("A name is needed"))
        await guest.ask_to_join("Wendy")
        await guest.until_in()


async def test_a_meeting_that_is_not_there_yet_can_be_waited_for(
    server: RunningServer, browser: Chromium
) -> None:
    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.ask_to_join("Wendy")
        await guest.button("Wait for it to start").click()
        await reads(guest, "Waiting for the meeting to start")
        await server.host()
        await guest.until_in()


async def test_who_was_removed_may_come_again_unless_blocked(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await guest.open(link(server))
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await host.ask(messages.Kick(await peer_id_of(guest)))
        await reads(guest, "You were removed from the meeting")
        await guest.button("Join again").click()
        await guest.button("Join").click()
        await guest.until_in()
        await host.ask(messages.Kick(await peer_id_of(guest), block=True))
        await guest.sees("blocked you from coming back")
        await expect(guest.button("Join again")).to_be_hidden()


async def peer_id_of(guest: Guest) -> PeerId:
    return PeerId(await guest.page.evaluate("window.proconf.meId"))


async def test_who_refuses_the_devices_comes_in_without_them(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host()
    async with browser.guest(may_use=()) as guest:
        await guest.open(link(server))
        for device in ("camera", "microphone"):
            await guest.sees(f"The browser may not use the {device}; allow it beside")
        await comes_in_without_devices(guest)
        await guest.button("Unmute").click()
        await guest.sees("The browser may not use the microphone")
    assert not any(isinstance(each, PeerKnocked) for each in host.events)


async def comes_in_without_devices(guest: Guest) -> None:
    await guest.ask_to_join("Wendy")
    await guest.until_in()
    await expect(guest.button("Unmute")).to_be_visible()
    await expect(guest.button("Start camera")).to_be_visible()
    assert await guest.page.evaluate("Object.keys(window.proconf.me.streams)") == []


async def test_who_has_no_camera_comes_in_with_the_voice_alone(server: RunningServer) -> None:
    await server.host()
    async with chromium(Equipment(has_camera=False)) as bare, bare.guest() as guest:
        await guest.open(link(server))
        await guest.sees("There is no camera; connect one, then try again.")
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await expect(guest.button("Mute")).to_be_visible()
        await expect(guest.button("Start camera")).to_be_visible()


async def test_a_page_without_a_secure_origin_names_the_way_out_and_lets_one_in(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await guest.open(link(server).replace("127.0.0.1", MEETING_HOST))
        await guest.sees("ask for a link with https")
        assert not await guest.page.evaluate("isSecureContext")
        await guest.ask_to_join("Wendy")
        await guest.until_in()
        await guest.say("without devices")
        await host.until(lambda: host.room.chat)
    names = [each.participant.name for each in host.events if isinstance(each, PeerJoined)]
    assert names == ["Wendy"]


async def test_a_page_without_javascript_names_the_command(
    server: RunningServer, browser: Chromium
) -> None:
    async with browser.guest(java_script_enabled=False) as guest:
        await guest.open(link(server))
        await expect(guest.page.get_by_text(re.compile("proconf-tui join"))).to_be_visible()
