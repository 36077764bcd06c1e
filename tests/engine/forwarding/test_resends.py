"""How often a packet may be sent again."""

from __future__ import annotations

import pytest

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.resends import AT_ONCE, SHARE, Resends


@pytest.mark.parametrize(
    ("kind", "rtt_s", "held_s"),
    [("audio", 0.08, 0.03), ("video", None, 0.03), ("video", 0.08, 0.06), ("video", 0.4, 0.1)],
)
def test_a_picture_is_held_until_its_answer_may_be_there(
    kind: Kind, rtt_s: float | None, held_s: float
) -> None:
    resends = Resends(kind)
    at = (2.0, 2.0 + held_s * 0.9, 2.0 + held_s * 1.1)
    assert [resends.take(7, 100, now, rtt_s) for now in at] == [True, False, True]


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_who_asks_for_everything_gets_half_as_much_again(kind: Kind) -> None:
    resends = Resends(kind)
    taken = sum(resends.take(n & 0xFFFF, n, n * 0.02, 0.08) for n in range(5000))
    assert AT_ONCE[kind] <= taken <= AT_ONCE[kind] + SHARE * 5000


def test_a_long_calm_saves_nothing_up() -> None:
    resends = Resends("audio")
    assert resends.take(0, 0, 0.0, None)
    taken = [resends.take(n, 1_000_000, 9.0, None) for n in range(1, 1000)]
    assert sum(taken) == AT_ONCE["audio"]
