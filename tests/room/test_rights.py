"""Every right is checked at every command, for those who are in, who wait and who are gone."""

from __future__ import annotations

import pytest

from proconf_tui.errors import PeerNotFound, PermissionDenied
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import commands
from proconf_tui.room.commands import Command
from proconf_tui.room.permissions import Permissions
from tests.support.rooms import (
    ANA,
    BEN,
    EVE,
    HOST,
    MODERATORS_ONLY,
    changes_to,
    identity_of,
    locked_room,
)


def _moderation_by(actor: PeerId) -> list[Command]:
    everything = Permissions(admin=True)
    return [
        commands.UpdateControls(actor=actor, room_locked=False),
        commands.MuteEveryone(actor=actor),
        commands.CloseStreams(actor=actor, labels=frozenset({"audio"})),
        commands.Admit(actor=actor, peer_id=BEN),
        commands.AdmitAll(actor=actor),
        commands.Deny(actor=actor, peer_id=BEN),
        commands.Kick(actor=actor, peer_id=HOST),
        commands.Unblock(actor=actor, identity=identity_of(BEN)),
        commands.UpdateRole(actor=actor, peer_id=actor, role="host"),
        commands.UpdatePermissions(actor=actor, peer_id=actor, changes=changes_to(everything)),
        commands.CloseRoom(actor=actor),
    ]


def test_the_list_has_every_command_of_moderators() -> None:
    assert tuple(type(command) for command in _moderation_by(ANA)) == MODERATORS_ONLY


@pytest.mark.parametrize("command", _moderation_by(ANA), ids=lambda each: type(each).__name__)
def test_a_guest_moderates_nothing(command: Command) -> None:
    room = locked_room(ANA, BEN)
    room.do(commands.Admit(actor=HOST, peer_id=ANA))
    with pytest.raises(PermissionDenied, match="Only a moderator"):
        room.do(command)


@pytest.mark.parametrize("command", _moderation_by(BEN), ids=lambda each: type(each).__name__)
def test_one_who_waits_moderates_nothing(command: Command) -> None:
    room = locked_room(ANA, BEN)
    with pytest.raises(PermissionDenied, match="lobby"):
        room.do(command)


@pytest.mark.parametrize("command", _moderation_by(EVE), ids=lambda each: type(each).__name__)
def test_one_who_is_gone_moderates_nothing(command: Command) -> None:
    room = locked_room()
    room.enter(EVE, "coHost")
    room.do(commands.Leave(actor=EVE))
    with pytest.raises(PeerNotFound):
        room.do(command)
