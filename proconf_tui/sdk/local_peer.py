"""Oneself in a room, as a program holds it: who one is, and all that one can ask for oneself.

What is asked of the server is decided there. What is sent, and what must not wait for the server,
is `proconf_tui.sdk.own_streams`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aiortc import MediaStreamTrack

from proconf_tui.protocol.ids import Label, PeerId, Role
from proconf_tui.room.permissions import Permissions
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.emitter import Json
from proconf_tui.sdk.expression import Expression, UntilBack
from proconf_tui.sdk.own_streams import OwnStreams
from proconf_tui.sdk.tracks import LocalTrack
from proconf_tui.sdk.view import RoomView


class LocalPeer(Expression):
    """One's own live handle."""

    def __init__(
        self, view: RoomView, call: Call, streams: OwnStreams, until_back: UntilBack
    ) -> None:
        super().__init__(call, until_back)
        self._view = view
        self._streams = streams

    # --- who one is -----------------------------------------------------------------------------

    @property
    def peer_id(self) -> PeerId:
        """One's id in this room."""
        return self._view.oneself.peer_id

    @property
    def name(self) -> str:
        """The name that the others see."""
        return self._view.oneself.name

    @property
    def role(self) -> Role:
        """One's role now."""
        return self._view.oneself.role

    @property
    def permissions(self) -> Permissions:
        """What one may do, before the room's controls take from it."""
        return self._view.oneself.permissions

    @property
    def metadata(self) -> Json:
        """One's own metadata, as a copy."""
        return dict(self._view.oneself.metadata)

    @property
    def labels(self) -> list[Label]:
        """The streams one publishes, as the room knows it."""
        return list(self._view.oneself.streams)

    @property
    def tracks(self) -> Mapping[Label, LocalTrack]:
        """The tracks at hand, published or not."""
        return MappingProxyType(self._streams.tracks)

    @property
    def is_muted(self) -> bool:
        """Whether one is silent by `mute`; the others see it once the room was told."""
        return self._streams.muting.is_muted

    @property
    def _seated_as(self) -> PeerId | None:
        return self._view.me

    # --- streams --------------------------------------------------------------------------------

    async def enable_audio(
        self, track: LocalTrack | None = None, *, device: str = "default"
    ) -> None:
        """Publish ``track``, else the one at hand, else the microphone ``device``.

        Raises:
            PermissionDenied: the role or the room forbids it.
            DeviceUnavailable: there is no such microphone.
        """
        await self._streams.enable("audio", track, device)

    async def disable_audio(self) -> None:
        """Stop publishing sound."""
        await self._streams.disable("audio")

    async def enable_video(
        self, track: LocalTrack | None = None, *, device: str = "default"
    ) -> None:
        """Publish ``track``, else the one at hand, else the camera ``device``.

        Raises:
            PermissionDenied: the role or the room forbids it.
            DeviceUnavailable: there is no such camera.
        """
        await self._streams.enable("video", track, device)

    async def disable_video(self) -> None:
        """Stop publishing pictures."""
        await self._streams.disable("video")

    async def produce(
        self,
        label: Label,
        track: LocalTrack | MediaStreamTrack,
        *,
        stays_muted: bool = False,
    ) -> None:
        """Publish ``track`` under ``label``, in place of what is published there.

        One is heard by it, unless one mutes meanwhile, or is muted already and ``stays_muted``.

        Raises:
            PermissionDenied: the role or the room forbids it, or one joined without media.
        """
        kept = track if isinstance(track, LocalTrack) else LocalTrack(label, label, track)
        await self._streams.publish(label, kept, stays_muted=stays_muted)

    async def stop_producing(self, label: Label) -> None:
        """Stop publishing under ``label``; the track stays at hand."""
        await self._streams.stop(label)

    async def mute(self) -> None:
        """Be silent from this moment on; the stream stays.

        Raises:
            ConnectionLost: one is silent all the same; the room is told when one is back.
        """
        await self._streams.muting.mute()

    async def unmute(self) -> None:
        """Be heard again, unless one mutes meanwhile.

        Raises:
            ConnectionLost: one stays silent.
        """
        await self._streams.muting.unmute()

    async def pause(self, label: Label) -> None:
        """Show nobody the pictures under ``label`` for now; the stream stays. Sound is muted.

        Raises:
            ConnectionLost: the room is told when one is back.
        """
        await (self.mute() if label == "audio" else self._streams.pausing.pause(label))

    async def resume(self, label: Label) -> None:
        """Undo `pause`; where that fails the room is told when one is back, but of no sound."""
        await (self.unmute() if label == "audio" else self._streams.pausing.resume(label))

    async def source_lost(self, label: Label, *, is_lost: bool) -> None:
        """Have pictures rest while their source gives none, whatever one wishes by `pause`."""
        await self._streams.pausing.source_lost(label, is_lost=is_lost)

    async def replace_track(self, track: LocalTrack) -> None:
        """Use ``track`` instead of the one at hand for its label; published ones change at once."""
        self._streams.replace(track)
