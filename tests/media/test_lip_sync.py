from __future__ import annotations

import pytest

from proconf_tui.media.lip_sync import (
    AUDIO_CLOCK_HZ,
    VIDEO_CLOCK_HZ,
    HeldPictures,
    SenderReport,
    StreamClock,
    hold_s,
    lead_s,
)

NOON = 3_990_000_000


def ntp(seconds: float) -> int:
    """``seconds`` after noon as 64 bits of NTP time."""
    return (NOON << 32) + int(seconds * 2**32)


def clock(clock_hz: int, at_s: float, timestamp: int) -> StreamClock:
    made = StreamClock(clock_hz)
    made.take(SenderReport(ntp(at_s), timestamp))
    return made


@pytest.mark.parametrize(
    ("timestamp", "after_noon_s"),
    [(48_000, 10.0), (96_000, 11.0), (24_000, 9.5), (0, 9.0), (0xFFFFFFFF - 47_999, 8.0)],
)
def test_a_timestamp_has_its_instant_by_the_report(timestamp: int, after_noon_s: float) -> None:
    at = clock(AUDIO_CLOCK_HZ, 10.0, 48_000).sent_at(timestamp)
    assert at == pytest.approx(NOON + after_noon_s, abs=1e-5, rel=0)


def test_timestamps_wrap() -> None:
    at = clock(VIDEO_CLOCK_HZ, 0.0, 0xFFFFFFFF - 89_999).sent_at(90_000)
    assert at == pytest.approx(NOON + 2.0, abs=1e-5, rel=0)


def test_the_newest_report_counts_and_one_before_any_packet_does_not() -> None:
    followed = StreamClock(AUDIO_CLOCK_HZ)
    assert followed.sent_at(5) is None
    followed.take(SenderReport(0, 0))
    assert followed.sent_at(5) is None
    followed.take(SenderReport(ntp(1.0), 1000))
    followed.take(SenderReport(ntp(5.0), 1000))
    followed.take(SenderReport(0, 0))
    assert followed.sent_at(1000) == pytest.approx(NOON + 5.0, abs=1e-5, rel=0)


def test_a_picture_waits_for_its_sound() -> None:
    """The picture is of 2.00; now the sound of 1.85 goes to a loudspeaker 30 ms away."""
    picture_at = clock(VIDEO_CLOCK_HZ, 1.0, 0).sent_at(90_000)
    sound_at = clock(AUDIO_CLOCK_HZ, 2.0, 480_000).sent_at(480_000 - 7_200)
    lead = lead_s(picture_at, sound_at, 0.03)
    assert lead == pytest.approx(0.18, abs=1e-5)
    assert hold_s(lead) == pytest.approx(0.18, abs=1e-5)


@pytest.mark.parametrize(
    ("picture_at", "sound_at", "lead", "hold"),
    [
        (None, 5.0, None, 0.0),
        (5.0, None, None, 0.0),
        (5.0, 5.0, 0.0, 0.0),
        (5.0, 5.25, -0.25, 0.0),
        (5.0, 4.75, 0.25, 0.25),
        (5.0, 4.0, 1.0, 0.5),
        (9.0, 5.0, None, 0.0),
        (5.0, 9.0, None, 0.0),
    ],
)
def test_no_picture_waits_for_long_nor_by_reports_that_cannot_be(
    picture_at: float | None, sound_at: float | None, lead: float | None, hold: float
) -> None:
    assert lead_s(picture_at, sound_at, 0.0) == lead
    assert hold_s(lead) == hold


def test_pictures_come_out_when_they_are_due() -> None:
    held: HeldPictures[str] = HeldPictures()
    held.add("first", 1.0)
    held.add("second", 2.0)
    taken = [(held.next_at, held.take(now)) for now in (0.9, 1.0, 2.5, 3.0)]
    assert taken == [(1.0, None), (1.0, "first"), (2.0, "second"), (None, None)]


def test_the_newest_of_those_due_is_shown_and_the_older_ones_are_dropped() -> None:
    held: HeldPictures[str] = HeldPictures()
    for name, due_at in (("first", 1.0), ("late", 3.0), ("third", 1.5), ("fourth", 4.0)):
        held.add(name, due_at)
    assert held.take(2.0) == "third"
    assert held.next_at == 4.0
    assert held.take(3.5) is None


def test_of_too_many_the_oldest_is_still_shown() -> None:
    held: HeldPictures[int] = HeldPictures()
    for number in range(40):
        held.add(number, 10.0 + number)
    shown = [held.take(10.0 + number) for number in range(40)]
    assert shown == [*range(31), *[None] * 8, 39]
