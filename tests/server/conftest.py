"""Servers for the tests of this directory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.signalling import RunningServer, running_server


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    """A server with the product's own times."""
    async with running_server() as running:
        yield running
