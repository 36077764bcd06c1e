"""Which tile is large, as screens come and go while people pin and change the layout."""

from __future__ import annotations

from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Person
from proconf_tui.tui.video.stage import Stage
from proconf_tui.tui.video.subjects import Subject, TileKey

A, B = TileKey(PeerId("a")), TileKey(PeerId("b"))
A_SCREEN, B_SCREEN = TileKey(A.peer_id, "screen"), TileKey(B.peer_id, "screen")
MY_SCREEN = TileKey(PeerId("me"), "screen")


def set_up(stage: Stage, *keys: TileKey) -> Stage:
    stage.set([_subject(key) for key in (A, B, *keys)])
    return stage


def _subject(key: TileKey) -> Subject:
    name = str(key.peer_id)
    return Subject(
        Person(key.peer_id, name, "guest", name == "me", False, True, True, False, True), key.label
    )


def test_a_screen_takes_the_stage_and_gives_back_what_was_before() -> None:
    stage = set_up(Stage())
    assert (stage.has_large, stage.large(B)) == (False, None)
    assert set_up(stage, A_SCREEN).large(B) == A_SCREEN
    assert stage.has_large
    assert not set_up(stage).has_large
    stage.toggle()
    assert stage.large(B) == B
    assert set_up(stage, A_SCREEN).large(B) == A_SCREEN
    assert set_up(stage).large(B) == B


def test_the_newest_screen_is_seen_and_then_the_one_before() -> None:
    stage = set_up(Stage(), A_SCREEN)
    assert set_up(stage, A_SCREEN, B_SCREEN).large(None) == B_SCREEN
    assert set_up(stage, A_SCREEN).large(None) == A_SCREEN


def test_what_is_pinned_stays_where_it_is() -> None:
    stage = set_up(Stage())
    stage.pin(A)
    assert set_up(stage, B_SCREEN).large(None) == A
    stage.pin(A)
    assert stage.large(None) == B_SCREEN, "it is still to be seen"


def test_a_pinned_screen_that_ends_is_pinned_no_more() -> None:
    stage = set_up(Stage(), A_SCREEN)
    stage.pin(A_SCREEN)
    assert set_up(stage).pinned is None
    assert not stage.has_large


def test_who_goes_over_to_the_grid_is_left_there_until_another_begins() -> None:
    stage = set_up(Stage(), A_SCREEN)
    stage.toggle()
    assert not set_up(stage, A_SCREEN).has_large
    assert set_up(stage, A_SCREEN, B_SCREEN).large(None) == B_SCREEN
    assert not set_up(stage, A_SCREEN).has_large
    stage.toggle()
    assert stage.large(B) == A_SCREEN, "a screen comes before who speaks"


def test_one_that_ends_and_begins_again_takes_the_stage_again() -> None:
    stage = set_up(Stage(), A_SCREEN)
    stage.toggle()
    set_up(stage)
    assert set_up(stage, A_SCREEN).large(None) == A_SCREEN


def test_what_one_shares_oneself_takes_no_stage_but_can_be_pinned() -> None:
    stage = set_up(Stage(), MY_SCREEN)
    assert not stage.has_large
    stage.pin(MY_SCREEN)
    assert stage.large(None) == MY_SCREEN


def test_screens_are_pinned_one_after_the_other() -> None:
    stage = set_up(Stage(), A_SCREEN, B_SCREEN)
    pinned = []
    for _ in range(4):
        stage.pin_next_screen([A_SCREEN, B_SCREEN])
        pinned.append(stage.pinned)
    assert pinned == [A_SCREEN, B_SCREEN, None, A_SCREEN]
    stage.pin_next_screen([])
    assert stage.pinned is None
