"""A pure room to write tests in: one line for each thing that somebody does."""

from __future__ import annotations

from typing import Any

import msgspec

from proconf_tui.protocol.ids import Identity, Label, PeerId, Role, RoomId
from proconf_tui.room import commands
from proconf_tui.room.commands import Command
from proconf_tui.room.decide import decide
from proconf_tui.room.events import Event
from proconf_tui.room.model import Json, Participant, RoomState
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions
from proconf_tui.room.state import evolve

ROOM = RoomId("standup")
HOST, COHOST, ANA, BEN, EVE = map(PeerId, ("host", "cohost", "ana", "ben", "eve"))


MODERATORS_ONLY = (
    commands.UpdateControls,
    commands.MuteEveryone,
    commands.CloseStreams,
    commands.Admit,
    commands.AdmitAll,
    commands.Deny,
    commands.Kick,
    commands.Unblock,
    commands.UpdateRole,
    commands.UpdatePermissions,
    commands.CloseRoom,
)
"""The commands that nobody without ``admin`` may give."""


class PureRoom:
    """A room driven by commands; it keeps the state and the whole log."""

    def __init__(
        self,
        *,
        is_locked: bool = False,
        max_peers: int | None = None,
        expires_at: float | None = None,
        metadata: Json | None = None,
    ) -> None:
        self.now = 1000.0
        self.log: list[Event] = []
        self._state: RoomState | None = None
        self.do(
            commands.CreateRoom(
                actor=None,
                room_id=ROOM,
                controls=Controls(room_locked=is_locked),
                passcode_hash="scrypt$secret",
                max_peers=max_peers,
                expires_at=expires_at,
                metadata=metadata or {},
            )
        )

    @property
    def state(self) -> RoomState:
        assert self._state is not None
        return self._state

    def do(self, command: Command) -> list[Event]:
        """Run one command a second later, and return what happened."""
        self.now += 1
        happened = decide(self._state, command, self.now)
        for event in happened:
            self._state = evolve(self._state, event)
        self.log += happened
        return happened

    def enter(self, peer_id: PeerId, role: Role = "guest", **options: Any) -> list[Event]:
        """Knock at the room's door with the rights of ``role``."""
        defaults: dict[str, Any] = {
            "identity": identity_of(peer_id),
            "name": peer_id.title(),
            "permissions": BY_ROLE[role],
        }
        return self.do(commands.Enter(actor=peer_id, role=role, **(defaults | options)))

    def produce(self, peer_id: PeerId, *labels: Label) -> None:
        """Start streams."""
        for label in labels:
            self.do(commands.Produce(actor=peer_id, label=label))

    def member(self, peer_id: PeerId) -> Participant:
        """Return one who is in."""
        return self.state.participants[peer_id]

    def labels(self, peer_id: PeerId) -> set[Label]:
        """Return what somebody publishes."""
        return set(self.member(peer_id).streams)


def identity_of(peer_id: PeerId) -> Identity:
    """Return the identity that a peer of these tests has unless told otherwise."""
    return Identity(f"{peer_id}@example.org")


def started_room(*guests: PeerId, **options: Any) -> PureRoom:
    """Return an open room with a host and ``guests`` in it."""
    room = PureRoom(**options)
    room.enter(HOST, "host")
    for guest in guests:
        room.enter(guest)
    return room


def locked_room(*knocking: PeerId, **options: Any) -> PureRoom:
    """Return a started, locked room with a host in it and ``knocking`` in its lobby."""
    return started_room(*knocking, is_locked=True, **options)


def names(happened: list[Event]) -> list[str]:
    """Return the kinds of events, in order."""
    return [type(event).__name__ for event in happened]


def changes_to(permissions: Permissions) -> Json:
    """Return what a command changes to leave somebody with exactly these."""
    changes: Json = msgspec.to_builtins(permissions)
    return changes
