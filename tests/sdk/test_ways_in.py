"""Whom the key that lies on this machine is shown to: its own servers, and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec
import pytest

from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.errors import ConfigError, PermissionDenied
from proconf_tui.protocol.ids import RoomId
from proconf_tui.sdk.access import invite_token
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.meetings import Keys
from proconf_tui.sdk.ways_in import Access, Pass

ROOM = RoomId("myRoom")
INVITE = invite_token("theirs", "x" * 40, ROOM, 3600)


class _Stranger:
    """Somebody's server, which refuses everything and keeps what it was shown."""

    def __init__(self) -> None:
        self.url = ""
        self.shown: list[str] = []
        self.asked = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().splitlines()
        self.asked += 1
        self.shown += [line for line in head if line.startswith("authorization:")]
        body = msgspec.json.encode({"code": "PERMISSION_DENIED", "message": "Ask for an invite."})
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
async def stranger(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[_Stranger]:
    """A server elsewhere, by a machine that has a key of its own."""
    monkeypatch.setattr(ServerAddress, "is_here", False)
    load_or_create_credentials()
    made = _Stranger()
    async with await asyncio.start_server(made.converse, "127.0.0.1", 0) as server:
        made.url = "http://{}:{}".format(*server.sockets[0].getsockname())
        yield made


def _access(stranger: _Stranger, token: str | None = None, **key: str) -> Access:
    return Access(stranger.url, token, key.get("api_key"), key.get("api_secret"))


async def _join(access: Access, room_name: str | None) -> Pass:
    return await access.as_guest(room_name, "Ben", passcode=None, wait=False)


async def test_a_stranger_is_asked_for_a_guests_token_and_shown_nothing(
    stranger: _Stranger,
) -> None:
    with pytest.raises(ConfigError, match="PROCONF_API_KEY"):
        await _join(_access(stranger), None)
    with pytest.raises(ConfigError, match="PROCONF_API_KEY"):
        await _access(stranger).as_host(ROOM, {})
    assert stranger.asked == 0
    for token in (None, INVITE):
        with pytest.raises(PermissionDenied, match="invite"):
            await _join(_access(stranger, token), ROOM)
    assert stranger.asked == 2
    assert stranger.shown == []


async def test_a_key_that_was_given_is_meant_for_the_server(
    stranger: _Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"api_key": "given", "api_secret": "s" * 40}
    assert (await _join(_access(stranger, **key), ROOM)).token
    monkeypatch.setenv("PROCONF_API_KEY", key["api_key"])
    monkeypatch.setenv("PROCONF_API_SECRET", key["api_secret"])
    assert (await _join(_access(stranger), ROOM)).token
    with pytest.raises(PermissionDenied):
        await _access(stranger).as_host(ROOM, {})
    assert len(stranger.shown) == 1


async def test_whose_invite_is_refused_stays_out(stranger: _Stranger) -> None:
    with pytest.raises(PermissionDenied, match="invite"):
        await _join(_access(stranger, INVITE, api_key="given", api_secret="s" * 40), None)


async def test_half_a_key_in_the_environment_is_none(
    stranger: _Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCONF_API_KEY", "half")
    keys = Keys.found(None, None)
    assert keys is not None
    assert not keys.is_given
    assert not keys.fit(ServerAddress(stranger.url))
