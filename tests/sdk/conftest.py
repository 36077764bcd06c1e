"""A server for the tests of this directory, and people on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.meeting import Meeting, meeting_server


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    """A server with nobody on it yet, which gives guests their tokens."""
    async with meeting_server() as running:
        yield running
