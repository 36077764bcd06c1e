"""Any commands in any order: what must hold in every room at every step (architecture.md, Walls).

Beside the room, the machine keeps for everybody who is in the picture that their client would
have, and what a store would have of the room.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_args

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from proconf_tui.protocol.ids import SOURCE_OF, PeerId
from proconf_tui.room import commands, events
from proconf_tui.room.commands import Command
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import fold
from proconf_tui.room.view import view
from proconf_tui.room.wire import decode_event, decode_state, encode_event, encode_state
from tests.support.onlookers import Onlookers, Told
from tests.support.room_rules import RoomRules
from tests.support.rooms import MODERATORS_ONLY, ROOM

CONTROLS_MOVE_BY = (commands.UpdateControls, commands.MuteEveryone)
COMINGS_AND_GOINGS = (events.PeerKnocked, events.LobbyLeft)
BLOCKS = (events.IdentityBlocked, events.IdentityUnblocked)


class MeetingMachine(RoomRules):
    """One room, six people who try everything, and the picture each of them has of it."""

    accepted: ClassVar[set[type[Any]]] = set()
    """The kinds of commands that changed a room, of all runs together."""
    told: ClassVar[set[type[Any]]] = set()
    """The kinds of events that somebody was told."""
    resumed: ClassVar[set[str]] = set()
    """The ways in which somebody came back."""

    def __init__(self) -> None:
        super().__init__()
        self.onlookers = Onlookers()
        self.trimmed_to: RoomState | None = None

    # --- what happens beside the room -----------------------------------------------------------

    def happened(self, command: Command, before: RoomState, events: list[Event]) -> None:
        self.accepted.add(type(command))
        _check_right(command, before, self.state)
        _check_seats(before, self.state)
        for told in self.onlookers.take(before, events):
            assert decode_event(encode_event(told.event)) == told.event
            _check_event(told, command)
            _check_audience(told)
            if told.viewers:
                self.told.add(type(told.event))
        if isinstance(command, commands.Reconnect) and command.actor in self.state.participants:
            kept_since = self.trimmed_to.version if self.trimmed_to else 0
            self.resumed.add(self.onlookers.come_back(command.actor, self.log, kept_since))

    def forget_last(self, peer_id: PeerId, count: int) -> None:
        self.onlookers.forget_last(peer_id, count)

    @rule(is_sure=st.booleans())
    def trim_the_log(self, is_sure: bool) -> None:
        """Keep the state instead of the events up to here, as a store does."""
        if is_sure:
            self.trimmed_to = decode_state(encode_state(self.state))

    # --- what must hold -------------------------------------------------------------------------

    @invariant()
    def nobody_waits_and_is_in(self) -> None:
        assert not self.state.lobby.keys() & self.state.participants.keys()

    @invariant()
    def nobody_publishes_what_rights_forbid(self) -> None:
        for peer_id, member in self.state.participants.items():
            rights = self.state.rights_of(peer_id)
            assert rights is not None
            assert all(rights.may_produce(SOURCE_OF[label]) for label in member.streams)

    @invariant()
    def nobody_waits_for_nothing(self) -> None:
        state = self.state
        if state.lobby and state.is_started and not state.controls.room_locked:
            assert state.max_peers is not None
            assert len(state.participants) >= state.max_peers

    @invariant()
    def nobody_blocked_is_here(self) -> None:
        inside = {each.identity for each in self.state.participants.values()}
        waiting = {each.identity for each in self.state.lobby.values()}
        assert not (inside | waiting) & self.state.blocked

    @invariant()
    def an_unstarted_or_closed_room_is_empty(self) -> None:
        if self.state.closed or not self.state.is_started:
            assert not self.state.participants
        if self.state.closed:
            assert not self.state.lobby
            assert not self.state.chat

    @invariant()
    def no_line_is_said_twice(self) -> None:
        keys = [(line.from_peer_id, line.key) for line in self.state.chat if line.key]
        assert len(keys) == len(set(keys))

    @invariant()
    def no_private_line_outlives_its_readers(self) -> None:
        present = self.state.participants.keys()
        assert all(line.to is None or present & set(_ends(line)) for line in self.state.chat)

    @invariant()
    def every_picture_equals_the_view(self) -> None:
        clients = self.onlookers.clients
        assert clients.keys() == self.state.participants.keys()
        for viewer, client in clients.items():
            assert client.is_connected == self.state.participants[viewer].is_connected
            if client.is_connected:
                assert client.picture is not None
                assert client.version <= self.state.version
                # Who is told nothing learns nothing of new versions either.
                assert client.picture == _at(view(self.state, viewer), client.version)

    @invariant()
    def views_hide_what_is_not_theirs(self) -> None:
        for peer_id in self.ids:
            shown = view(self.state, peer_id)
            rights = self.state.rights_of(peer_id)
            assert shown.passcode_hash is None
            if rights is None:
                assert shown == RoomState(room_id=ROOM)
            elif not rights.is_moderator:
                assert not shown.lobby
                assert not shown.blocked
            if rights is not None and not rights.permissions.can_recv_data:
                assert not shown.chat
            assert all(line.to is None or peer_id in _ends(line) for line in shown.chat)
            if rights is not None:
                joined_at = self.state.participants[peer_id].joined_at
                assert all(line.said_at > joined_at for line in shown.chat)

    @invariant()
    def the_log_tells_everything(self) -> None:
        assert self.state.version == len(self.log)
        assert decode_state(encode_state(self.state)) == self.state

    def teardown(self) -> None:
        """Make the room anew from all of its log, and from what a trimmed log keeps of it."""
        log = [decode_event(encode_event(event)) for event in self.log]
        if log:
            assert fold(log) == self.state
        if self.trimmed_to is not None:
            assert fold(log[self.trimmed_to.version :], self.trimmed_to) == self.state


# --- what must hold of one command and one event ------------------------------------------------


def _check_right(command: Command, before: RoomState, after: RoomState) -> None:
    """Nobody without ``admin`` moves a control, a door, a person or another's rights."""
    actor = command.actor
    if isinstance(command, MODERATORS_ONLY) and actor is not None:
        assert before.participants[actor].permissions.admin
    if before.closed is None and before.controls != after.controls:
        assert isinstance(command, CONTROLS_MOVE_BY)
    if isinstance(command, commands.Enter):
        assert command.token_id not in before.refused_tokens
        assert command.identity not in before.blocked


def _check_seats(before: RoomState, after: RoomState) -> None:
    """A full room may only have grown by a moderator, who always finds a seat."""
    came = after.participants.keys() - before.participants.keys()
    if after.max_peers is not None and len(after.participants) > after.max_peers:
        assert all(after.participants[each].permissions.admin for each in came)


def _check_event(told: Told, command: Command) -> None:
    before = told.before
    match told.event:
        case events.ControlsUpdated(by=by) if by is not None:
            assert before.participants[by].permissions.admin
        case events.PeerKnocked(waiting) if before.expires_at is not None:
            assert waiting.knocked_at < before.expires_at
        case events.PeerJoined(member, by):
            # Through a locked door nobody comes but by the hand of a moderator, or as one.
            is_let_in = by is not None or command.actor is None
            assert is_let_in or member.permissions.admin or not before.controls.room_locked
        case events.PeerLeft(peer_id, "KICKED", by):
            target = before.participants[peer_id]
            assert target.token_id in told.after.refused_tokens
            assert target.role != "host" or by is None or before.participants[by].role == "host"
        case events.RoleUpdated(role="host", by=by) if by is not None:
            assert before.participants[by].role == "host"
        case events.StreamAdded(peer_id, label):
            rights = before.rights_of(peer_id)
            assert rights is not None
            assert rights.may_produce(SOURCE_OF[label])
        case events.ChatSaid(line):
            rights = before.rights_of(line.from_peer_id)
            assert rights is not None
            assert rights.may_send_data()


def _check_audience(told: Told) -> None:
    """Who waits is told nothing; who is in, only what concerns them."""
    for viewer in told.viewers:
        assert viewer not in told.before.lobby
        assert viewer not in told.after.lobby
        rights = told.before.participants[viewer].permissions
        match told.event:
            case events.ChatSaid(line):
                assert rights.can_recv_data
                assert line.to is None or viewer in _ends(line)
            case events.PeerDisconnected(peer_id) | events.PeerReconnected(peer_id):
                assert rights.admin or peer_id not in told.before.lobby
            case event if isinstance(event, COMINGS_AND_GOINGS + BLOCKS):
                assert rights.admin


def _ends(line: Any) -> tuple[PeerId, PeerId | None]:
    return line.from_peer_id, line.to


def _at(state: RoomState, version: int) -> RoomState:
    return msgspec.structs.replace(state, version=version)


def test_any_meeting() -> None:
    """Run it, and see to it that it came to every command, every event and both ways back.

    Nobody is left who could be told that a room is made or closed.
    """
    run_state_machine_as_test(
        MeetingMachine,
        settings=settings(
            max_examples=300,
            stateful_step_count=60,
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert MeetingMachine.accepted == set(get_args(Command))
    untold = set(get_args(Event)) - MeetingMachine.told
    assert untold == {events.RoomCreated, events.RoomClosed}
    assert MeetingMachine.resumed == {"events", "view"}
