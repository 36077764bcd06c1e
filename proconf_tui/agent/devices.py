"""The devices of one participant: opened by spec, changed while they run, told of when they break.

A device that cannot be used is a sentence among the problems and nothing worse: it never stops
the others, nor a meeting. It knows no room; who needs a changed track is told through ``Owner``.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol, TypeVar, get_args
from weakref import WeakSet

import av
from msgspec.structs import asdict

from proconf_tui.agent.opening import Opening, follow, leave
from proconf_tui.control.commands import SetProcessing
from proconf_tui.control.screen import OpenedDevices
from proconf_tui.control.sound import DeviceKind, SoundProcessing
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.processing import VoiceProcessor
from proconf_tui.media.speaker import Speaker, open_speaker
from proconf_tui.protocol.text import clean

_log = logging.getLogger(__name__)

Kind = DeviceKind
_WORDS: Final[dict[Kind, str]] = {
    "microphone": "microphone",
    "camera": "camera",
    "speaker": "loudspeaker",
}
_Device = MicrophoneTrack | CameraTrack | Speaker
D = TypeVar("D", MicrophoneTrack, CameraTrack, Speaker)


class Owner(Protocol):
    """Whoever sends what the devices deliver."""

    async def microphone_changed(self, track: MicrophoneTrack | None) -> None:
        """Send ``track`` from now on; the one before is closed after this returns."""

    async def camera_changed(self, track: CameraTrack | None) -> None:
        """Send ``track`` from now on; the one before is closed already, or after this returns."""

    def speaker_changed(self) -> None:
        """Hear that another loudspeaker is in use from now on, or none."""

    def device_lost(self, kind: Kind, reason: str) -> None:
        """Hear that an open device stopped working. In the event loop."""

    def device_returned(self, kind: Kind, name: str) -> None:
        """Hear that a lost one works again, or another in its place. In the event loop."""


class Devices:
    """The open microphone, camera and loudspeaker, each None while there is none."""

    def __init__(self, owner: Owner, mixer: Mixer) -> None:
        self._owner = owner
        self._mixer = mixer
        self._processor = VoiceProcessor()
        self.microphone: MicrophoneTrack | None = None
        self.camera: CameraTrack | None = None
        self.speaker: Speaker | None = None
        self._camera_spec = "none"
        self._speaker_spec: str | None = None
        self._locks: dict[Kind, asyncio.Lock] = {kind: asyncio.Lock() for kind in get_args(Kind)}
        # Some of them wait for their device to work again.
        self._lost: WeakSet[_Device] = WeakSet()
        self._opening = Opening()

    async def open(
        self,
        microphone: str | None = None,
        camera: str | None = None,
        speaker: str | None = None,
    ) -> OpenedDevices:
        """Open what the specs name, all at once; None leaves a device as it is.

        Of one kind they open one after the other, and the last one asked for stays.
        """
        wanted: dict[Kind, tuple[str | None, Callable[[str], Awaitable[None]]]] = {
            "microphone": (microphone, self._open_microphone),
            "camera": (camera, self._open_camera),
            "speaker": (speaker, self._open_speaker),
        }
        tried = {
            kind: self._in_turn(kind, spec, opener)
            for kind, (spec, opener) in wanted.items()
            if spec is not None
        }
        outcomes = await asyncio.gather(*(_attempt(opening) for opening in tried.values()))
        problems = {kind: problem for kind, problem in zip(tried, outcomes, strict=True) if problem}
        return OpenedDevices(
            microphone=self._name_of(self.microphone),
            camera=self._name_of(self.camera),
            speaker=self._name_of(self.speaker),
            problems=problems,
        )

    async def process(self, asked: SetProcessing) -> SoundProcessing:
        """Change what is done to the microphone's sound, and return what is done then."""
        # In a thread: the library may have to be loaded.
        return await asyncio.to_thread(self._process, asked)

    def is_lost(self, kind: Kind) -> bool:
        """Return whether the open device of this kind has stopped working, as has been told."""
        return getattr(self, kind) in self._lost

    def microphone_dbfs(self) -> float | None:
        """Return how loud it is at the microphone, None without one."""
        return self.microphone.level_dbfs if self.microphone else None

    def own_picture(self) -> av.VideoFrame | None:
        """Return the camera's newest picture, for the self view."""
        return self.camera.latest() if self.camera else None

    @property
    def has_camera(self) -> bool:
        """Whether one's own picture is a camera's, and no film, address or test pattern."""
        return self.camera is not None and self.camera.is_device

    async def aclose(self) -> None:
        """Release every device."""
        opened = [one for one in (self.microphone, self.camera, self.speaker) if one is not None]
        self.microphone = self.camera = self.speaker = None
        await asyncio.gather(self._opening.aclose(), *(one.aclose() for one in opened))

    def _process(self, asked: SetProcessing) -> SoundProcessing:
        named = {name: wish for name, wish in asdict(asked).items() if wish is not None}
        processor = self._processor
        processor.change(dataclasses.replace(processor.wanted, **named))
        return SoundProcessing(
            **dataclasses.asdict(processor.done),
            echo_method=processor.echo_method,
            is_complete=processor.is_complete,
        )

    async def _in_turn(
        self, kind: Kind, spec: str, opener: Callable[[str], Awaitable[None]]
    ) -> None:
        if not spec.strip():
            raise DeviceUnavailable(f"No {_WORDS[kind]} was named; choose one, default or none.")
        async with self._locks[kind]:
            await opener(spec)

    async def _open_microphone(self, spec: str) -> None:
        opened = await self._opened("microphone", partial(open_microphone, spec, self._processor))
        before, self.microphone = self.microphone, opened
        leave(before)
        await self._owner.microphone_changed(opened)
        if before is not None:
            await before.aclose()

    async def _open_camera(self, spec: str) -> None:
        before = self.camera
        is_in_use = before is not None and not self.is_lost("camera")
        if before and is_in_use and await asyncio.to_thread(before.has_device_of, spec):
            await self._reopen_camera(before, spec)
            return
        opened = await self._opened("camera", partial(open_camera, spec))
        self.camera, self._camera_spec = opened, spec
        leave(before)
        await self._owner.camera_changed(opened)
        if before is not None:
            await before.aclose()

    async def _reopen_camera(self, before: CameraTrack, spec: str) -> None:
        """Close the camera, which mostly can be open only once; it returns if that fails."""
        self.camera = None
        leave(before)
        await before.aclose()
        try:
            self.camera = await self._opened("camera", partial(open_camera, spec))
            self._camera_spec = spec
        except DeviceUnavailable:
            with contextlib.suppress(DeviceUnavailable):
                self.camera = await self._opened("camera", partial(open_camera, self._camera_spec))
            raise
        finally:
            await self._owner.camera_changed(self.camera)

    async def _open_speaker(self, spec: str) -> None:
        if spec == self._speaker_spec and not self.is_lost("speaker"):
            # Some can be open only once. A lost one is not open, and returns by itself if kept.
            await self._change_speaker(None, None)
        # Two would share the voices between them: it begins with nothing to play.
        opened = await self._opened("speaker", partial(open_speaker, spec, Mixer()))
        await self._change_speaker(opened, spec)

    async def _change_speaker(self, opened: Speaker | None, spec: str | None) -> None:
        before, self.speaker, self._speaker_spec = self.speaker, opened, spec
        leave(before)
        self._owner.speaker_changed()
        if before is not None:
            await before.aclose()
        if opened is not None:
            # Nobody has heard what it played before: there is no echo of that.
            opened.play(self._mixer, self._processor)

    async def _opened(self, kind: Kind, opener: Callable[[], D | None]) -> D | None:
        opened = await self._opening.open(opener)
        if opened is not None:
            # Nothing is waited for before it is in its place, and so it is looked at there.
            follow(opened, partial(self._look, kind, opened))
        return opened

    def _look(self, kind: Kind, device: _Device) -> None:
        """Tell how a device fares, if that has changed and no other has replaced it."""
        trouble = device.trouble
        if device is not getattr(self, kind) or (trouble is not None) == (device in self._lost):
            return
        if trouble is None:
            self._lost.discard(device)
            self._owner.device_returned(kind, clean(device.device_name))
        else:
            self._lost.add(device)
            self._owner.device_lost(kind, clean(trouble))

    def _name_of(self, device: _Device | None) -> str | None:
        if device is None or device in self._lost:
            return None
        return clean(device.device_name)


async def _attempt(opening: Awaitable[None]) -> str | None:
    try:
        await opening
    except DeviceUnavailable as error:
        _log.warning("%s", error)
        return clean(error.message)
    return None
