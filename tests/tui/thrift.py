"""What the apps of tests need not do: draw for nobody, and read the same style sheets again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_render_update = Compositor.render_update
_parse_rules = Stylesheet._parse_rules
_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}

_GC_THRESHOLDS = (20_000, 20, 100)
"""An app is a great many objects, and Python's own thresholds have them looked through often."""


def _parse_once(self: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
    key = (frozenset(self._variables.items()), source, frozenset(options.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(self, *source, **options)
    return _parsed[key]


def _draw_nothing(self: Compositor, **options: Any) -> None:
    """Draw all that is new for nobody; `text_of` draws everything when it is looked at."""
    self._dirty_regions.clear()


@contextmanager
def thrift() -> Iterator[None]:
    """Make the apps of tests do less; screens are the same."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_GC_THRESHOLDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", _parse_once)
        yield
    gc.set_threshold(*thresholds)


@contextmanager
def drawing_for_nobody() -> Iterator[None]:
    """Draw nothing in apps without a terminal, unless a test looks at what they draw."""
    with pytest.MonkeyPatch.context() as patch:
        if Compositor.render_update is _render_update:
            patch.setattr(Compositor, "render_update", _draw_nothing)
        yield
