"""Who is shown as speaking, between words too."""

from __future__ import annotations

from proconf_tui.tui.speaking import HELD_FOR_S, SpeakingHold


def test_between_two_words_one_is_still_shown() -> None:
    hold = SpeakingHold[str]()
    assert not hold.hear({"ben"}, 0.0)
    assert hold.speaking(0.1) == {"ben"}
    assert hold.hear(set(), 0.2)
    assert hold.speaking(0.2 + HELD_FOR_S * 0.9) == {"ben"}
    assert hold.speaking(0.2 + HELD_FOR_S) == set()


def test_who_goes_on_is_held_anew() -> None:
    hold = SpeakingHold[str]()
    hold.hear({"ben"}, 0.0)
    hold.hear(set(), 0.2)
    assert not hold.hear({"ben"}, 0.9)
    assert hold.hear(set(), 1.1)
    assert hold.speaking(1.1 + HELD_FOR_S * 0.9) == {"ben"}


def test_who_is_loud_all_the_time_needs_no_news() -> None:
    hold = SpeakingHold[str]()
    hold.hear({"ben"}, 0.0)
    assert hold.speaking(60.0) == {"ben"}
    assert hold.hear({"cora"}, 60.0)
    assert hold.speaking(60.5) == {"ben", "cora"}


def test_silence_is_no_news() -> None:
    hold = SpeakingHold[str]()
    assert not hold.hear(set(), 0.0)
    assert hold.speaking(0.0) == set()
