"""Any commands in any order: what must hold in every room at every step (architecture.md, Walls).

Beside the room, the machine keeps for everybody who is in the view that their client would have,
folded from nothing but what it may be shown.
"""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import SOURCE_OF, Identity, Label, PeerId, Role
from proconf_tui.room import commands, events
from proconf_tui.room.commands import Command
from proconf_tui.room.decide import decide
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions, Sources
from proconf_tui.room.state import evolve, fold, follow
from proconf_tui.room.view import is_visible, needs_fresh_view, view
from proconf_tui.room.wire import decode_event, decode_state, encode_event, encode_state
from tests.support.rooms import MODERATORS_ONLY, ROOM

IDS = [PeerId(f"p{number}") for number in range(6)]
peers = st.sampled_from(IDS)
# p0 and p1 mostly moderate, so that most commands get past the first check.
actors = st.sampled_from([None, IDS[0], IDS[0], IDS[0], IDS[1], IDS[1], *IDS])
labels: st.SearchStrategy[Label] = st.sampled_from(["audio", "video", "screen"])
roles: st.SearchStrategy[Role] = st.sampled_from(list(BY_ROLE))
maybe = st.sampled_from([None, True, False])
control_changes = st.fixed_dictionaries(
    {
        "room_locked": maybe,
        "allow_produce": maybe,
        "allow_produce_sources": st.dictionaries(st.sampled_from(["mic", "cam"]), st.booleans()),
        "allow_send_data": maybe,
    }
)
sources = st.builds(Sources, cam=st.booleans(), mic=st.booleans(), screen=st.booleans())
permissions = st.builds(
    Permissions,
    admin=st.booleans(),
    can_produce=st.booleans(),
    can_produce_sources=sources,
    can_send_data=st.booleans(),
    can_recv_data=st.booleans(),
)


class MeetingMachine(RuleBasedStateMachine):
    """One room, six people who try everything, and the picture each of them has of it."""

    state: RoomState

    @initialize(
        is_locked=st.booleans(),
        max_peers=st.sampled_from([None, 2, 4]),
        first=st.lists(roles, min_size=1, max_size=5),
        is_host_last=st.booleans(),
    )
    def open(
        self, is_locked: bool, max_peers: int | None, first: list[Role], is_host_last: bool
    ) -> None:
        created = commands.CreateRoom(
            actor=None,
            room_id=ROOM,
            controls=Controls(room_locked=is_locked),
            passcode_hash="hash",
            max_peers=max_peers,
        )
        self.now = 0.0
        self.log = decide(None, created, self.now)
        self.state = fold(self.log)
        self.pictures: dict[PeerId, RoomState] = {}
        coming = list(zip(IDS, ["host", *first], strict=False))
        for peer, role in reversed(coming) if is_host_last else coming:
            self._enter(peer, role)
            self._try(commands.Produce(actor=peer, label="audio"))

    # --- what people try ------------------------------------------------------------------------

    @rule(peer=peers, role=roles, will_wait=st.booleans(), twin=st.booleans())
    def enter(self, peer: PeerId, role: Role, will_wait: bool, twin: bool) -> None:
        self._enter(peer, role, Identity("shared" if twin else peer), will_wait=will_wait)

    @rule(peer=peers)
    def leave(self, peer: PeerId) -> None:
        self._try(commands.Leave(actor=peer))

    @rule(peer=peers)
    def lose_the_connection(self, peer: PeerId) -> None:
        self._try(commands.Disconnect(actor=peer))

    @rule()
    def come_back(self) -> None:
        for peer in IDS:
            self._try(commands.Reconnect(actor=peer))

    @rule(actor=actors, peer=peers)
    def admit(self, actor: PeerId | None, peer: PeerId) -> None:
        self._try(commands.Admit(actor=actor, peer_id=peer))

    @rule(actor=actors)
    def admit_all(self, actor: PeerId | None) -> None:
        self._try(commands.AdmitAll(actor=actor))

    @rule(actor=actors, peer=peers)
    def deny(self, actor: PeerId | None, peer: PeerId) -> None:
        self._try(commands.Deny(actor=actor, peer_id=peer))

    @rule(actor=actors, peer=peers, block=st.booleans())
    def kick(self, actor: PeerId | None, peer: PeerId, block: bool) -> None:
        self._try(commands.Kick(actor=actor, peer_id=peer, block=block))

    @rule(actor=actors, peer=peers)
    def unblock(self, actor: PeerId | None, peer: PeerId) -> None:
        self._try(commands.Unblock(actor=actor, identity=Identity(peer)))

    @rule(actor=actors, change=control_changes)
    def update_controls(self, actor: PeerId | None, change: dict[str, Any]) -> None:
        self._try(commands.UpdateControls(actor=actor, **change))

    @rule(actor=actors, some=st.frozensets(labels), who=st.none() | st.lists(peers, max_size=3))
    def close_streams(
        self, actor: PeerId | None, some: frozenset[Label], who: list[PeerId] | None
    ) -> None:
        peer_ids = None if who is None else tuple(who)
        self._try(commands.CloseStreams(actor=actor, labels=some, peer_ids=peer_ids))

    @rule(actor=actors, allow_unmute=st.booleans())
    def mute_everyone(self, actor: PeerId | None, allow_unmute: bool) -> None:
        self._try(commands.MuteEveryone(actor=actor, allow_unmute=allow_unmute))

    @rule(peer=peers, label=labels)
    def produce(self, peer: PeerId, label: Label) -> None:
        self._try(commands.Produce(actor=peer, label=label))

    @rule(
        peer=peers,
        label=labels,
        kind=st.sampled_from([commands.StopProducing, commands.PauseStream, commands.ResumeStream]),
    )
    def handle_a_stream(self, peer: PeerId, label: Label, kind: Any) -> None:
        self._try(kind(actor=peer, label=label))

    @rule(actor=actors, peer=peers, role=roles)
    def update_role(self, actor: PeerId | None, peer: PeerId, role: Role) -> None:
        self._try(commands.UpdateRole(actor=actor, peer_id=peer, role=role))

    @rule(actor=actors, peer=peers, rights=permissions)
    def update_permissions(self, actor: PeerId | None, peer: PeerId, rights: Permissions) -> None:
        self._try(commands.UpdatePermissions(actor=actor, peer_id=peer, permissions=rights))

    @rule(peer=peers, is_up=st.booleans())
    def hand(self, peer: PeerId, is_up: bool) -> None:
        self._try((commands.RaiseHand if is_up else commands.LowerHand)(actor=peer))

    @rule(peer=peers, to=actors)
    def chat(self, peer: PeerId, to: PeerId | None) -> None:
        self._try(commands.SendChat(actor=peer, text="hello", to=to))

    @rule(actor=actors, number=st.integers(0, 3))
    def metadata(self, actor: PeerId | None, number: int) -> None:
        self._try(commands.UpdateRoomMetadata(actor=actor, metadata={"n": number}))
        self._try(commands.UpdatePeerMetadata(actor=actor, metadata={"n": number}))

    @rule(actor=actors, sure=st.integers(0, 9))
    def close_and_open_again(self, actor: PeerId | None, sure: int) -> None:
        if sure:
            return
        self._try(commands.CloseRoom(actor=actor))
        self._try(commands.CreateRoom(actor=None, room_id=ROOM))

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
    def an_unstarted_room_is_empty(self) -> None:
        assert self.state.is_started or not self.state.participants

    @invariant()
    def the_log_tells_everything(self) -> None:
        assert fold(self.log) == self.state

    @invariant()
    def every_picture_equals_the_view(self) -> None:
        assert self.pictures.keys() == self.state.participants.keys()
        for viewer, picture in self.pictures.items():
            assert picture == view(self.state, viewer)

    @invariant()
    def views_hide_what_is_not_theirs(self) -> None:
        for peer_id in IDS:
            shown = view(self.state, peer_id)
            rights = self.state.rights_of(peer_id)
            assert shown.passcode_hash is None
            if rights is None:
                assert shown == RoomState(room_id=ROOM)
            elif not rights.is_moderator:
                assert not shown.lobby
                assert not shown.blocked

    # --- how it runs ----------------------------------------------------------------------------

    def _enter(
        self,
        peer: PeerId,
        role: Role,
        identity: Identity | None = None,
        *,
        will_wait: bool = True,
    ) -> None:
        self._try(
            commands.Enter(
                actor=peer,
                identity=identity or Identity(peer),
                name=peer,
                role=role,
                permissions=BY_ROLE[role],
                will_wait=will_wait,
            )
        )

    def _try(self, command: Command) -> None:
        self.now += 1
        before = self.state
        try:
            happened = decide(before, command, self.now)
        except ProconfError:
            return
        if isinstance(command, MODERATORS_ONLY) and command.actor is not None:
            assert before.participants[command.actor].permissions.admin
        for event in happened:
            self._happen(event)
        self._check_seats(before)

    def _happen(self, event: Event) -> None:
        before = self.state
        self.state = evolve(before, event)
        self.log.append(event)
        for peer_id in IDS:
            self._show(event, peer_id, before)
        if isinstance(event, events.ControlsUpdated) and event.by is not None:
            assert before.participants[event.by].permissions.admin

    def _show(self, event: Event, peer_id: PeerId, before: RoomState) -> None:
        """Tell one client, over the wire, what it may know of ``event``."""
        is_told = is_visible(event, peer_id, before, self.state)
        if peer_id not in before.participants or peer_id not in self.state.participants:
            assert not is_told
        shown = [decode_event(encode_event(event))] if is_told else []
        if peer_id not in self.state.participants:
            self.pictures.pop(peer_id, None)
        elif needs_fresh_view(peer_id, before, self.state):
            snapshot = view(self.state, peer_id)
            self.pictures[peer_id] = decode_state(encode_state(snapshot))
        else:
            picture = self.pictures[peer_id]
            self.pictures[peer_id] = follow(picture, shown, self.state.version)

    def _check_seats(self, before: RoomState) -> None:
        """A full room may only have grown by a moderator, who always finds a seat."""
        limit = self.state.max_peers
        came = self.state.participants.keys() - before.participants.keys()
        if limit is not None and len(self.state.participants) > limit:
            assert all(self.state.participants[each].permissions.admin for each in came)


MeetingMachine.TestCase.settings = settings(
    max_examples=250,
    stateful_step_count=50,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
TestMeeting = MeetingMachine.TestCase
