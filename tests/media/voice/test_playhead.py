"""Packets here are 20 ms long; numbers and timestamps count from zero."""

from __future__ import annotations

from proconf_tui.media.voice.packets import PacketQueue, QueuedPacket
from proconf_tui.media.voice.playhead import Action, Playhead, Step

FRAME = 960


def _playhead(*sequences: int, pause: int = 0, copies: bool = True) -> Playhead:
    """A playhead that has begun with the first of these packets; ``pause`` is before the last."""
    queue = PacketQueue()
    for sequence in sequences:
        at = sequence * FRAME + (pause if sequence == sequences[-1] else 0)
        queue.insert(QueuedPacket(sequence, at, FRAME, b"%d" % sequence))
    playhead = Playhead(queue, lambda _payload: copies)
    playhead.begin()
    return playhead


def _steps(playhead: Playhead, count: int) -> list[tuple[Action, int, bytes]]:
    return [step[:3] for step in (playhead.step() for _ in range(count))]


def test_packets_are_played_one_after_another() -> None:
    played = _steps(_playhead(0, 1, 2), 3)
    assert played == [(Action.PLAY, FRAME, b"%d" % number) for number in range(3)]


def test_a_spurt_begins_when_its_first_packet_has_lain_long_enough() -> None:
    queue = PacketQueue()
    playhead = Playhead(queue, lambda _payload: False)
    queue.insert(QueuedPacket(7, 7 * FRAME, FRAME, b""))
    assert playhead.until_start(7 * FRAME + 100, 480.0) == 380.0
    assert playhead.step().action is Action.REST
    assert playhead.wait(379.5) == Step(Action.WAIT, 380)
    assert playhead.until_start(7 * FRAME + 500, 480.0) == -20.0
    playhead.begin()
    assert playhead.until_start(7 * FRAME + 500, 480.0) is None
    assert playhead.step().action is Action.PLAY


def test_a_lost_frame_is_repaired_from_the_packet_after_it() -> None:
    played = _steps(_playhead(0, 2), 3)
    assert played[1:] == [(Action.REPAIR, FRAME, b"2"), (Action.PLAY, FRAME, b"2")]


def test_of_several_lost_frames_only_the_last_can_be_repaired() -> None:
    actions = [action for action, _, _ in _steps(_playhead(0, 4), 5)]
    assert actions[1:] == [Action.CONCEAL, Action.CONCEAL, Action.REPAIR, Action.PLAY]


def test_without_a_copy_it_is_concealed() -> None:
    played = _steps(_playhead(0, 2, copies=False), 3)
    assert played[1:] == [(Action.CONCEAL, FRAME, b""), (Action.PLAY, FRAME, b"2")]


def test_where_no_number_is_missing_the_sender_was_silent() -> None:
    playhead = _playhead(0, 1, pause=3 * FRAME)
    assert [action for action, _, _ in _steps(playhead, 2)] == [Action.PLAY, Action.BRIDGE]
    assert playhead.until_start(4 * FRAME + 100, 480.0) == 380.0
    assert playhead.wait(200.0) == Step(Action.BRIDGE, 240)
    playhead.begin()
    assert playhead.step() == Step(Action.PLAY, FRAME, b"1")


def test_a_spurt_whose_first_packet_is_lost_begins_with_the_copy() -> None:
    playhead = _playhead(0, 2, pause=20 * FRAME)
    playhead.step()
    assert playhead.until_start(21 * FRAME, 0.0) == 0.0
    playhead.begin()
    assert _steps(playhead, 2) == [(Action.REPAIR, FRAME, b"2"), (Action.PLAY, FRAME, b"2")]


def test_when_nothing_comes_it_fades_for_100_ms_and_rests() -> None:
    playhead = _playhead(0)
    actions = [action for action, _, _ in _steps(playhead, 12)]
    assert actions == [Action.PLAY, *[Action.BRIDGE] * 10, Action.REST]
    assert not playhead.is_running


def test_what_was_bridged_stands_for_lost_frames() -> None:
    queue = PacketQueue()
    queue.insert(QueuedPacket(0, 0, FRAME, b"0"))
    playhead = Playhead(queue, lambda _payload: False)
    playhead.begin()
    assert [action for action, _, _ in _steps(playhead, 2)] == [Action.PLAY, Action.BRIDGE]
    queue.insert(QueuedPacket(2, 2 * FRAME, FRAME, b"2"))
    assert _steps(playhead, 2) == [(Action.CONCEAL, FRAME // 2, b""), (Action.PLAY, FRAME, b"2")]


def test_what_comes_late_is_played_whole_if_nothing_was_lost() -> None:
    queue = PacketQueue()
    queue.insert(QueuedPacket(0, 0, FRAME, b"0"))
    playhead = Playhead(queue, lambda _payload: False)
    playhead.begin()
    _steps(playhead, 4)
    queue.insert(QueuedPacket(1, FRAME, FRAME, b"1"))
    assert playhead.step() == Step(Action.PLAY, FRAME, b"1", replaced=1)


def _replaced_after_silence(sequence: int, timestamp: int) -> int:
    """Fade out after packet 0 and return what is counted for that when this packet comes."""
    queue = PacketQueue()
    queue.insert(QueuedPacket(0, 0, FRAME, b"0"))
    playhead = Playhead(queue, lambda _payload: False)
    playhead.begin()
    assert _steps(playhead, 12)[-1][0] is Action.REST
    queue.insert(QueuedPacket(sequence, timestamp, FRAME, b""))
    playhead.begin()
    return playhead.step().replaced


def test_fading_into_a_pause_replaces_nothing() -> None:
    assert _replaced_after_silence(1, 20 * FRAME) == 0


def test_fading_while_everything_is_lost_replaces_that_much() -> None:
    assert _replaced_after_silence(20, 20 * FRAME) == 5
    assert _replaced_after_silence(3, 20 * FRAME) == 2


def test_only_what_is_asked_for_is_bridged() -> None:
    playhead = _playhead(0)
    playhead.step()
    assert [playhead.step(room).samples for room in (480, 300, 1, 5000)] == [480, 360, 120, 480]


def test_dropping_keeps_what_is_wanted() -> None:
    playhead = _playhead(*range(20))
    assert playhead.drop_to(100 * FRAME, 3.0 * FRAME)
    assert playhead.step().payload == b"17"
    assert not playhead.drop_to(100 * FRAME, 3.0 * FRAME)
    assert not _playhead(0, 1, 2).drop_to(0.0, 0.0)


def test_gaps_that_are_no_multiple_of_what_libopus_conceals_are_rounded() -> None:
    queue = PacketQueue()
    queue.insert(QueuedPacket(0, 0, FRAME, b"0"))
    queue.insert(QueuedPacket(2, 2 * FRAME - 77, FRAME, b"2"))
    playhead = Playhead(queue, lambda _payload: False)
    playhead.begin()
    actions = _steps(playhead, 3)
    assert actions[1:] == [(Action.CONCEAL, 840, b""), (Action.PLAY, FRAME, b"2")]


def test_a_lost_frame_that_was_bridged_in_part_counts_once() -> None:
    queue = PacketQueue()
    playhead = Playhead(queue, lambda _payload: False)
    queue.insert(QueuedPacket(0, 0, FRAME, b"a"))
    playhead.begin()
    steps = [playhead.step(), playhead.step(FRAME // 2)]
    queue.insert(QueuedPacket(2, 2 * FRAME, FRAME, b"c"))
    steps += [playhead.step(), playhead.step()]
    assert [step.action for step in steps] == [
        Action.PLAY,
        Action.BRIDGE,
        Action.CONCEAL,
        Action.PLAY,
    ]
    counted = sum(step.replaced + (step.action is Action.CONCEAL) for step in steps)
    assert counted == 1
