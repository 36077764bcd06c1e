"""What a command of the control link is: whose method, under which name, and what it answers.

The commands themselves stand in `agent_commands`, `room_commands` and `peer_commands`, and all of
them by name in `commands`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from proconf_tui.protocol.ids import PeerId, Role

Json = dict[str, Any]
Target = Literal["agent", "manager", "room", "local_peer", "remote_peer"]

RoleName = Literal[Role, "moderator", "member"]
"""A role, or one of the two seed systems' names for ``host`` and ``guest``."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the commands; its fields are the parameters, under the names the sdk gives them."""

    method: ClassVar[str]
    target: ClassVar[Target]
    result: ClassVar[Any] = None
    """The type of what is answered; None where there is nothing to tell but that it was done."""
    is_for_screens: ClassVar[bool] = False
    """Whether it serves only whoever draws a screen, and no script."""
    is_immediate: ClassVar[bool] = False
    """Whether it waits for no command before it, and none waits for it."""

    @property
    def is_patient(self) -> bool:
        """Whether it may take until a broken connection is back; only its like waits for it."""
        return False

    @property
    def meaning(self) -> Command:
        """The command that is carried out for it: itself, unless it is another word for one."""
        return self


class AgentCommand(Command, frozen=True):
    """Base of the agent's own: its devices, its screen, its life."""

    target = "agent"


class ManagerCommand(Command, frozen=True):
    """Base of the ways into a meeting."""

    target = "manager"


class RoomCommand(Command, frozen=True):
    """Base of the room's methods and properties, each under its own name."""

    target = "room"


class LocalPeerCommand(Command, frozen=True):
    """Base of the local peer's; a name that another object has too gets ``local_peer.`` before."""

    target = "local_peer"


class RemotePeerCommand(Command, frozen=True):
    """Base of a remote peer's: ``remote_peer.`` and the name; ``peer_id`` says whose."""

    target = "remote_peer"
    peer_id: PeerId
