from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.lib import engine_child
from bench.lib.child_forwarder import ChildForwarder, full_child
from bench.lib.load_client import LoadClient
from proconf_tui.engine.forwarding.assignment import MAX_AUDIO_SLOTS

HOST = "127.0.0.1"
ENGINE = Path(engine_child.__file__)


async def test_all_get_all_even_more_voices_than_a_meeting_has() -> None:
    others = MAX_AUDIO_SLOTS + 1
    clients = [LoadClient(HOST, is_measured=number == 0) for number in range(others + 1)]
    async with full_child("engine", ENGINE, HOST, clients) as server:
        window = await server.measure(0.5)
    assert window.sent > 0
    assert window.received > 0.5 * window.due
    assert window.late_s
    assert server.mb_per_peer > 0.0


async def test_a_child_that_ends_is_told_at_once() -> None:
    with pytest.raises(RuntimeError, match="has ended"):
        await ChildForwarder.start(ENGINE, "not an address")
    assert asyncio.all_tasks() == {asyncio.current_task()}
