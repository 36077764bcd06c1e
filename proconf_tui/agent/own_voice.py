"""What is noticed about one's own microphone, and hearing it back.

It knows the devices and whether a room hears one; it changes neither what is sent nor where.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from proconf_tui.agent.devices import Devices
from proconf_tui.control.events import Event
from proconf_tui.control.sound import HintName, SoundHint, SoundTest
from proconf_tui.errors import ConfigError, DeviceUnavailable
from proconf_tui.media.hear_back import hear_back
from proconf_tui.media.microphone_hints import MicrophoneWatch
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.text import clean
from proconf_tui.sdk import Room

_LOOK_EVERY_S: Final = 0.1
_LONGEST_TEST_S: Final = 10.0
_SENTENCES: Final[dict[HintName, str]] = {
    "talking-while-muted": "You are muted: nobody hears you.",
    "silent-microphone": (
        "Nothing comes from {name}; see that it is switched on, or choose another microphone."
    ),
    "microphone-heard": "{name} can be heard now.",
}


class OwnVoice:
    """Watches the open microphone as long as it lives; make it in a running loop."""

    def __init__(
        self,
        devices: Devices,
        mixer: Mixer,
        find_room: Callable[[], Room | None],
        tell: Callable[[Event], None],
    ) -> None:
        self._devices = devices
        self._mixer = mixer
        self._find_room = find_room
        self._tell = tell
        self._testing = asyncio.Lock()
        self._watching = asyncio.create_task(self._watch(), name="microphone watch")

    async def hear_back(self, seconds: float) -> SoundTest:
        """Record one's voice, play it back, and return how it was; the meeting hears neither.

        Raises:
            ConfigError: it would take too long, or not at all.
            DeviceUnavailable: there is no microphone or no loudspeaker.
        """
        if not 0.0 < seconds <= _LONGEST_TEST_S:
            raise ConfigError(f"A sound test takes up to {_LONGEST_TEST_S:g} seconds.")
        microphone = self._devices.microphone
        if microphone is None:
            raise DeviceUnavailable("There is no microphone to hear; choose one first.")
        if self._devices.speaker is None:
            raise DeviceUnavailable("There is no loudspeaker to hear it from; choose one first.")
        async with self._testing:
            with microphone.withheld():
                heard = await hear_back(microphone, self._mixer, seconds)
        return SoundTest(peak_dbfs=heard.peak_dbfs, is_heard=heard.is_heard)

    async def aclose(self) -> None:
        """Watch no longer."""
        self._watching.cancel()
        await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        watch, watched = MicrophoneWatch(), self._devices.microphone
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._devices.microphone is not watched:
                watch, watched = MicrophoneWatch(), self._devices.microphone
            if watched is None or self._testing.locked():
                continue
            is_in, is_heard = self._standing()
            hint = watch.feed(
                watched.level_dbfs,
                is_muted=is_in and not is_heard,
                is_sending=is_heard,
                now=time.monotonic(),
            )
            if hint is not None:
                name = clean(watched.device_name)
                self._tell(SoundHint(hint, _SENTENCES[hint].format(name=name)))

    def _standing(self) -> tuple[bool, bool]:
        """Return whether one is in a meeting, and whether it is to hear one."""
        room = self._find_room()
        if room is None or room.state != "connected":
            return False, False
        me = room.local_peer
        return True, "audio" in me.labels and not me.is_muted
