"""Who may do what: one table of roles, and the one rule that joins it with the room's controls.

A participant may do a thing if its own permission allows it AND (it is a moderator OR the
room's control allows it). A moderator is whoever has ``admin``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import Role, Source


class Sources(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One yes or no for each source a participant can publish from."""

    cam: bool = True
    mic: bool = True
    screen: bool = True

    def allows(self, source: Source) -> bool:
        """Return whether ``source`` is allowed."""
        return bool(getattr(self, source))


class Permissions(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What one participant may do by its role or its token."""

    admin: bool = False
    can_consume: bool = True
    can_produce: bool = True
    can_produce_sources: Sources = Sources()
    can_send_data: bool = True
    can_recv_data: bool = True
    can_update_metadata: bool = False


class Controls(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What the moderators allow everybody who is not one."""

    room_locked: bool = False
    allow_produce: bool = True
    allow_produce_sources: Sources = Sources()
    allow_consume: bool = True
    allow_send_data: bool = True


_ALL = Permissions(admin=True, can_update_metadata=True)
_NOTHING = Sources(cam=False, mic=False, screen=False)

BY_ROLE: Final[dict[Role, Permissions]] = {
    "host": _ALL,
    "coHost": _ALL,
    "guest": Permissions(),
    "speaker": Permissions(can_produce_sources=Sources(cam=False, mic=True, screen=False)),
    "listener": Permissions(can_produce=False, can_produce_sources=_NOTHING),
    "bot": Permissions(can_produce=False, can_produce_sources=_NOTHING, can_send_data=False),
}
"""The rights that come with each role."""

ALIASES: Final[dict[str, Role]] = {"moderator": "host", "member": "guest"}
"""Role names of the two seed systems that mean one of ours."""


def merge(permissions: Permissions, changes: Mapping[str, Any]) -> Permissions:
    """Return ``permissions`` with ``changes``, which are named as on the wire (``canProduce``).

    Raises:
        InvalidMessage: for a name that is no permission or a value that is no yes or no.
    """
    whole = msgspec.to_builtins(permissions)
    sources = changes.get("canProduceSources", {})
    if not isinstance(sources, Mapping):
        raise InvalidMessage("canProduceSources names sources: cam, mic and screen.")
    whole |= {**changes, "canProduceSources": {**whole["canProduceSources"], **sources}}
    try:
        return msgspec.convert(whole, Permissions)
    except msgspec.ValidationError as error:
        raise InvalidMessage(f"Those are no permissions: {error}.") from error


@dataclasses.dataclass(frozen=True, slots=True)
class Rights:
    """A participant's permissions seen through the room's controls."""

    permissions: Permissions
    controls: Controls

    @property
    def is_moderator(self) -> bool:
        return self.permissions.admin

    def may_produce(self, source: Source) -> bool:
        own = self.permissions
        if not (own.can_produce and own.can_produce_sources.allows(source)):
            return False
        room = self.controls
        return own.admin or (room.allow_produce and room.allow_produce_sources.allows(source))

    def may_consume(self) -> bool:
        own = self.permissions
        return own.can_consume and (own.admin or self.controls.allow_consume)

    def may_send_data(self) -> bool:
        own = self.permissions
        return own.can_send_data and (own.admin or self.controls.allow_send_data)

    def may_update_metadata(self) -> bool:
        return self.permissions.can_update_metadata
