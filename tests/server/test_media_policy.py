"""What the engine is told follows from the room and from nothing else."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.base import Watched
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room import commands
from proconf_tui.server.media_policy import (
    AddPeer,
    EngineCall,
    MediaPlan,
    PeerMedia,
    RemovePeer,
    SetForwarding,
    SetReceiving,
    SetWatching,
    engine_calls,
    plan,
)
from tests.support.rooms import ANA, BEN, HOST, PureRoom

WITH_MEDIA = {HOST, ANA, BEN}
LABELS: list[Label] = ["audio", "video", "screen"]


def calls(room: PureRoom, *doings: commands.Command) -> list[EngineCall]:
    """Return what the engine is told because of ``doings``."""
    before = plan(room.state, WITH_MEDIA)
    room.do(*doings)
    return list(engine_calls(before, plan(room.state, WITH_MEDIA)))


def meeting() -> PureRoom:
    room = PureRoom()
    room.enter(HOST, role="host")
    room.enter(ANA)
    return room


def test_who_comes_in_is_added_and_may_receive() -> None:
    room = meeting()
    before = plan(room.state, WITH_MEDIA)
    room.enter(BEN)
    told = list(engine_calls(before, plan(room.state, WITH_MEDIA)))
    assert told == [AddPeer(BEN), SetReceiving(BEN, is_on=True)]


def test_who_waits_is_not_in_the_engine() -> None:
    room = meeting()
    room.do(commands.UpdateControls(actor=HOST, room_locked=True))
    room.enter(BEN)
    assert BEN in room.state.lobby
    assert BEN not in plan(room.state, WITH_MEDIA)


def test_who_joined_without_media_is_not_in_the_engine() -> None:
    assert set(plan(meeting().state, {ANA})) == {ANA}


def test_a_stream_is_forwarded_while_it_runs_and_is_not_paused() -> None:
    room = meeting()
    on, off = (SetForwarding(ANA, "audio", is_on=is_on) for is_on in (True, False))
    assert calls(room, commands.Produce(actor=ANA, label="audio")) == [on]
    assert calls(room, commands.PauseStream(actor=ANA, label="audio")) == [off]
    assert calls(room, commands.ResumeStream(actor=ANA, label="audio")) == [on]
    assert calls(room, commands.MuteEveryone(actor=HOST)) == [off]
    assert calls(room, commands.MuteEveryone(actor=HOST)) == []


def test_a_room_that_may_not_consume_receives_nothing_but_its_moderators() -> None:
    told = calls(meeting(), commands.UpdateControls(actor=HOST, allow_consume=False))
    assert told == [SetReceiving(ANA, is_on=False)]


def test_a_broken_connection_is_not_forwarded_and_starts_afresh() -> None:
    room = meeting()
    room.do(commands.Produce(actor=ANA, label="audio"))
    told = calls(room, commands.Disconnect(actor=ANA))
    assert told == [SetForwarding(ANA, "audio", is_on=False)]
    assert calls(room, commands.Reconnect(actor=ANA)) == [
        AddPeer(ANA),
        SetReceiving(ANA, is_on=True),
        SetForwarding(ANA, "audio", is_on=True),
    ]


def test_who_leaves_is_removed_and_a_closed_room_is_empty() -> None:
    room = meeting()
    assert calls(room, commands.Kick(actor=HOST, peer_id=ANA)) == [RemovePeer(ANA)]
    assert calls(room, commands.CloseRoom(actor=HOST)) == [RemovePeer(HOST)]


def test_what_somebody_watches_is_told_when_it_changes_and_with_a_fresh_connection() -> None:
    room = meeting()
    sees_all = plan(room.state, WITH_MEDIA)
    sees_one = plan(room.state, WITH_MEDIA, {ANA: {(HOST, "video"): None}, HOST: None})
    only_host = ((HOST, "video"),)
    assert list(engine_calls(sees_all, sees_one)) == [SetWatching(ANA, only_host)]
    assert list(engine_calls(sees_one, sees_one)) == []
    assert list(engine_calls(sees_one, sees_all)) == [SetWatching(ANA, None)]
    room.do(commands.Disconnect(actor=ANA))
    away = plan(room.state, WITH_MEDIA, {ANA: {(HOST, "video"): None}})
    assert list(engine_calls(sees_all, away)) == []
    assert next(engine_calls(away, sees_one)) == AddPeer(ANA, only_host)


def test_what_somebody_watches_is_told_in_the_order_they_named() -> None:
    room = meeting()
    before = plan(room.state, WITH_MEDIA)
    one: tuple[PeerId, Label] = (BEN, "video")
    other: tuple[PeerId, Label] = (HOST, "video")
    for first, second in ((one, other), (other, one)):
        named = plan(room.state, WITH_MEDIA, {ANA: {first: None, second: None}})
        assert list(engine_calls(before, named)) == [SetWatching(ANA, (first, second))]
        before = named


NAMES = st.tuples(st.sampled_from([HOST, BEN]), st.just("video"))
WATCHED = st.none() | st.lists(NAMES, unique=True).map(tuple)
MEDIA = st.builds(
    PeerMedia, st.booleans(), st.booleans(), st.frozensets(st.sampled_from(LABELS)), WATCHED
).map(
    # Nothing of one who is away is forwarded; `plan` never says so.
    lambda media: media if media.is_connected else dataclasses.replace(media, forwarded=frozenset())
)
PLANS = st.dictionaries(st.sampled_from([HOST, ANA, BEN]), MEDIA)


@given(st.lists(PLANS, min_size=1))
def test_following_the_calls_leads_to_what_was_planned(plans: list[MediaPlan]) -> None:
    receiving: dict[PeerId, bool] = {}
    watched: dict[PeerId, Watched | None] = {}
    forwarded: set[tuple[PeerId, Label]] = set()
    before: MediaPlan = {}
    for after in plans:
        for call in engine_calls(before, after):
            match call:
                case AddPeer(peer_id, names):
                    # As the engine does it: who is there already starts with nothing.
                    receiving[peer_id] = True
                    watched[peer_id] = names
                    forwarded = {each for each in forwarded if each[0] != peer_id}
                case RemovePeer(peer_id):
                    receiving.pop(peer_id, None)
                    watched.pop(peer_id, None)
                    forwarded = {each for each in forwarded if each[0] != peer_id}
                case SetReceiving(peer_id, is_on):
                    receiving[peer_id] = is_on
                case SetWatching(peer_id, names):
                    watched[peer_id] = names
                case SetForwarding(peer_id, label, is_on):
                    (forwarded.add if is_on else forwarded.discard)((peer_id, label))
        assert forwarded == {(peer, label) for peer in after for label in after[peer].forwarded}
        connected = [peer for peer, media in after.items() if media.is_connected]
        assert all(receiving[peer] == after[peer].can_receive for peer in connected)
        assert all(watched[peer] == after[peer].watched for peer in connected)
        before = after
