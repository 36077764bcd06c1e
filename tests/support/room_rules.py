"""What people try in a room, in any order: the rules of a Hypothesis state machine, nothing judged.

Six people come, go, come again under a new id and try everything on each other, whether they may
or not. What must hold, and who is told what, is for the machines made of this.
"""

from __future__ import annotations

import abc
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Identity, Label, PeerId, Role
from proconf_tui.room import commands
from proconf_tui.room.commands import Command
from proconf_tui.room.decide import decide
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions, Sources
from proconf_tui.room.state import fold
from tests.support.rooms import ROOM, changes_to

PEOPLE: Final = 6

people = st.integers(0, PEOPLE - 1)
# The first two mostly moderate, so that most commands get past the first check; None is the server.
actors = st.sampled_from([None, 0, 0, 0, 1, 1, *range(PEOPLE)])
labels: st.SearchStrategy[Label] = st.sampled_from(["audio", "video", "screen"])
roles: st.SearchStrategy[Role] = st.sampled_from(list(BY_ROLE))
maybe = st.sampled_from([None, True, False])
rarely = st.integers(0, 4).map(lambda number: number == 0)
control_changes = st.fixed_dictionaries(
    {
        "room_locked": maybe,
        "allow_produce": maybe,
        "allow_produce_sources": st.none()
        | st.dictionaries(st.sampled_from(["mic", "cam", "screen"]), st.booleans()),
        "allow_consume": maybe,
        "allow_send_data": maybe,
    }
)
permissions = st.builds(
    Permissions,
    admin=st.booleans(),
    can_consume=st.booleans(),
    can_produce=st.booleans(),
    can_produce_sources=st.builds(Sources, cam=st.booleans(), mic=st.booleans()),
    can_send_data=st.booleans(),
    can_recv_data=st.booleans(),
    can_update_metadata=st.booleans(),
)
rooms = st.fixed_dictionaries(
    {
        "controls": st.builds(Controls, room_locked=st.booleans()),
        "max_peers": st.sampled_from([None, 2, 4]),
        "expires_at": st.sampled_from([None, None, 40.0]),
    }
)


class RoomRules(RuleBasedStateMachine):
    """One room and everything that anybody tries in it; ``log`` is all that ever happened."""

    state: RoomState

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.log: list[Event] = []
        self.ids = [PeerId(f"p{person}") for person in range(PEOPLE)]
        self._visits = 0

    @abc.abstractmethod
    def happened(self, command: Command, before: RoomState, events: list[Event]) -> None:
        """Take what a command led to; ``state`` and ``log`` have it already."""

    # --- coming and going -----------------------------------------------------------------------

    @initialize(
        room=rooms,
        first=st.lists(roles, min_size=1, max_size=PEOPLE - 1),
        is_host_last=st.booleans(),
    )
    def open(self, room: dict[str, Any], first: list[Role], is_host_last: bool) -> None:
        self.log = decide(None, _created(room), self.now)
        self.state = fold(self.log)
        coming = list(enumerate(["host", *first]))
        for person, role in reversed(coming) if is_host_last else coming:
            self.enter(person, role, will_wait=True, is_twin=False, has_old_token=False)
            self.attempt(commands.Produce(actor=self.ids[person], label="audio"))

    @rule(
        person=people,
        role=roles,
        will_wait=st.booleans(),
        is_twin=st.booleans(),
        has_old_token=st.booleans(),
    )
    def enter(
        self, person: int, role: Role, will_wait: bool, is_twin: bool, has_old_token: bool
    ) -> None:
        if not self.is_here(self.ids[person]):
            self._visits += 1
            self.ids[person] = PeerId(f"p{person}-{self._visits}")
        self.attempt(
            commands.Enter(
                actor=self.ids[person],
                identity=Identity("twin" if is_twin else f"i{person}"),
                name=f"P{person}",
                role=role,
                permissions=BY_ROLE[role],
                metadata={"person": person},
                will_wait=will_wait,
                token_id=f"t{person}" if has_old_token else f"t{person}-{self._visits}",
            )
        )

    @rule(person=people)
    def leave(self, person: int) -> None:
        self.attempt(commands.Leave(actor=self.ids[person]))

    @rule(person=people, unseen=st.integers(0, 4))
    def lose_the_connection(self, person: int, unseen: int) -> None:
        self.forget_last(self.ids[person], unseen)
        self.attempt(commands.Disconnect(actor=self.ids[person]))

    def forget_last(self, peer_id: PeerId, count: int) -> None:
        """Lose on the way what somebody was told in the last ``count`` messages, if they are in."""

    @rule()
    def come_back(self) -> None:
        for peer_id in self.ids:
            self.attempt(commands.Reconnect(actor=peer_id))

    @rule(person=people)
    def be_away_for_too_long(self, person: int) -> None:
        seat = self.state.participants.get(self.ids[person])
        if seat is not None and not seat.is_connected:
            self.attempt(commands.Leave(actor=seat.peer_id, reason="LOST"))

    # --- the door -------------------------------------------------------------------------------

    @rule(actor=actors, person=people)
    def admit(self, actor: int | None, person: int) -> None:
        self.attempt(commands.Admit(actor=self._who(actor), peer_id=self.ids[person]))

    @rule(actor=actors)
    def admit_all(self, actor: int | None) -> None:
        self.attempt(commands.AdmitAll(actor=self._who(actor)))

    @rule(actor=actors, person=people)
    def deny(self, actor: int | None, person: int) -> None:
        self.attempt(commands.Deny(actor=self._who(actor), peer_id=self.ids[person]))

    @rule(actor=actors, person=people, block=st.booleans())
    def kick(self, actor: int | None, person: int, block: bool) -> None:
        self.attempt(commands.Kick(actor=self._who(actor), peer_id=self.ids[person], block=block))

    @rule(actor=actors, person=people)
    def unblock(self, actor: int | None, person: int) -> None:
        known = sorted(self.state.blocked) or [Identity(f"i{person}")]
        identity = known[person % len(known)]
        self.attempt(commands.Unblock(actor=self._who(actor), identity=identity))

    @rule(actor=actors, is_sure=rarely, reason=st.sampled_from(["CLOSED", "EXPIRED"]), room=rooms)
    def close(self, actor: int | None, is_sure: bool, reason: Any, room: dict[str, Any]) -> None:
        if is_sure:
            self.attempt(commands.CloseRoom(actor=self._who(actor), reason=reason))
            self.open_again(room)

    @rule(room=rooms)
    def open_again(self, room: dict[str, Any]) -> None:
        self.attempt(_created(room))
        if not self.state.is_started:
            self.enter(0, "host", will_wait=False, is_twin=False, has_old_token=False)

    # --- moderating -----------------------------------------------------------------------------

    @rule(actor=actors, change=control_changes)
    def update_controls(self, actor: int | None, change: dict[str, Any]) -> None:
        self.attempt(commands.UpdateControls(actor=self._who(actor), **change))

    @rule(actor=actors, some=st.frozensets(labels), who=st.none() | st.lists(people, max_size=3))
    def close_streams(
        self, actor: int | None, some: frozenset[Label], who: list[int] | None
    ) -> None:
        peer_ids = None if who is None else tuple(self.ids[person] for person in who)
        self.attempt(commands.CloseStreams(actor=self._who(actor), labels=some, peer_ids=peer_ids))

    @rule(actor=actors, allow_unmute=st.booleans())
    def mute_everyone(self, actor: int | None, allow_unmute: bool) -> None:
        self.attempt(commands.MuteEveryone(actor=self._who(actor), allow_unmute=allow_unmute))

    @rule(actor=actors, person=people, role=roles)
    def update_role(self, actor: int | None, person: int, role: Role) -> None:
        self.attempt(
            commands.UpdateRole(actor=self._who(actor), peer_id=self.ids[person], role=role)
        )

    @rule(actor=actors, person=people, rights=permissions)
    def update_permissions(self, actor: int | None, person: int, rights: Permissions) -> None:
        self.attempt(
            commands.UpdatePermissions(
                actor=self._who(actor), peer_id=self.ids[person], changes=changes_to(rights)
            )
        )

    # --- taking part ----------------------------------------------------------------------------

    @rule(person=people, label=labels)
    def produce(self, person: int, label: Label) -> None:
        self.attempt(commands.Produce(actor=self.ids[person], label=label))

    @rule(person=people, label=labels)
    def stop_producing(self, person: int, label: Label) -> None:
        self.attempt(commands.StopProducing(actor=self.ids[person], label=label))

    @rule(person=people, label=labels, is_short=st.booleans())
    def pause(self, person: int, label: Label, is_short: bool) -> None:
        self.attempt(commands.PauseStream(actor=self.ids[person], label=label))
        if is_short:
            self.resume(person, label)

    @rule(person=people, label=labels)
    def resume(self, person: int, label: Label) -> None:
        self.attempt(commands.ResumeStream(actor=self.ids[person], label=label))

    @rule(actor=actors, person=people, is_up=st.booleans(), is_own=st.booleans())
    def hand(self, actor: int | None, person: int, is_up: bool, is_own: bool) -> None:
        if is_up:
            self.attempt(commands.RaiseHand(actor=self.ids[person]))
        elif is_own:
            self.attempt(commands.LowerHand(actor=self.ids[person]))
        else:
            self.attempt(commands.LowerHand(actor=self._who(actor), peer_id=self.ids[person]))

    @rule(person=people, to=actors, key=st.sampled_from(["", "a", "b"]))
    def chat(self, person: int, to: int | None, key: str) -> None:
        text = f"hello {len(self.log)}"
        self.attempt(
            commands.SendChat(actor=self.ids[person], text=text, to=self._who(to), key=key)
        )

    @rule(actor=actors, number=st.integers(0, 3), is_own=st.booleans())
    def metadata(self, actor: int | None, number: int, is_own: bool) -> None:
        kind = commands.UpdatePeerMetadata if is_own else commands.UpdateRoomMetadata
        self.attempt(kind(actor=self._who(actor), metadata={"n": number}))

    # --- how it runs ----------------------------------------------------------------------------

    def is_here(self, peer_id: PeerId) -> bool:
        """Return whether somebody is in or waits."""
        return peer_id in self.state.participants or peer_id in self.state.lobby

    def attempt(self, command: Command) -> None:
        """Give the room one command, a second later; a refusal changes nothing."""
        self.now += 1
        before = self.state
        try:
            events = decide(before, command, self.now)
        except ProconfError:
            return
        self.state = fold(events, before)
        self.log += events
        self.happened(command, before, events)

    def _who(self, person: int | None) -> PeerId | None:
        return None if person is None else self.ids[person]


def _created(room: dict[str, Any]) -> commands.CreateRoom:
    return commands.CreateRoom(actor=None, room_id=ROOM, passcode_hash="hash", **room)
