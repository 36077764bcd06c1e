"""The engines that must keep what `proconf_tui.engine.base` promises, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import pytest

from proconf_tui.engine import peer
from proconf_tui.engine.base import Engine
from proconf_tui.engine.sfu import EmbeddedEngine


class MakeEngine(Protocol):
    """Makes an engine, not yet open, on 127.0.0.1; port 0 is a free one."""

    def __call__(self, *, port: int = 0) -> Engine: ...


@dataclass(frozen=True)
class EngineKind:
    """``hasten_loss`` lets the engine tell of lost media after a second, not 15."""

    make: MakeEngine
    hasten_loss: Callable[[pytest.MonkeyPatch], None]


def _embedded(*, port: int = 0) -> Engine:
    return EmbeddedEngine(port=port)


def _hasten_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "MEDIA_LOST_S", 1.0)


ENGINES: Final = {"embedded": EngineKind(_embedded, _hasten_embedded)}
