"""Opens and changes devices as told by the lines of its input, and prints JSON lines.

``microphone NAME`` and ``speaker NAME`` open another device in place of the one before, ``hear
HZ`` waits until the microphone hears that tone, ``list`` names the devices, ``opened`` tells how
often streams were opened and ``looks`` how often another process was asked for the devices,
``threads`` names the threads, ``close`` closes everything, and ``end`` ends the program whatever is
open. The loudspeaker plays 1000 Hz.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import devices, portaudio
from proconf_tui.media.device_lister import list_elsewhere
from proconf_tui.media.device_lists import AudioLists
from proconf_tui.media.microphone import MicrophoneTrack, open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.pcm import SAMPLE_RATE_HZ, FloatSamples
from proconf_tui.media.speaker import Speaker, open_speaker
from tests.support.signals import peak_hz

_print_lock = threading.Lock()


def _say(**fields: Any) -> None:
    with _print_lock:
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()


class _Tone(Mixer):
    """A mixer that plays a tone."""

    _played = 0

    def mix(self, count: int, now: float = 0.0) -> FloatSamples:
        at_s = (self._played + np.arange(count)) / SAMPLE_RATE_HZ
        self._played += count
        return (0.2 * np.sin(2.0 * np.pi * 1000.0 * at_s)).astype(np.float32)


class _Program:
    def __init__(self) -> None:
        self._microphone: MicrophoneTrack | None = None
        self._speaker: Speaker | None = None
        self._mixer = _Tone()
        self._opened = 0
        self._looks = 0
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "microphone": self._open_microphone,
            "speaker": self._open_speaker,
            "hear": self._hear,
            "list": self._list,
            "known": self._tell_known,
            "opened": self._tell_opened,
            "looks": self._tell_looks,
            "threads": self._tell_threads,
            "close": self._close,
        }
        self._count_opened()
        self._count_looks()

    async def obey(self, line: str) -> None:
        command, _, argument = line.strip().partition(" ")
        try:
            await self._commands[command](argument)
        except DeviceUnavailable as error:
            _say(problem=error.message)

    def _count_opened(self) -> None:
        open_stream = portaudio.open_stream

        def counted(*arguments: Any) -> Any:
            opened = open_stream(*arguments)
            self._opened += 1
            return opened

        portaudio.open_stream = counted  # type: ignore[assignment]

    def _count_looks(self) -> None:
        def counted() -> AudioLists | None:
            found = list_elsewhere()
            self._looks += 1
            return found

        vars(devices)["list_elsewhere"] = counted

    async def _open_microphone(self, name: str) -> None:
        opened = await asyncio.to_thread(open_microphone, name)
        assert opened is not None
        self._report("microphone", opened)
        before, self._microphone = self._microphone, opened
        if before is not None:
            await before.aclose()

    async def _open_speaker(self, name: str) -> None:
        before, self._speaker = self._speaker, None
        if before is not None:
            await before.aclose()
        self._speaker = await asyncio.to_thread(open_speaker, name, self._mixer)
        assert self._speaker is not None
        self._report("speaker", self._speaker)

    def _report(self, kind: str, device: MicrophoneTrack | Speaker) -> None:
        device.on_lost = lambda reason: _say(lost=kind, reason=reason)
        device.on_returned = lambda name: _say(returned=kind, name=name)
        _say(opened=kind, name=device.device_name)

    async def _hear(self, pitch: str) -> None:
        microphone = self._microphone
        assert microphone is not None
        while True:
            frames = [(await microphone.recv()).to_ndarray().reshape(-1) for _ in range(10)]
            heard = np.concatenate(frames)
            if np.abs(heard).max() > 1000 and abs(peak_hz(heard) - float(pitch)) < 10:
                break
        _say(heard=float(pitch), name=microphone.device_name)

    async def _list(self, _: str) -> None:
        lists = await asyncio.to_thread(devices.list_audio)
        _say(
            microphones=[device.name for device in lists.microphones],
            speakers=[device.name for device in lists.speakers],
        )

    async def _tell_known(self, _: str) -> None:
        lists = await asyncio.to_thread(portaudio.present_lists)
        _say(known=[device.name for device in lists.microphones])

    async def _tell_opened(self, _: str) -> None:
        _say(count=self._opened)

    async def _tell_looks(self, _: str) -> None:
        _say(looks=self._looks)

    async def _tell_threads(self, _: str) -> None:
        names = [thread.name for thread in threading.enumerate()]
        # The loop's own pool comes and stays as it likes.
        _say(threads=sorted(name for name in names if not name.startswith("asyncio_")))

    async def _close(self, _: str) -> None:
        if self._microphone is not None:
            await self._microphone.aclose()
        if self._speaker is not None:
            await self._speaker.aclose()
        _say(closed=True)


async def _main() -> None:
    program = _Program()
    while (line := await asyncio.to_thread(sys.stdin.readline)) != "end\n":
        await program.obey(line)


asyncio.run(_main())
