"""One's devices and what is done to their sound: chosen, opened, and again in a new agent.

It remembers what was chosen and what the agent answered; how either is shown it does not know.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from proconf_tui.control.commands import (
    ListDevices,
    OpenDevices,
    SetProcessing,
    StopSoundTest,
    TrySound,
)
from proconf_tui.control.screen import (
    DeviceInfo,
    DeviceList,
    DeviceLost,
    OpenedDevices,
)
from proconf_tui.control.sound import DeviceReturned, SoundProcessing, SoundTest
from proconf_tui.errors import ProconfError
from proconf_tui.tui.bridge import AgentStopped, Bridge
from proconf_tui.tui.entry import OFF
from proconf_tui.tui.words import one_line, problem

_log = logging.getLogger(__name__)

Kind = Literal["microphone", "camera", "speaker"]
KINDS: Final[tuple[Kind, ...]] = ("microphone", "camera", "speaker")


_NAME_CELLS: Final = 60
# Sound systems have a device of the name "default", too.
_LABELS: Final = {"default": "System default", "test": "test pattern"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person has chosen; device specs as on the command line."""

    name: str | None
    microphone: str
    camera: str
    speaker: str

    def spec(self, kind: Kind) -> str:
        """Return which device of this kind is chosen."""
        return str(getattr(self, kind))


def labels(devices: DeviceList | None, kind: Kind, chosen: str) -> dict[str, str]:
    """Return spec and label of each device, of none, and of one named on the command line."""
    found: list[DeviceInfo] = getattr(devices, f"{kind}s") if devices else []
    names = {"default": label_of("default")}
    names |= {device.spec: label_of(device.name) for device in found}
    names[OFF] = "Off"
    names.setdefault(chosen, label_of(chosen))
    return names


def label_of(name: str) -> str:
    """Return how a device is called, by its name or by its spec."""
    return _LABELS.get(name) or one_line(name, _NAME_CELLS)


class Equipment:
    """``on_opened`` is called whenever `opened` has changed."""

    def __init__(
        self,
        bridge: Bridge,
        choices: Choices,
        processing: SetProcessing,
        on_opened: Callable[[OpenedDevices], object],
    ) -> None:
        self.choices = choices
        self.devices: DeviceList | None = None
        self.opened: OpenedDevices | None = None
        self._bridge = bridge
        self._processing = processing
        self._on_opened = on_opened
        self._changing = asyncio.Lock()

    # --- devices ---

    async def open(self) -> None:
        """Open all that is chosen, and process it as chosen; raises what `Bridge.call` does."""
        await self._open(KINDS)
        if self._processing == SetProcessing():
            return
        try:
            await self._bridge.call(self._processing)
        except AgentStopped:
            raise
        except ProconfError as error:
            _log.warning("processing: %s", error)

    async def list_devices(self) -> DeviceList:
        """Ask which devices there are now; raises what `Bridge.call` does."""
        self.devices = await self._bridge.call_for(ListDevices(), DeviceList)
        return self.devices

    async def choose(self, choices: Choices) -> None:
        """Open what is chosen now and was not before; what fails is among the problems."""
        old, self.choices = self.choices, choices
        try:
            await self._open([kind for kind in KINDS if old.spec(kind) != choices.spec(kind)])
        except AgentStopped:
            return
        except ProconfError as error:
            _log.warning("devices: %s", error)

    async def change(self, kind: Kind, spec: str) -> str | None:
        """Use another device; one that cannot be used leaves what worked before.

        Changes come one after the other. Returns why it cannot be used, None if it can. Raises what
        `Bridge.call` does.
        """
        async with self._changing:
            chosen_before, opened_before = self.choices.spec(kind), self.opened
            self._choose(kind, spec)
            await self._open([kind])
            why = self.opened.problems.get(kind) if self.opened else None
            if why is not None and opened_before is not None:
                self._choose(kind, chosen_before)
                await self._go_back(kind, opened_before)
            return why

    def is_broken(self, kind: Kind) -> bool:
        """Whether a device of this kind is wanted, and none works."""
        opened = self.opened
        return opened is not None and kind in opened.problems and getattr(opened, kind) is None

    def problems(self) -> list[str]:
        """Return each thing that is wrong with devices, as a sentence."""
        told = list(self.opened.problems.values()) if self.opened else []
        if self.devices is not None and self.devices.audio_problem:
            told.append(self.devices.audio_problem)
        return list(dict.fromkeys(map(problem, told)))

    def device_lost(self, event: DeviceLost) -> None:
        """Remember that a device stopped working."""
        self._note(event.kind, None, event.message)

    def device_returned(self, event: DeviceReturned) -> None:
        """Remember that one works again."""
        self._note(event.kind, event.name, None)

    # --- processing and test ---

    async def process(self, change: SetProcessing) -> SoundProcessing:
        """Change how the microphone's sound is processed, or ask how it is; return how it is.

        Raises what `Bridge.call` does.
        """
        answer = await self._bridge.call_for(change, SoundProcessing)
        wanted = msgspec.structs.asdict(change)
        self._processing = msgspec.structs.replace(
            self._processing, **{name: is_on for name, is_on in wanted.items() if is_on is not None}
        )
        return answer

    async def try_sound(self, seconds: float) -> SoundTest:
        """Record for so long and play it back; cancelling ends it.

        Raises what `Bridge.call` does; `SoundTestEnded` is no failure.
        """
        try:
            return await self._bridge.call_for(TrySound(seconds), SoundTest)
        except asyncio.CancelledError:
            self._bridge.send(StopSoundTest())
            raise

    # --- inside ---

    def _choose(self, kind: Kind, spec: str) -> None:
        self.choices = replace(self.choices, **{kind: spec})

    async def _open(self, kinds: Sequence[Kind]) -> None:
        if not kinds:
            return
        command = OpenDevices(**{kind: self.choices.spec(kind) for kind in kinds})
        answer = await self._bridge.call_for(command, OpenedDevices)
        known = self.opened.problems if self.opened else {}
        others = {kind: why for kind, why in known.items() if kind not in kinds}
        self._take(msgspec.structs.replace(answer, problems=others | answer.problems))

    async def _go_back(self, kind: Kind, before: OpenedDevices) -> None:
        """Open the device of ``before``, unless it has stayed open, or was not."""
        was_open, is_open = (getattr(opened, kind) for opened in (before, self.opened))
        if was_open is not None and is_open is None:
            await self._open([kind])
        else:
            self._note(kind, is_open, before.problems.get(kind))

    def _note(self, kind: Kind, name: str | None, why: str | None) -> None:
        """Take one device for open, or for broken and why."""
        if self.opened is None:
            return
        problems = {other: why for other, why in self.opened.problems.items() if other != kind}
        if why is not None:
            problems[kind] = why
        self._take(msgspec.structs.replace(self.opened, **{kind: name, "problems": problems}))

    def _take(self, opened: OpenedDevices) -> None:
        self.opened = opened
        self._on_opened(opened)
