"""Who looks at what, and what that means for those who publish it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.messages import SizePx, WatchedStream
from proconf_tui.server.media_policy import MediaPlan, PeerMedia
from proconf_tui.server.watching import ALL_IN_ANY_SIZE, Watching, wanted, watching

ANA, BEN, CYD = PeerId("ana"), PeerId("ben"), PeerId("cyd")
IN = PeerMedia(is_connected=True, can_receive=True, forwarded=frozenset())
AWAY = PeerMedia(is_connected=False, can_receive=True, forwarded=frozenset())
BLIND = PeerMedia(is_connected=True, can_receive=False, forwarded=frozenset())
ALL_IN: MediaPlan = {ANA: IN, BEN: IN, CYD: IN}


def seen(peer_id: PeerId, width_px: int, height_px: int, label: Label = "video") -> WatchedStream:
    return WatchedStream(peer_id, label, width_px, height_px)


def test_what_is_named_twice_counts_in_the_larger_size() -> None:
    named = watching([seen(ANA, 100, 90), seen(BEN, 1, 1), seen(ANA, 80, 120)])
    assert named == {(ANA, "video"): SizePx(100, 120), (BEN, "video"): SizePx(1, 1)}


def test_sound_is_not_watched() -> None:
    with pytest.raises(InvalidMessage, match="Only pictures"):
        watching([seen(ANA, 1, 1), seen(ANA, 1, 1, "audio")])


def test_the_largest_of_all_sizes_is_wanted() -> None:
    told = wanted(
        ALL_IN,
        {
            ANA: watching([seen(CYD, 320, 90), seen(CYD, 64, 64, "screen")]),
            BEN: watching([seen(CYD, 160, 180)]),
            CYD: {},
        },
    )
    assert told == {
        ANA: {},
        BEN: {},
        CYD: {"video": SizePx(320, 180), "screen": SizePx(64, 64)},
    }


def test_who_watches_everything_wants_all_in_any_size_but_their_own() -> None:
    told = wanted(ALL_IN, {ANA: None, BEN: watching([seen(ANA, 160, 90)]), CYD: {}})
    assert told == {ANA: {"video": SizePx(160, 90)}, BEN: ALL_IN_ANY_SIZE, CYD: ALL_IN_ANY_SIZE}
    both = wanted(ALL_IN, {ANA: None, BEN: None})
    assert both == dict.fromkeys(ALL_IN, ALL_IN_ANY_SIZE)


@pytest.mark.parametrize("plan", [{ANA: AWAY, BEN: IN}, {ANA: BLIND, BEN: IN}, {BEN: IN}])
@pytest.mark.parametrize("watched", [None, watching([seen(BEN, 160, 90)])])
def test_who_gets_nothing_counts_for_nothing(plan: MediaPlan, watched: Watching | None) -> None:
    assert wanted(plan, {ANA: watched})[BEN] == {}


def test_own_pictures_strangers_and_silence_count_for_nothing() -> None:
    mine = watching([seen(ANA, 160, 90), seen(PeerId("nobody"), 160, 90)])
    assert wanted({ANA: IN, BEN: IN}, {ANA: mine}) == {ANA: {}, BEN: {}}


def test_who_is_away_is_told_nothing() -> None:
    assert wanted({ANA: IN, BEN: AWAY}, {ANA: None}) == {ANA: {}}


peers = st.sampled_from([ANA, BEN, CYD])
labels: st.SearchStrategy[Label] = st.sampled_from(["video", "screen"])
sides = st.integers(1, 8192)
named = st.lists(st.builds(WatchedStream, peers, labels, sides, sides), max_size=6).map(watching)
plans = st.dictionaries(peers, st.sampled_from([IN, AWAY, BLIND]))


@given(plans, st.dictionaries(peers, st.none() | named))
def test_everybody_sees_at_least_their_size_and_nobody_else_is_served(
    plan: MediaPlan, watchers: dict[PeerId, Watching | None]
) -> None:
    told = wanted(plan, watchers)
    assert told.keys() == {peer for peer, media in plan.items() if media.is_connected}
    for publisher, sizes in told.items():
        others = [
            each
            for peer, each in watchers.items()
            if peer != publisher
            and plan.get(peer) == IN
            and (each is None or publisher in _of(each))
        ]
        if None in others:
            assert sizes == ALL_IN_ANY_SIZE
            continue
        for label in ("video", "screen"):
            asked = [
                each[publisher, label] for each in others if each and (publisher, label) in each
            ]
            assert (label in sizes) == bool(asked)
            size = sizes.get(label)
            if size is not None:
                assert size.width_px == max(each.width_px for each in asked)
                assert size.height_px == max(each.height_px for each in asked)


def _of(watched: Watching) -> set[PeerId]:
    return {publisher for publisher, _ in watched}
