"""Media that do not connect: told once, with what to do, until they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
import structlog

from proconf_tui.control.events import MEDIA_REACHED, MEDIA_UNREACHABLE, RoomNotification
from proconf_tui.engine import peer as engine_peer
from proconf_tui.sdk import reach as reach_module
from proconf_tui.sdk.reach import End, Reach
from tests.support.meeting import Meeting, Person, meeting_server, until
from tests.support.udp_relay import UdpRelay

NOBODY: Final = "127.9.9.9"
"""An address of this machine at which nothing listens."""
ENDS: Final[tuple[End, ...]] = ("publishing", "subscribing")
UNREACHED: Final = "no media connection; is the UDP port open, the public address reachable?"


@pytest.fixture
def codes() -> list[str]:
    """What was told."""
    return []


@pytest.fixture
def reach(codes: list[str], monkeypatch: pytest.MonkeyPatch) -> Reach:
    monkeypatch.setattr(reach_module, "PATIENCE_S", 0.05)
    return Reach(lambda event: codes.append(event.code))


@pytest.fixture
async def far(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Meeting]:
    """A server that names an address at which it is not reached; clients find that out at once."""
    monkeypatch.setattr(reach_module, "PATIENCE_S", 0.3)
    async with meeting_server(public_addresses=(NOBODY,)) as meeting:
        yield meeting


def _codes(person: Person) -> list[str]:
    return [event.code for event in person.told(RoomNotification)]


async def test_media_that_do_not_connect_are_told_of_until_they_do(
    far: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana = await far.host()
    told = await hana.until_told(RoomNotification)
    assert told.code == MEDIA_UNREACHABLE
    assert f"nothing answers at {NOBODY} UDP port {far.server.port}. Ask" in told.message
    assert hana.room.media_trouble == told.message
    assert hana.room.state == "connected"

    monkeypatch.setattr(reach_module, "PATIENCE_S", 20.0)
    way = UdpRelay(("127.0.0.1", far.server.port), listen=(NOBODY, far.server.port))
    await way.open()
    try:
        await hana.until_told(RoomNotification, code=MEDIA_REACHED)
        assert hana.room.media_trouble is None
        ben = await far.join("Ben")
        await until(lambda: hana.hears(ben) and ben.hears(hana))
        assert _codes(hana) == [MEDIA_UNREACHABLE, MEDIA_REACHED]
        assert _codes(ben) == []
    finally:
        await way.aclose()


async def test_the_server_logs_once_whose_media_do_not_connect(
    far: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_peer, "MEDIA_LOST_S", 0.3)
    with structlog.testing.capture_logs() as logs:
        hana = await far.host()
        (first,) = await _unreached(logs)
        assert (first["peer"], first["room"]) == (hana.peer_id, "myRoom")
        media = hana.room._session.media
        assert media is not None
        media.rebuild_all()
        ben = await far.join("Ben")
        await until(lambda: any(line.get("peer") == ben.peer_id for line in logs))
        assert [line["peer"] for line in await _unreached(logs)] == [hana.peer_id, ben.peer_id]
        assert _codes(hana) == [MEDIA_UNREACHABLE]


async def _unreached(logs: list[structlog.typing.EventDict]) -> list[structlog.typing.EventDict]:
    def found() -> list[structlog.typing.EventDict]:
        return [line for line in logs if line["event"] == UNREACHED]

    await until(found)
    return found()


async def test_attempts_that_fail_are_one_trouble(reach: Reach, codes: list[str]) -> None:
    for end in ENDS:
        reach.changed(end, "connecting")
    await until(lambda: len(reach._missing) == 2)
    for end in ENDS:
        reach.changed(end, "failed")
        reach.changed(end, "connecting")
    assert not reach._timers
    reach.changed("publishing", "connected")
    assert codes == [MEDIA_UNREACHABLE], "nobody is heard yet"
    reach.changed("subscribing", "connected")
    assert codes == [MEDIA_UNREACHABLE, MEDIA_REACHED]
    reach.changed("publishing", "failed")
    reach.changed("publishing", "connecting")
    await until(lambda: reach.trouble)
    assert codes == [MEDIA_UNREACHABLE, MEDIA_REACHED, MEDIA_UNREACHABLE]


async def test_what_connects_in_time_or_waits_for_signalling_is_no_trouble(
    reach: Reach, codes: list[str]
) -> None:
    reach.changed("publishing", "connecting")
    reach.changed("subscribing", "connecting")
    reach.changed("publishing", "connected")
    reach.stop()
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(2 * reach_module.PATIENCE_S, passed.set)
    await passed.wait()
    assert codes == []


@pytest.mark.parametrize(
    ("candidates", "where"),
    [
        (["1 1 udp 9 203.0.113.5 7973 typ host"], "203.0.113.5 UDP port 7973"),
        (
            [
                "1 1 UDP 9 203.0.113.5 7973 typ host",
                "2 1 udp 8 2001:db8::1 7973 typ host",
                "2 1 udp 8 2001:db8::1 7973 typ host",
                "3 1 tcp 7 203.0.113.9 80 typ host",
                "4 1 udp 6 198.51.100.2 9000 typ host",
            ],
            "203.0.113.5 or 2001:db8::1 UDP port 7973 or 198.51.100.2 UDP port 9000",
        ),
        (["1 1 udp 9 \x1b[31mevil 7973", "1 1 udp 9", "x"], "the server's UDP port"),
    ],
)
async def test_only_addresses_are_named(reach: Reach, candidates: list[str], where: str) -> None:
    reach.described("publishing", "".join(f"a=candidate:{each}\r\n" for each in candidates))
    reach.changed("publishing", "connecting")
    await until(lambda: reach.trouble)
    assert reach.trouble is not None
    assert f"nothing answers at {where}. Ask whoever" in reach.trouble
