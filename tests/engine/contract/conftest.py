"""Every engine there is, tested by what the Protocol promises and by nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from proconf_tui.engine.base import Engine
from tests.support.engines import ENGINES, EngineKind, MakeEngine
from tests.support.gathering import gathering
from tests.support.truthful_room import TruthfulRoom


@pytest.fixture(params=ENGINES)
def engine_kind(request: pytest.FixtureRequest) -> EngineKind:
    """Which engine is tested."""
    return ENGINES[request.param]


@pytest.fixture
def make_engine(engine_kind: EngineKind) -> MakeEngine:
    """Make another engine of that kind."""
    return engine_kind.make


@pytest.fixture
def is_loss_hastened(engine_kind: EngineKind, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let the engine tell of lost media sooner."""
    engine_kind.hasten_loss(monkeypatch)
    return True


@pytest.fixture
async def engine(make_engine: MakeEngine) -> AsyncIterator[Engine]:
    """An open engine."""
    opened = make_engine()
    await opened.open()
    yield opened
    await opened.aclose()


@pytest.fixture
async def room(engine: Engine) -> AsyncIterator[TruthfulRoom]:
    """An empty room on the engine; no map of slots it is told may have been wrong."""
    with gathering("127.0.0.1"):
        opened = TruthfulRoom(engine)
        await opened.open()
        yield opened
        counted = {name: told.slots_fed for name, told in engine.stats().peers.items()}
        fed = {name: len(opened.clients[name].slots) for name in counted}
        await opened.aclose()
        assert (fed, opened.wrong) == (counted, [])
