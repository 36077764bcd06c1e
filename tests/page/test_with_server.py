"""The page's own client against the real server, in a real browser, without a screen or media."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from proconf_tui.protocol import messages
from proconf_tui.room.wire import encode_state
from proconf_tui.server.routes.page_files import load_page
from tests.support.browser import Chromium, Guest, chromium, missing_requirement
from tests.support.signalling import ROOM, RunningServer, SignallingClient, running_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

_JOIN: Final = (Path(__file__).parent / "programs" / "join.js").read_text()
_ENDS: Final = "meeting.ended && `${meeting.state} ${meeting.ended.reason}`"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Chromium]:
    if problem := missing_requirement():
        pytest.skip(problem)
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[RunningServer]:
    async with running_server() as running:
        yield running


async def _join(guest: Guest, server: RunningServer, token: str | None = None) -> None:
    """Join from a page of that server that has nothing else on it."""
    await guest.open(f"{server.url}/healthz")
    await _join_here(guest, token)


async def _join_here(guest: Guest, token: str | None = None) -> None:
    modules = f"/page/{load_page().release}/js"
    given = {"modules": modules, "roomId": ROOM, "token": token, "name": "Ana"}
    await guest.page.evaluate(_JOIN, given)


async def _look(guest: Guest, expression: str) -> Any:
    return await guest.page.evaluate(expression)


async def test_a_guest_sees_what_any_client_sees(server: RunningServer, browser: Chromium) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await _join(guest, server)
        ben = await (await server.join("ben")).until_in()
        await host.ask(messages.SendChat("one\r\n<b>two</b>\x1b[2J\u202e"))
        await host.ask(messages.UpdateRoomMetadata({"__proto__": {"\u202ea": "\x1b]0;x\x07"}}))
        await guest.page.evaluate("meeting.sendChat('from the page')")
        await guest.page.evaluate("meeting.ask.raiseHand()")
        await ben.settle()
        await guest.until("version => meeting.room.version === version", ben.room.version)
        assert await _view(guest) == _comparable(json.loads(bytes(encode_state(ben.room))))
        assert ben.room.chat[-1].text == "from the page"
        await guest.page.evaluate("meeting.leave()")
        assert await _look(guest, _ENDS) == "left LEFT"


async def _view(guest: Guest) -> dict[str, Any]:
    return _comparable(json.loads(await _look(guest, "JSON.stringify(meeting.room)")))


def _comparable(state: dict[str, Any]) -> dict[str, Any]:
    return state | {"refusedTokens": sorted(state["refusedTokens"])}


async def test_a_lost_connection_comes_back_to_what_was_missed(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await _join(guest, server)
        me = await _look(guest, "meeting.meId")
        await guest.page.evaluate("sockets.at(-1).close()")
        await host.ask(messages.SendChat("meanwhile"))
        await guest.until("sockets.length === 2 && meeting.state === 'connected'")
        await guest.until("meeting.room.chat.some(({ text }) => text === 'meanwhile')")
        assert await _look(guest, "[meeting.meId, meeting.gaps]") == [me, []]
        said = "happened.filter(({ type }) => type === 'ChatSaid').length"
        assert await _look(guest, said) == 1


async def test_a_page_loaded_again_has_its_seat(server: RunningServer, browser: Chromium) -> None:
    await server.host()
    async with browser.guest() as guest:
        await _join(guest, server)
        me = await _look(guest, "meeting.meId")
        await guest.page.reload()
        await _join_here(guest)
        assert await _look(guest, "meeting.meId") == me


async def test_a_duplicated_tab_takes_the_seat_for_good(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await _join(guest, server)
        me = await _look(guest, "meeting.meId")
        seat = await _look(guest, "Object.entries(sessionStorage)")
        other = Guest(await guest.page.context.new_page())
        await other.open(f"{server.url}/healthz")
        await other.page.evaluate(
            "seat => seat.forEach(([key, value]) => sessionStorage.setItem(key, value))", seat
        )
        await _join_here(other)
        await guest.until("meeting.state === 'closed'")
        assert await _look(guest, "meeting.ended.reason") == "ELSEWHERE"
        # Nobody fights for it: a round trip later it is still the other's.
        await other.page.evaluate("meeting.request('ping')")
        assert await _look(other, "[meeting.meId, meeting.state, sockets.length]") == [
            me,
            "connected",
            1,
        ]
        assert len(host.room.participants) == 2


async def test_who_is_kicked_is_told_and_out(server: RunningServer, browser: Chromium) -> None:
    host = await server.host()
    async with browser.guest() as guest:
        await _join(guest, server)
        await host.ask(messages.Kick(await _look(guest, "meeting.meId")))
        await guest.until("meeting.state === 'closed'")
        assert await _look(guest, _ENDS) == "closed KICKED"
        assert await _look(guest, "Object.keys(sessionStorage).length") == 0


async def test_who_waits_is_let_in_and_may_moderate(
    server: RunningServer, browser: Chromium
) -> None:
    host = await server.host(roomLocked=True)
    async with browser.guest() as guest:
        joining = _join(guest, server)
        await _admitted(host, joining)
        me = await _look(guest, "meeting.meId")
        await host.ask(messages.UpdateRole(me, "coHost"))
        await guest.until("meeting.me.permissions.admin")
        knocking = await server.join("eve")
        await guest.until("id => id in meeting.room.lobby", knocking.peer_id)
        await guest.page.evaluate("id => meeting.ask.admit(id)", knocking.peer_id)
        await knocking.until_in()


async def _admitted(host: SignallingClient, joining: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(joining)
        await host.until(lambda: host.room.lobby)
        await host.ask(messages.Admit(next(iter(host.room.lobby))))
