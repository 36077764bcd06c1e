"""One's devices while they are changed: what a refused one leaves, and who hears of the echo."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from proconf_tui.agent import devices as module
from proconf_tui.agent.devices import Devices, Kind
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import CameraTrack
from proconf_tui.media.microphone import MicrophoneTrack
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.processing import VoiceProcessor
from tests.support.meeting import until


class _Owner:
    def __init__(self) -> None:
        self.told: list[str] = []

    async def microphone_changed(self, track: MicrophoneTrack | None) -> None:
        self.told.append("microphone changed")

    async def camera_changed(self, track: CameraTrack | None) -> None:
        self.told.append("camera changed")

    def speaker_changed(self) -> None:
        self.told.append("speaker changed")

    def device_lost(self, kind: Kind, reason: str) -> None:
        self.told.append(f"{kind} lost: {reason}")

    def device_returned(self, kind: Kind, name: str) -> None:
        self.told.append(f"{kind} returned: {name}")


class _Device:
    """A device that is opened, lost and closed as the test says."""

    def __init__(self, name: str) -> None:
        self.device_name = name
        self.is_device = name == "USB"
        self.is_closed = False
        self.trouble: str | None = None
        self.on_lost: Callable[[str], None] | None = None
        self.on_returned: Callable[[str], None] | None = None
        self.played: list[tuple[Mixer, VoiceProcessor | None]] = []

    def play(self, mixer: Mixer, processor: VoiceProcessor | None = None) -> None:
        self.played.append((mixer, processor))

    def has_device_of(self, spec: str) -> bool:
        return spec == self.device_name

    async def lose(self) -> None:
        assert self.on_lost is not None
        self.trouble = "It was unplugged."
        await asyncio.to_thread(self.on_lost, self.trouble)
        await asyncio.sleep(0)

    async def come_back(self) -> None:
        assert self.on_returned is not None
        self.trouble = None
        await asyncio.to_thread(self.on_returned, self.device_name)
        await asyncio.sleep(0)

    async def aclose(self) -> None:
        self.is_closed = True


class _Hardware:
    """What can be opened now."""

    def __init__(self) -> None:
        self.opened: list[_Device] = []
        self.broken: set[str] = set()
        self.broken_once: set[str] = set()
        self.dying: set[str] = set()

    def open(self, spec: str, processor: VoiceProcessor | None = None) -> _Device | None:
        if spec in self.broken:
            raise DeviceUnavailable(f"{spec} cannot be used.")
        if spec == "none":
            return None
        if spec in self.broken_once:
            self.broken_once.remove(spec)
            raise DeviceUnavailable(f"{spec} is busy.")
        self.opened.append(_Device(spec))
        if spec in self.dying:
            self.opened[-1].trouble = "It has died at once."
        return self.opened[-1]

    def open_speaker(
        self, spec: str, mixer: Mixer, processor: VoiceProcessor | None = None
    ) -> _Device | None:
        device = self.open(spec)
        if device is not None:
            device.played.append((mixer, processor))
        return device


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> _Hardware:
    made = _Hardware()
    monkeypatch.setattr(module, "open_camera", made.open)
    monkeypatch.setattr(module, "open_microphone", made.open)
    monkeypatch.setattr(module, "open_speaker", made.open_speaker)
    return made


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
async def test_a_lost_one_stays_and_returns_though_it_cannot_be_opened_again(
    hardware: _Hardware, kind: Kind
) -> None:
    owner = _Owner()
    devices = Devices(owner, Mixer())
    asked: dict[str, Any] = {kind: "USB"}
    assert getattr(await devices.open(**asked), kind) == "USB"
    (device,) = hardware.opened
    await device.lose()
    assert devices.is_lost(kind)
    hardware.broken.add("USB")
    opened = await devices.open(**asked)
    assert opened.problems == {kind: "USB cannot be used."}
    assert getattr(opened, kind) is None
    assert not device.is_closed
    await device.come_back()
    assert not devices.is_lost(kind)
    assert owner.told[-2:] == [f"{kind} lost: It was unplugged.", f"{kind} returned: USB"]
    assert getattr(await devices.open(), kind) == "USB"


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
async def test_one_that_dies_before_anybody_listens_is_told_of_and_may_return(
    hardware: _Hardware, kind: Kind
) -> None:
    owner = _Owner()
    devices = Devices(owner, Mixer())
    hardware.dying.add("USB")
    asked: dict[str, Any] = {kind: "USB"}
    await devices.open(**asked)
    await until(lambda: devices.is_lost(kind))
    await hardware.opened[0].come_back()
    assert owner.told == [
        f"{kind} changed",
        f"{kind} lost: It has died at once.",
        f"{kind} returned: USB",
    ]


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
async def test_what_opens_after_one_has_gone_is_closed(
    hardware: _Hardware, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_opening, may_open = threading.Event(), threading.Event()

    def open_late(*asked: Any) -> _Device | None:
        is_opening.set()
        assert may_open.wait(30)
        return hardware.open(asked[0])

    monkeypatch.setattr(module, f"open_{kind}", open_late)
    devices = Devices(_Owner(), Mixer())
    asked: dict[str, Any] = {kind: "USB"}
    opening = asyncio.create_task(devices.open(**asked))
    await until(is_opening.is_set)
    opening.cancel()
    await asyncio.wait([opening])
    may_open.set()
    await devices.aclose()
    assert getattr(devices, kind) is None
    assert [device.is_closed for device in hardware.opened] == [True]


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
async def test_a_lost_one_makes_place_for_one_that_opens(hardware: _Hardware, kind: Kind) -> None:
    devices = Devices(_Owner(), Mixer())
    asked: dict[str, Any] = {kind: "USB"}
    await devices.open(**asked)
    await hardware.opened[0].lose()
    assert getattr(await devices.open(**asked), kind) == "USB"
    assert not devices.is_lost(kind)
    assert [device.is_closed for device in hardware.opened] == [True, False]


async def test_another_camera_opens_before_the_one_in_use_is_closed(hardware: _Hardware) -> None:
    owner = _Owner()
    devices = Devices(owner, Mixer())
    await devices.open(camera="USB")
    hardware.broken.add("other")
    opened = await devices.open(camera="other")
    assert (opened.camera, opened.problems) == ("USB", {"camera": "other cannot be used."})
    assert owner.told == ["camera changed"]
    hardware.broken.clear()
    assert (await devices.open(camera="other")).camera == "other"
    assert [device.is_closed for device in hardware.opened] == [True, False]
    assert owner.told == ["camera changed"] * 2
    await devices.open(camera="none")
    assert [device.is_closed for device in hardware.opened] == [True, True]


async def test_it_is_known_whether_pictures_are_a_cameras(hardware: _Hardware) -> None:
    devices = Devices(_Owner(), Mixer())
    known = [devices.has_camera]
    for spec in ("USB", "film.mp4", "none"):
        await devices.open(camera=spec)
        known.append(devices.has_camera)
    assert known == [False, True, False, False]


async def test_a_camera_that_works_is_closed_before_it_is_opened_again_and_may_return(
    hardware: _Hardware,
) -> None:
    devices = Devices(_Owner(), Mixer())
    await devices.open(camera="USB")
    hardware.broken_once.add("USB")
    opened = await devices.open(camera="USB")
    assert (opened.camera, opened.problems) == ("USB", {"camera": "USB is busy."})
    assert [device.is_closed for device in hardware.opened] == [True, False]
    hardware.broken.add("USB")
    assert (await devices.open(camera="USB")).camera is None
    assert hardware.opened[1].is_closed


async def test_nothing_is_told_of_a_camera_that_another_has_replaced(hardware: _Hardware) -> None:
    owner = _Owner()
    devices = Devices(owner, Mixer())
    await devices.open(camera="USB")
    late = hardware.opened[0].on_lost
    assert late is not None
    await devices.open(camera="other")
    hardware.opened[0].trouble = "It was unplugged."
    late(hardware.opened[0].trouble)
    await asyncio.sleep(0)
    assert owner.told == ["camera changed"] * 2
    assert hardware.opened[0].on_lost is None


async def test_a_loudspeaker_that_works_is_closed_before_it_is_opened_again(
    hardware: _Hardware,
) -> None:
    devices = Devices(_Owner(), Mixer())
    await devices.open(speaker="USB")
    hardware.broken.add("USB")
    assert (await devices.open(speaker="USB")).speaker is None
    assert hardware.opened[0].is_closed


async def test_the_processor_hears_of_a_loudspeaker_once_the_one_before_is_closed(
    hardware: _Hardware,
) -> None:
    mixer = Mixer()
    devices = Devices(_Owner(), mixer)
    for spec in ("one", "two"):
        await devices.open(speaker=spec)
    for device in hardware.opened:
        (quiet, nobody), (loud, processor) = device.played
        assert quiet is not mixer
        assert nobody is None
        assert loud is mixer
        assert processor is devices._processor


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
async def test_of_several_opened_at_once_the_last_stays_and_none_is_left_open(
    hardware: _Hardware, kind: Kind
) -> None:
    devices = Devices(_Owner(), Mixer())
    asked: list[dict[str, Any]] = [{kind: name} for name in ("one", "two", "three")]
    await asyncio.gather(*(devices.open(**one) for one in asked))
    assert getattr(devices, kind).device_name == "three"
    assert [one.device_name for one in hardware.opened if not one.is_closed] == ["three"]


@pytest.mark.parametrize("kind", ["microphone", "camera", "speaker"])
@pytest.mark.parametrize("spec", ["", " "])
async def test_no_name_is_refused_with_a_sentence_and_leaves_what_is_open(
    hardware: _Hardware, kind: Kind, spec: str
) -> None:
    devices = Devices(_Owner(), Mixer())
    asked: list[dict[str, Any]] = [{kind: "USB"}, {kind: spec}]
    await devices.open(**asked[0])
    opened = await devices.open(**asked[1])
    word = "loudspeaker" if kind == "speaker" else kind
    assert opened.problems == {kind: f"No {word} was named; choose one, default or none."}
    assert getattr(opened, kind) == "USB"


async def test_who_uses_the_devices_is_told_of_changes_only(hardware: _Hardware) -> None:
    owner = _Owner()
    devices = Devices(owner, Mixer())
    await devices.open("USB", None, "USB")
    hardware.broken.add("other")
    await devices.open("other", None, "other")
    await devices.open("none", None, "none")
    changes = ["microphone changed", "speaker changed"]
    assert sorted(owner.told) == sorted(changes * 2)


def test_a_device_may_speak_while_the_loop_closes(
    hardware: _Hardware, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(_open_speaker())
    loop.close()
    # As it looked a moment ago.
    monkeypatch.setattr(loop, "is_closed", lambda: False)
    raised: list[object] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    told = hardware.opened[0].on_lost
    thread = threading.Thread(target=told, args=("It was unplugged.",))
    thread.start()
    thread.join()
    assert raised == []


async def _open_speaker() -> None:
    await Devices(_Owner(), Mixer()).open(speaker="USB")
