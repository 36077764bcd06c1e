from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.media.voice.numbering import Numbering
from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.packets import AudioPacket
from proconf_tui.media.voice.playhead import Action
from proconf_tui.media.voice.stream import Counters, Stream

FRAME = 960
BLOCK = 480
# Both numbers wrap within the first packets.
FIRST_SEQUENCE = 0xFFFF - 5
FIRST_TIMESTAMP = 0xFFFF_FFFF - 8 * FRAME


class _Rig:
    """A stream, pushed by packet number and stepped through 10 ms at a time."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.stream = Stream(self.counters, lambda _payload: False)
        self.played: list[int] = []
        self.actions: list[Action] = []
        self._numbering = Numbering()
        self._ahead = 0

    def push(self, number: int, clock: float, *, timestamp: int | None = None) -> None:
        at = number * FRAME if timestamp is None else timestamp
        packet = AudioPacket(
            (FIRST_SEQUENCE + number) & 0xFFFF, (FIRST_TIMESTAMP + at) & 0xFFFF_FFFF, b""
        )
        place = self._numbering.place(packet, FRAME)
        if place is not None:
            self.stream.push(place, FRAME, b"%d" % number, clock)

    def play(self, clock: float) -> None:
        while self._ahead < BLOCK:
            step = self.stream.next_step(clock + self._ahead, BLOCK - self._ahead)
            self.actions.append(step.action)
            if step.action is Action.PLAY:
                self.played.append(int(step.payload))
            if step.action is Action.REST:
                self._ahead = BLOCK
            self._ahead += step.samples
        self._ahead -= BLOCK


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.sampled_from([0, 100, BLOCK, FRAME, 50_000])), max_size=80
    )
)
def test_in_whatever_order_packets_come_they_are_played_forwards(
    arrivals: list[tuple[int, int]],
) -> None:
    rig, clock = _Rig(), 1e6
    for number, wait in arrivals:
        rig.push(number, clock)
        clock += wait
        rig.play(clock)
    for _ in range(200):
        clock += BLOCK
        rig.play(clock)
    assert rig.played == sorted(set(rig.played))
    assert set(rig.played) <= {number for number, _ in arrivals}
    assert rig.actions[-1:] in ([], [Action.REST])


def _run_evenly(rig: _Rig, numbers: range, missing: Collection[int] = ()) -> None:
    for number in numbers:
        clock = 1e6 + number * FRAME
        if number not in missing:
            rig.push(number, clock)
        rig.play(clock)
        rig.play(clock + BLOCK)


def test_missing_numbers_are_lost_and_concealed() -> None:
    rig = _Rig()
    _run_evenly(rig, range(100), {50, 60, 61})
    assert rig.counters.lost == 3
    assert rig.played[-1] == 99


def test_a_silent_sender_is_not_a_lossy_one() -> None:
    rig = _Rig()
    _run_evenly(rig, range(20))
    for number in range(20, 30):
        at = 20 * FRAME + (number - 20) * 20 * FRAME
        for block in range(40):
            clock = 1e6 + at + block * BLOCK
            if block == 0:
                rig.push(number, clock, timestamp=at)
            rig.play(clock)
    assert rig.counters.lost == 0
    assert rig.played == list(range(30))
    assert Action.CONCEAL not in rig.actions


def test_the_delay_stays_what_is_wanted() -> None:
    rig = _Rig()
    _run_evenly(rig, range(500))
    lag = rig.stream.lag(1e6 + 500 * FRAME)
    assert 0 <= lag <= rig.stream.spare + 2 * BLOCK


def test_what_is_far_too_late_is_dropped_at_once() -> None:
    rig = _Rig()
    _run_evenly(rig, range(100))
    clock = 1e6 + 150 * FRAME
    for number in range(100, 151):
        rig.push(number, clock)
    step = rig.stream.next_step(clock, BLOCK)
    assert not step.follows
    assert step.pace is not Pace.LENGTHEN
    assert int(step.payload) >= 148
    assert rig.counters.lost == 0


def test_a_late_packet_is_counted_and_not_played() -> None:
    rig = _Rig()
    _run_evenly(rig, range(100), {90})
    rig.push(90, 1e6 + 100 * FRAME)
    assert rig.counters.late == 1
    assert 90 not in rig.played
