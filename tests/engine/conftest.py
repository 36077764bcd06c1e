"""An open engine on loopback with one room, and aiortc clients that gather loopback only."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from proconf_tui.engine.sfu import EmbeddedEngine
from tests.support.gathering import gathering
from tests.support.rtc_client import TestRoom


@pytest.fixture
async def engine() -> AsyncIterator[EmbeddedEngine]:
    """An open engine."""
    opened = EmbeddedEngine()
    await opened.open()
    yield opened
    await opened.aclose()


@pytest.fixture
async def room(engine: EmbeddedEngine) -> AsyncIterator[TestRoom]:
    """An empty room on the engine, for clients on this machine."""
    with gathering("127.0.0.1"):
        opened = TestRoom(engine)
        await opened.open()
        yield opened
        await opened.aclose()
