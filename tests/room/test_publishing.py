"""Starting, pausing and ending one's own streams."""

from __future__ import annotations

from typing import Any

import pytest

from proconf_tui.errors import PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import Label, Role
from proconf_tui.room import commands, events
from tests.support.rooms import ANA, HOST, locked_room, started_room


def test_producing_starts_a_stream_once() -> None:
    room = started_room(ANA)
    produce = commands.Produce(actor=ANA, label="audio")
    assert room.do(produce) == [events.StreamAdded(ANA, "audio")]
    assert room.do(produce) == []


def test_pausing_and_resuming_keep_the_stream() -> None:
    room = started_room(ANA)
    room.produce(ANA, "video")
    pause = commands.PauseStream(actor=ANA, label="video")
    resume = commands.ResumeStream(actor=ANA, label="video")
    assert room.do(pause) == [events.StreamPaused(ANA, "video")]
    assert room.member(ANA).streams["video"].is_paused
    assert room.do(pause) == []
    assert room.do(resume) == [events.StreamResumed(ANA, "video")]
    assert not room.member(ANA).streams["video"].is_paused
    assert room.do(resume) == []


def test_stopping_ends_a_stream() -> None:
    room = started_room(ANA)
    room.produce(ANA, "screen")
    stop = commands.StopProducing(actor=ANA, label="screen")
    assert room.do(stop) == [events.StreamClosed(ANA, "screen", "STOPPED", by=ANA)]
    assert room.do(stop) == []


@pytest.mark.parametrize("kind", [commands.PauseStream, commands.ResumeStream])
def test_a_stream_that_a_moderator_has_just_closed_stays_closed(kind: Any) -> None:
    room = started_room(ANA)
    room.produce(ANA, "audio")
    room.do(commands.MuteEveryone(actor=HOST))
    assert room.do(kind(actor=ANA, label="audio")) == []


@pytest.mark.parametrize(
    ("role", "label", "reason"),
    [
        ("speaker", "video", r"role \(speaker\) does not allow the camera"),
        ("listener", "audio", r"role \(listener\) does not allow publishing"),
        ("bot", "screen", r"role \(bot\) does not allow publishing"),
    ],
)
def test_a_role_without_the_right_is_refused_with_the_reason(
    role: Role, label: Label, reason: str
) -> None:
    room = started_room()
    room.enter(ANA, role)
    with pytest.raises(PermissionDenied, match=reason):
        room.produce(ANA, label)


def test_controls_forbid_with_the_reason_and_spare_moderators() -> None:
    room = started_room(ANA)
    room.do(commands.UpdateControls(actor=HOST, allow_produce_sources={"cam": False}))
    with pytest.raises(PermissionDenied, match="camera off"):
        room.produce(ANA, "video")
    room.do(commands.UpdateControls(actor=HOST, allow_produce=False))
    with pytest.raises(PermissionDenied, match="publishing off"):
        room.produce(ANA, "audio")
    room.produce(HOST, "audio", "video")
    assert room.labels(HOST) == {"audio", "video"}


def test_only_those_who_are_in_publish() -> None:
    room = locked_room(ANA)
    with pytest.raises(PermissionDenied, match="lobby"):
        room.produce(ANA, "audio")
    with pytest.raises(PeerNotFound):
        room.do(commands.Produce(actor=None, label="audio"))
