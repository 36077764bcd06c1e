"""Pictures behind simulated terminals: they keep up, or get fewer and rougher pictures."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import pytest

from proconf_tui.tui.video.pacing import (
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    MOST_WAITING,
    Pacer,
)

PLENTY = 100_000_000
TICK_S = 1 / 30
SWAY_S = 2.0
"""How often heads that talk go to and fro."""


@dataclass
class Terminal:
    """Reads ``rate`` bytes a second through a large buffer, and answers after ``trip_s``."""

    rate: float
    trip_s: float = 0.01
    answers: bool = True
    read_until: float = 0.0
    under_way: deque[tuple[float, int]] = field(default_factory=deque)

    def write(self, now: float, size: int) -> None:
        self.read_until = max(now, self.read_until) + size / self.rate

    def ask(self, now: float, question: int) -> None:
        if self.answers:
            self.under_way.append((max(now, self.read_until) + self.trip_s, question))

    def answer(self, now: float, pacer: Pacer) -> None:
        while self.under_way and self.under_way[0][0] <= now:
            at, question = self.under_way.popleft()
            pacer.answered(at, question)

    def lag_s(self, now: float) -> float:
        return max(0.0, self.read_until - now)


class Scene:
    """Nine tiles as people who talk look in them: rougher thresholds leave fewer bytes."""

    def __init__(self, pacer: Pacer, terminal: Terminal, *, frame_bytes: int = 24_000) -> None:
        self.pacer, self.terminal = pacer, terminal
        pacer.moving_tiles = 9
        self._frame_bytes = frame_bytes
        self.now = 0.0
        self.frames: list[tuple[float, int]] = []
        self.lags: list[float] = []
        self.questions: list[float] = []

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.tick()

    def tick(self, waiting: int = 0) -> bool:
        self.now += TICK_S
        self.terminal.answer(self.now, self.pacer)
        if self.pacer.needs_ping(self.now, waiting):
            self._ask()
        may_draw = self.pacer.may_draw(self.now, waiting)
        if may_draw:
            self._draw()
        self.lags.append(self.terminal.lag_s(self.now))
        return may_draw

    def fps(self, seconds: float) -> float:
        return sum(at > self.now - seconds for at, _ in self.frames) / seconds

    def bytes_per_s(self, seconds: float) -> float:
        return sum(size for at, size in self.frames if at > self.now - seconds) / seconds

    def _draw(self) -> None:
        size = self.pacer.most_frame_bytes if len(self.frames) < 2 else self._size()
        self.terminal.write(self.now, size)
        self.pacer.wrote(self.now, size)
        self.frames.append((self.now, size))
        if self.pacer.needs_answer(self.now):
            self._ask()

    def _size(self) -> int:
        return int(self._frame_bytes * 8 / self.pacer.threshold)

    def _ask(self) -> None:
        self.questions.append(self.now)
        self.terminal.ask(self.now, len(self.questions))
        self.pacer.asked(self.now, len(self.questions))


class WaitingCells(Scene):
    """What has moved little waits: a rougher threshold leaves fewer bytes at first than later."""

    def __init__(self, pacer: Pacer, terminal: Terminal) -> None:
        super().__init__(pacer, terminal)
        self._random = np.random.default_rng(3)
        self._levels, self._sent = np.zeros((2, 4000))
        self.thresholds: list[int] = []

    def _size(self) -> int:
        self.thresholds.append(self.pacer.threshold)
        sway = 7.0 * (1.0 + 0.8 * math.sin(2 * math.pi * self.now / SWAY_S))
        self._levels += self._random.normal(0.0, sway, 4000)
        is_drawn = np.abs(self._levels - self._sent) > self.pacer.threshold
        self._sent[is_drawn] = self._levels[is_drawn]
        return 20 * int(is_drawn.sum())


def scene(rate: float, *, budget: int = PLENTY, moving: int = 9, **terminal: float) -> Scene:
    made = Scene(Pacer(budget), Terminal(rate, **terminal))  # type: ignore[arg-type]
    made.pacer.moving_tiles = moving
    return made


def test_a_quick_terminal_gets_all() -> None:
    many, few = scene(50e6), scene(50e6, moving=4)
    many.run(5)
    few.run(5)
    assert many.fps(3) == pytest.approx(15, abs=0.5)
    assert few.fps(3) == pytest.approx(30, abs=0.5)
    assert many.pacer.threshold == few.pacer.threshold == LEAST_THRESHOLD
    assert many.pacer.lag_s < 0.02


@pytest.mark.parametrize("rate", [300e3, 150e3, 80e3])
@pytest.mark.parametrize("trip_s", [0.005, 0.05])
def test_what_is_shown_is_not_late_on_a_slow_link(rate: float, trip_s: float) -> None:
    slow = scene(rate, trip_s=trip_s)
    slow.run(8)
    slow.lags.clear()
    slow.run(20)
    assert max(slow.lags) < 0.3
    assert sum(slow.lags) / len(slow.lags) < 0.05
    assert slow.fps(10) > 10
    assert slow.bytes_per_s(10) > 0.5 * rate  # pictures are not rougher than they must be


def test_what_was_drawn_before_the_pictures_is_not_taken_for_distance() -> None:
    slow = scene(150e3)
    slow.terminal.write(0.0, 300_000)
    slow.run(8)
    assert slow.pacer.link.trip_s == pytest.approx(0.01, abs=0.04)
    slow.lags.clear()
    slow.run(10)
    assert max(slow.lags) < 0.3


def test_the_slowest_links_still_get_some() -> None:
    slow = scene(20e3)
    slow.run(20)
    slow.lags.clear()
    slow.run(20)
    assert max(slow.lags) < 0.5
    assert slow.fps(10) >= 2
    assert slow.pacer.threshold == MOST_THRESHOLD


@pytest.mark.parametrize("trip_s", [0.2, 0.6])
def test_a_terminal_far_away_is_not_taken_for_a_slow_one(trip_s: float) -> None:
    far = scene(50e6, trip_s=trip_s)
    far.run(10)
    assert far.fps(5) > 13
    assert far.pacer.threshold == LEAST_THRESHOLD
    assert far.pacer.budget_bytes_per_s > 1_000_000


def test_a_link_that_becomes_slow_and_quick_again() -> None:
    changing = scene(50e6, budget=1_000_000)
    changing.run(5)
    changing.terminal.rate = 100e3
    changing.run(5)
    changing.lags.clear()
    changing.run(10)
    assert max(changing.lags) < 0.3
    changing.terminal.rate = 50e6
    changing.run(15)
    assert changing.pacer.threshold == LEAST_THRESHOLD
    assert changing.fps(2) == pytest.approx(15, abs=0.5)


def test_a_terminal_that_never_answers_is_asked_seldom_and_gets_all() -> None:
    silent = scene(50e6, answers=False)
    silent.run(2)
    assert len(silent.questions) == 1
    silent.run(20)
    assert len(silent.questions) < 10
    assert silent.fps(20) > 13
    assert silent.pacer.threshold == LEAST_THRESHOLD


def test_at_most_two_questions_are_open() -> None:
    stuck = scene(50e6)
    stuck.run(2)
    asked = len(stuck.questions)
    stuck.terminal.answers = False
    stuck.run(0.9)
    assert len(stuck.questions) - asked <= 2
    assert stuck.pacer.is_held_back
    before = len(stuck.frames)
    stuck.run(20)  # answers may have been lost: one frame now and then, of ever fewer bytes
    assert 0 < len(stuck.frames) - before < 20
    stuck.terminal.answers = True
    stuck.run(30)
    assert stuck.fps(2) > 10


@pytest.mark.parametrize("budget", [300_000, 100_000, 40_000])
def test_the_budget_is_kept(budget: int) -> None:
    thrifty = scene(50e6, budget=budget)
    thrifty.run(10)
    assert 0.5 * budget < thrifty.bytes_per_s(5) < 1.15 * budget
    assert thrifty.pacer.threshold > LEAST_THRESHOLD


def test_pictures_do_not_become_rough_and_fine_in_turn() -> None:
    waiting = WaitingCells(Pacer(100_000), Terminal(50e6))
    waiting.pacer.moving_tiles = 9
    waiting.run(10)
    waiting.thresholds.clear()
    waiting.run(20)
    assert max(waiting.thresholds) < 1.5 * min(waiting.thresholds)
    assert waiting.bytes_per_s(20) > 0.5 * 100_000


def test_frames_become_fewer_when_roughness_is_not_enough() -> None:
    thrifty = scene(50e6, budget=15_000)
    thrifty.run(20)
    assert thrifty.pacer.threshold == MOST_THRESHOLD
    assert 2 <= thrifty.fps(5) < 8
    assert thrifty.bytes_per_s(5) < 1.15 * 15_000


def test_nothing_is_drawn_while_the_writer_has_much_left() -> None:
    full = scene(50e6)
    assert not any(full.tick(waiting=MOST_WAITING + 1) for _ in range(30))
    assert any(full.tick(waiting=MOST_WAITING) for _ in range(3))


def test_keys_come_first_and_every_other_frame_stays() -> None:
    typing = scene(50e6, moving=2)
    typing.run(2)
    typing.pacer.key_pressed(typing.now + TICK_S - 0.001)
    assert not typing.tick()
    assert [typing.tick() for _ in range(5)] == [True, False, True, False, True]
    typing.run(0.5)
    before = len(typing.frames)
    for _ in range(60):  # keys that repeat
        typing.pacer.key_pressed(typing.now)
        typing.tick()
    assert 25 <= len(typing.frames) - before <= 32


def test_answers_that_nobody_asked_for_change_nothing() -> None:
    asked = scene(50e6)
    asked.run(2)
    lag_s, open_questions = asked.pacer.lag_s, len(asked.terminal.under_way)
    for number in (-1, 0, 10_000):
        asked.pacer.answered(asked.now + 5, number)
    assert asked.pacer.lag_s == lag_s
    asked.run(1)
    assert asked.fps(1) == pytest.approx(15, abs=1)
    assert len(asked.terminal.under_way) <= max(1, open_questions)
