"""A fake agent for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.fake_agent import FakeAgent
from tests.tui.thrift import thrift


@pytest.fixture(autouse=True, scope="module")
def _thrift() -> Iterator[None]:
    with thrift():
        yield


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
async def agent(tmp_path: Path) -> AsyncIterator[FakeAgent]:
    async with FakeAgent(tmp_path) as agent:
        yield agent


@pytest.fixture
async def guest_agent(tmp_path: Path) -> AsyncIterator[FakeAgent]:
    async with FakeAgent(tmp_path, role="guest") as agent:
        yield agent


@pytest.fixture
async def waiting_agent(tmp_path: Path) -> AsyncIterator[FakeAgent]:
    async with FakeAgent(tmp_path, role="guest", waits=True) as agent:
        yield agent
