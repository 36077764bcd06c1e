"""What breaks comes back by itself: the page has its seat, its voice and its pictures again."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import numpy as np
import pytest

from proconf_tui.sdk import Room
from tests.browser.conftest import PITCH_HZ
from tests.support.browser import Chromium, Guest, until
from tests.support.browser_media import frames_decoded, hears
from tests.support.killable_server import killable_meeting
from tests.support.meeting import Person
from tests.support.network import cuttable_meeting, needs_loopback_network
from tests.support.speech import tone_share

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


async def is_whole(host: Person, guest: Guest) -> bool:
    """Return whether both hear each other, and the host sees the guest."""
    peers = host.room.remote_peers.values()
    pictures = [track for peer in peers if (track := peer.find_track("video")) and track.frame]
    return bool(pictures) and is_heard(host) and await hears(guest, host.tone_hz)


def is_heard(host: Person) -> bool:
    """Return whether what has come lately is mostly the guest's tone."""
    heard = np.concatenate(host._heard) if host._heard else np.zeros(1, np.float32)
    return tone_share(heard, PITCH_HZ) > 0.5


_KEEP_STATES = """
window.states = [];
window.proconf.addEventListener("change", () => window.states.push(window.proconf.state));
"""


@contextlib.asynccontextmanager
async def reconnecting(guest: Guest) -> AsyncIterator[None]:
    """Expect that the connection is lost in this block, and there again soon after it."""
    await guest.page.evaluate(_KEEP_STATES)
    yield
    await guest.until("window.states.includes('reconnecting')")
    await guest.until("window.proconf.state === 'connected'")


async def joined(guest: Guest, room: Room, url: str | None = None) -> str:
    """Come into the meeting; return the id one has there."""
    invite = room.invite_url
    assert invite is not None
    await guest.open(invite if url is None else url + invite[invite.index("/j/") :])
    await guest.ask_to_join("Wendy")
    await guest.until_in()
    return str(await guest.page.evaluate("window.proconf.meId"))


@needs_loopback_network
async def test_after_a_cut_one_has_ones_seat_and_what_was_said(browser: Chromium) -> None:
    async with cuttable_meeting(2, heartbeat_s=1.0) as meeting, browser.guest() as guest:
        host = await meeting.host()
        network = meeting.network_of(meeting.person("Wendy"))
        me = await joined(guest, host.room, network.url)
        await until(lambda: is_whole(host, guest), "nothing is heard or seen")

        async with reconnecting(guest):
            network.reset()
        async with reconnecting(guest):
            network.cut()
            await guest.sees("The connection broke; reconnecting")
            await host.room.local_peer.send_data("said meanwhile", label="chat")
            network.restore()
        await guest.until("window.proconf.room.chat.length === 1")
        assert await guest.page.evaluate("window.proconf.meId") == me
        await until(lambda: is_whole(host, guest), "nothing is heard or seen any more")


async def test_after_the_server_was_killed_everything_goes_on(browser: Chromium) -> None:
    async with killable_meeting() as meeting, browser.guest() as guest:
        host = await meeting.host()
        me = await joined(guest, host.room)
        await until(lambda: is_whole(host, guest), "nothing is heard or seen")
        await guest.button("Raise hand").click()
        await guest.until("window.proconf.me.handRaisedAt !== null")

        async with reconnecting(guest):
            meeting.kill_server()

        assert await guest.page.evaluate("window.proconf.meId") == me
        assert await guest.page.evaluate("window.proconf.me.handRaisedAt !== null")
        await until(lambda: is_whole(host, guest), "nothing is heard or seen any more")
        before = await frames_decoded(guest, "Hana")
        await until(lambda: has_decoded(guest, before + 5), "her picture stands still")
        await the_page_is_loaded_again(guest, host, me)


async def has_decoded(guest: Guest, frames: int) -> bool:
    return await frames_decoded(guest, "Hana") > frames


async def the_page_is_loaded_again(guest: Guest, host: Person, me: str) -> None:
    """The seat survives that; a deliberate leave does not."""
    await guest.page.reload()
    await guest.until_in()
    assert await guest.page.evaluate("window.proconf.meId") == me
    assert len(host.room.remote_peers) == 1
    await until(lambda: hears(guest, host.tone_hz), "nothing is heard after loading again")
    assert not host.hears_anything(), "a microphone is not switched on by loading a page"

    await guest.button("Leave").click()
    await guest.sees("You have left the meeting")
    await guest.page.reload()
    await guest.sees("Your name")
    assert not host.room.remote_peers
