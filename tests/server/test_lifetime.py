"""Rooms end when they expire, when all have left, or when nobody ever came."""

from __future__ import annotations

from proconf_tui.room import commands
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.lifetime import End, ends_at
from tests.support.rooms import HOST, PureRoom

CONFIG = ServerConfig(empty_room_s=60.0, unstarted_room_s=1000.0)


def test_a_room_in_use_does_not_end() -> None:
    room = PureRoom()
    room.enter(HOST, role="host")
    assert ends_at(room.state, 0.0, CONFIG) is None


def test_a_room_that_all_have_left_ends_soon() -> None:
    room = PureRoom()
    room.enter(HOST, role="host")
    room.do(commands.Leave(actor=HOST))
    assert ends_at(room.state, 100.0, CONFIG) == End(160.0, "CLOSED", is_for_emptiness=True)


def test_a_room_made_ahead_is_kept_for_its_meeting() -> None:
    assert ends_at(PureRoom().state, 100.0, CONFIG) == End(1100.0, "EXPIRED", is_for_emptiness=True)
    assert ends_at(PureRoom(expires_at=5000.0).state, 100.0, CONFIG) == End(5000.0, "EXPIRED")


def test_a_room_in_use_ends_when_it_expires() -> None:
    room = PureRoom(expires_at=5000.0)
    room.enter(HOST, role="host")
    assert ends_at(room.state, 0.0, CONFIG) == End(5000.0, "EXPIRED")
