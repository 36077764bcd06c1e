"""Another participant, live: who they are, their streams, and what a moderator may do to them.

It knows no connection: pictures are handed to its tracks, sound lies in the mixer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from proconf_tui.errors import ConfigError, PeerNotFound
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId, Role
from proconf_tui.protocol.messages import UpdatePermissions, UpdateRole
from proconf_tui.room.model import Participant
from proconf_tui.room.permissions import ALIASES, Permissions
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.emitter import Emitter, Json
from proconf_tui.sdk.service import wire_permissions
from proconf_tui.sdk.tracks import RemoteTrack

MOST_GAIN = 4.0


class RemotePeer(Emitter):
    """A participant who is not oneself; event ``track-subscribed`` with ``{"label": …}``.

    After they have left, it keeps saying what was last known.
    """

    def __init__(self, participant: Participant, call: Call, mixer: Mixer) -> None:
        super().__init__()
        self._participant = participant
        self._ask = call
        self._mixer = mixer
        self._tracks: dict[Label, RemoteTrack] = {}
        self.update(participant)

    @property
    def peer_id(self) -> PeerId:
        """Their id in this room."""
        return self._participant.peer_id

    @property
    def name(self) -> str:
        """The name that everybody sees."""
        return self._participant.name

    @property
    def role(self) -> Role:
        """Their role now."""
        return self._participant.role

    @property
    def permissions(self) -> Permissions:
        """What they may do, before the room's controls take from it."""
        return self._participant.permissions

    @property
    def metadata(self) -> Json:
        """Their metadata, as a copy."""
        return dict(self._participant.metadata)

    @property
    def labels(self) -> list[Label]:
        """The streams they publish."""
        return list(self._tracks)

    @property
    def is_connected(self) -> bool:
        """False while their seat is kept for them."""
        return self._participant.is_connected

    def get_track(self, label: Label) -> RemoteTrack:
        """Return the stream they publish under ``label``.

        Raises:
            PeerNotFound: they publish no such stream.
        """
        track = self._tracks.get(label)
        if track is None:
            raise PeerNotFound(f"{self.name} publishes no {label} now.")
        return track

    def find_track(self, label: Label) -> RemoteTrack | None:
        """Return the stream they publish under ``label``, or None."""
        return self._tracks.get(label)

    async def update_role(self, role: str) -> None:
        """Give them a role and its rights; moderators only."""
        await self._ask(UpdateRole(self.peer_id, checked_role(role)))

    async def update_permissions(
        self, permissions: Mapping[str, Any] | None = None, **named: Any
    ) -> None:
        """Change the given permissions, by their snake_case names; moderators only.

        Raises:
            ConfigError: there is no permission of that name.
            PermissionDenied: one is no moderator.
        """
        changes = wire_permissions({**(permissions or {}), **named})
        await self._ask(UpdatePermissions(self.peer_id, changes))

    @property
    def volume(self) -> float:
        """How loud they are played here: 0 is silent, 1 as they are sent, 4 the most."""
        voice = self._mixer.get(self.peer_id)
        return voice.gain if voice else 1.0

    def set_volume(self, gain: float) -> None:
        """Play them louder or softer here; 0 is silent, 1 as they are sent, 4 the most.

        Raises:
            ConfigError: it is no such number.
        """
        try:
            is_right = 0.0 <= gain <= MOST_GAIN
        except TypeError:
            is_right = False
        if not is_right:
            raise ConfigError(f"A volume is a number from 0 to {MOST_GAIN:g}.")
        self._mixer.add(self.peer_id).gain = float(gain)

    def update(self, participant: Participant) -> None:
        """Take what the room says about them now."""
        self._participant = participant
        for label in self._tracks.keys() - participant.streams.keys():
            self._tracks.pop(label).show(None)
        for label, stream in participant.streams.items():
            track = self._tracks.get(label)
            if track is None:
                self._tracks[label] = RemoteTrack(self.peer_id, label, self._mixer, stream)
            else:
                track.update(stream)

    def gone(self) -> None:
        """Let go of what is theirs: they have left."""
        for track in self._tracks.values():
            track.show(None)
        self._tracks.clear()
        self._mixer.remove(self.peer_id)


def checked_role(name: str) -> Role:
    """Return the role of that name or alias.

    Raises:
        ConfigError: there is none.
    """
    role = ALIASES.get(name, name)
    if role not in get_args(Role):
        raise ConfigError(f"There is no role {name!r}; there are {', '.join(get_args(Role))}.")
    return cast("Role", role)
