"""The test of one's microphone and loudspeaker: one at a time, and ended by whatever disturbs it.

It knows the devices and no room; who knows that one begins to be heard there calls `end`.
"""

from __future__ import annotations

import asyncio
from typing import Final

from proconf_tui.agent.devices import Devices
from proconf_tui.control.sound import SoundTest, SoundTestEnded
from proconf_tui.errors import ConfigError, DeviceUnavailable
from proconf_tui.media.hear_back import hear_back
from proconf_tui.media.mixer import Mixer

_LONGEST_S: Final = 10.0


class SoundCheck:
    """Hears back what the open microphone hears; use it in one event loop."""

    def __init__(self, devices: Devices, mixer: Mixer) -> None:
        self._devices = devices
        self._mixer = mixer
        self._lock = asyncio.Lock()
        self._newest: asyncio.Timeout | None = None

    @property
    def is_running(self) -> bool:
        """Whether the microphone is kept from being heard by others."""
        return self._lock.locked()

    async def run(self, seconds: float) -> SoundTest:
        """Record one's voice, play it back, and return how it was; the meeting hears neither.

        It ends the one before, and is ended by the next.

        Raises:
            ConfigError: it would take too long, or not at all.
            DeviceUnavailable: there is no microphone or no loudspeaker.
            SoundTestEnded: `end` was called.
        """
        if not 0.0 < seconds <= _LONGEST_S:
            raise ConfigError(f"A sound test takes more than 0 and at most {_LONGEST_S:g} seconds.")
        self.end()
        # It never runs out by itself: `end` lets it.
        self._newest = mine = asyncio.timeout(None)
        try:
            async with mine, self._lock:
                return await self._hear_back(seconds)
        except TimeoutError:
            raise SoundTestEnded from None
        finally:
            if self._newest is mine:
                self._newest = None

    def end(self) -> None:
        """End recording and playing, if there is any, in a moment."""
        running, self._newest = self._newest, None
        if running is not None:
            running.reschedule(asyncio.get_running_loop().time())

    async def ended(self) -> None:
        """End recording and playing, and return when the microphone is given back."""
        self.end()
        async with self._lock:
            return

    async def _hear_back(self, seconds: float) -> SoundTest:
        microphone = self._devices.microphone
        if microphone is None:
            raise DeviceUnavailable("There is no microphone to hear; choose one first.")
        if self._devices.speaker is None:
            raise DeviceUnavailable("There is no loudspeaker to hear it from; choose one first.")
        with microphone.withheld():
            heard = await hear_back(microphone, self._mixer, seconds)
        return SoundTest(peak_dbfs=heard.peak_dbfs, is_heard=heard.is_heard)
