"""What is noticed about one's own microphone: that one talks while muted, or that it is dead.

It knows the devices and whether a room hears one; it changes neither what is sent nor where.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.sound_check import SoundCheck
from proconf_tui.control.events import Event
from proconf_tui.control.sound import HintName, SoundHint
from proconf_tui.media.microphone_hints import MicrophoneWatch
from proconf_tui.protocol.text import clean
from proconf_tui.sdk import Room

_LOOK_EVERY_S: Final = 0.1
_SENTENCES: Final[dict[HintName, str]] = {
    "talking-while-muted": "You are muted: nobody hears you.",
    "silent-microphone": (
        "Nothing comes from {name}; see that it is switched on, or choose another microphone."
    ),
    "microphone-heard": "{name} can be heard now.",
}


class OwnVoice:
    """Watches the microphone that is open."""

    def __init__(
        self,
        devices: Devices,
        sound_check: SoundCheck,
        find_room: Callable[[], Room | None],
        tell: Callable[[Event], None],
    ) -> None:
        self._devices = devices
        self._sound_check = sound_check
        self._find_room = find_room
        self._tell = tell
        self._watched = devices.microphone
        self._watch = MicrophoneWatch()

    async def go_on_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Tell what there is to tell at the monotonic instant ``now``, in seconds."""
        microphone = self._devices.microphone
        if microphone is not self._watched:
            self._watch, self._watched = MicrophoneWatch(), microphone
        if microphone is None:
            return
        is_in, is_heard = self._standing()
        # A test keeps it from the others, and of a lost one it is told already.
        is_excused = self._sound_check.is_running or self._devices.is_lost("microphone")
        hint = self._watch.feed(
            microphone.level_dbfs,
            is_muted=is_in and not is_heard and not is_excused,
            is_sending=is_heard and not is_excused,
            now=now,
        )
        if hint is not None:
            name = clean(microphone.device_name)
            self._tell(SoundHint(hint, _SENTENCES[hint].format(name=name)))

    def _standing(self) -> tuple[bool, bool]:
        """Return whether one is in a meeting, and whether it is to hear one."""
        room = self._find_room()
        if room is None or room.state != "connected":
            return False, False
        me = room.local_peer
        return True, "audio" in me.labels and not me.is_muted
