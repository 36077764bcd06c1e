"""Devices that go, come back, hang, refuse or appear in use, on a real PulseAudio."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.conftest import Launch
from tests.support.pulse import PulseRig, missing_requirement
from tests.support.signals import sine, write_wav
from tests.support.speech import tone_share

_WAIT_S = 25.0
# PortAudio now and then waits for ever for its own thread when ALSA refuses to start a device.
REFUSED = ("broken cannot be used (", "broken does not answer; ")
Start = Callable[[], "Devices"]


class Devices:
    """The program use_devices.py: what it was told and what it said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.said: list[dict[str, Any]] = []
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def until(self, key: str) -> dict[str, Any]:
        """Return the next thing said that has ``key``."""
        while True:
            line = self._lines.get(timeout=_WAIT_S)
            self.said.append(line)
            if key in line:
                return line

    def ask(self, line: str, key: str) -> Any:
        self.tell(line)
        return self.until(key)[key]

    def hears(self, pitch_hz: float) -> bool:
        """Wait for it to hear the tone."""
        return bool(self.ask(f"hear {pitch_hz}", "heard") == pitch_hz)

    def knows(self, microphones: list[str]) -> None:
        """Wait until these are what it can open."""
        while self.ask("known", "known") != microphones:
            continue

    def lost(self, kind: str) -> list[str]:
        """Return the reasons said so far."""
        return [line["reason"] for line in self.said if line.get("lost") == kind]

    def end(self) -> int:
        """Let it end by itself and return its exit status."""
        self.tell("end")
        return self._process.wait(_WAIT_S)

    def kill(self) -> None:
        self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))


@pytest.fixture
def pulse() -> Iterator[PulseRig]:
    """A sound system for each test alone: these tests break it."""
    if (missing := missing_requirement()) is not None:
        pytest.skip(missing)
    with PulseRig() as rig:
        yield rig


@pytest.fixture
def start(launch: Launch) -> Iterator[Start]:
    started: list[Devices] = []

    def start() -> Devices:
        started.append(Devices(launch("use_devices.py")))
        return started[-1]

    yield start
    for devices in started:
        devices.kill()


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "tone.wav", sine(600, 50.0, 0.3))


def plays_tone(pulse: PulseRig, sink: str = "vspk") -> bool:
    """Wait until the loudspeaker plays the program's tone."""
    recording = pulse.start_recording(sink)
    heard = recording.wait_for(0.5, _WAIT_S)
    while tone_share(heard[-24_000:], 1000.0) < 0.9:
        heard = recording.wait_for(len(heard) / 48_000 + 0.1, _WAIT_S)
    recording.stop()
    return True


def test_a_microphone_without_any_source_is_lost_once_and_returns(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    pulse.play(tone)
    devices = start()
    devices.tell("microphone vmic")
    assert devices.hears(600)
    pulse.unplug("vspk")
    pulse.unplug("vmic")
    reason = devices.until("lost")["reason"]
    assert reason.startswith("vmic stopped working; ")
    pulse.plug_in("vmic")
    assert devices.until("returned") == {"returned": "microphone", "name": "vmic"}
    pulse.play(tone)
    assert devices.hears(600)
    assert devices.lost("microphone") == [reason]
    assert devices.end() == 0


def test_a_loudspeaker_without_any_sink_is_lost_once_and_returns(
    pulse: PulseRig, start: Start
) -> None:
    devices = start()
    devices.ask("speaker vspk", "opened")
    assert plays_tone(pulse)
    pulse.unplug("vmic")
    pulse.unplug("vspk")
    assert devices.until("lost")["lost"] == "speaker"
    pulse.plug_in("vspk")
    assert devices.until("returned") == {"returned": "speaker", "name": "vspk"}
    assert plays_tone(pulse)
    assert len(devices.lost("speaker")) == 1


def test_pulseaudio_replaces_a_microphone_and_gives_it_back(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    player = pulse.play(tone)
    devices = start()
    devices.ask("microphone vmic", "opened")
    assert devices.hears(600)
    devices.ask("speaker vspk", "opened")
    player.kill()
    pulse.unplug("vmic")
    # What is left to record from is what the loudspeaker plays.
    assert devices.hears(1000)
    pulse.plug_in("vmic")
    pulse.play(tone)
    assert devices.hears(600)
    assert devices.lost("microphone") == []


def test_a_stalled_loudspeaker_is_told_of_and_plays_again(pulse: PulseRig, start: Start) -> None:
    devices = start()
    devices.ask("speaker vspk", "opened")
    assert plays_tone(pulse)
    threads = devices.ask("threads", "threads")
    with pulse.frozen():
        assert devices.until("lost")["lost"] == "speaker"
        assert devices.ask("threads", "threads") == threads
    assert devices.until("returned")["name"] == "vspk"
    assert plays_tone(pulse)
    assert len(devices.lost("speaker")) == 1
    assert devices.ask("threads", "threads") == threads


def test_a_suspended_loudspeaker_is_lost_until_it_is_resumed(pulse: PulseRig, start: Start) -> None:
    devices = start()
    devices.ask("speaker vspk", "opened")
    assert plays_tone(pulse)
    opened = devices.ask("opened", "count")
    pulse.control("suspend-sink", "vspk", "1")
    assert devices.until("lost")["lost"] == "speaker"
    # It can be opened, but stays silent: that is no return.
    while devices.ask("opened", "count") < opened + 2:
        pass
    pulse.control("suspend-sink", "vspk", "0")
    assert devices.until("returned")["name"] == "vspk"
    assert len(devices.lost("speaker")) == 1
    assert plays_tone(pulse)


def test_a_hanging_sound_system_hangs_neither_closing_nor_the_program(
    pulse: PulseRig, start: Start
) -> None:
    devices = start()
    devices.ask("microphone vmic", "opened")
    devices.ask("speaker vspk", "opened")
    with pulse.frozen():
        assert {devices.until("lost")["lost"] for _ in range(2)} == {"microphone", "speaker"}
        assert "vmic" in devices.ask("list", "microphones")
        assert devices.ask("close", "closed") is True
        assert devices.end() == 0


def test_a_sound_system_that_hangs_takes_no_other_down(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    with PulseRig() as lost, PulseRig() as hanging:
        pulse.add_entry("lost", "vspk", lost)
        pulse.add_entry("hanging", "vspk", hanging)
        pulse.play(tone)
        devices = start()
        devices.ask("microphone vmic", "opened")
        devices.ask("speaker lost", "opened")
        assert plays_tone(lost)
        with hanging.frozen():
            lost.control("exit")
            assert devices.until("lost")["lost"] == "speaker"
            while devices.ask("looks", "looks") == 0:
                assert devices.hears(600)
            assert devices.hears(600)
            assert "lost" in devices.ask("known", "known")
        devices.knows(["vmic", "vspk", "hanging", "default"])
        assert devices.hears(600)
        assert devices.lost("microphone") == []


def test_a_device_that_cannot_be_opened_is_named_and_another_one_works(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    pulse.add_entry("broken", "nowhere")
    pulse.play(tone)
    devices = start()
    for kind in ("microphone", "speaker"):
        problem = devices.ask(f"{kind} broken", "problem")
        assert problem.startswith(REFUSED)
        assert "or choose another" in problem
        assert "\n" not in problem
    devices.ask("microphone vmic", "opened")
    assert devices.hears(600)
    devices.ask("speaker vspk", "opened")
    assert plays_tone(pulse)


def test_a_refused_change_leaves_the_microphone_in_use(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    pulse.add_entry("broken", "nowhere")
    pulse.play(tone)
    devices = start()
    devices.ask("microphone vmic", "opened")
    assert devices.ask("microphone broken", "problem").startswith(REFUSED)
    assert devices.hears(600)
    assert "choose one of: vmic, " in devices.ask("microphone nonsense", "problem")
    assert devices.hears(600)
    assert devices.lost("microphone") == []


def test_a_device_plugged_in_during_a_call_is_listed_and_can_be_chosen(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    devices = start()
    devices.ask("microphone vmic", "opened")
    devices.ask("speaker vspk", "opened")
    pulse.plug_in("headset")
    pulse.add_entry("headset_mic", "headset.monitor")
    pulse.add_entry("headset", "headset")
    opened = devices.ask("opened", "count")
    assert "headset_mic" in devices.ask("list", "microphones")
    assert devices.ask("opened", "count") == opened, "listing interrupts nothing"
    player = pulse.play(tone, "headset")
    devices.ask("microphone headset_mic", "opened")
    assert devices.hears(600)
    player.kill()
    assert plays_tone(pulse)
    devices.ask("speaker headset", "opened")
    assert plays_tone(pulse, "headset")
    assert devices.lost("microphone") == devices.lost("speaker") == []


def test_changing_a_device_lets_go_of_the_one_before(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    pulse.plug_in("headset")
    pulse.add_entry("headset_mic", "headset.monitor")
    pulse.add_entry("headset", "headset")
    pulse.play(tone)
    devices = start()
    devices.ask("microphone headset_mic", "opened")
    devices.ask("speaker headset", "opened")
    assert plays_tone(pulse, "headset")
    devices.ask("microphone vmic", "opened")
    devices.ask("speaker vspk", "opened")
    assert devices.hears(600)
    assert plays_tone(pulse)
    recording = pulse.start_recording("headset")
    assert not np.any(recording.wait_for(0.5)[-4800:])
    assert devices.ask("threads", "threads").count("headset") == 0


def test_the_default_may_become_another_device(pulse: PulseRig, start: Start, tone: Path) -> None:
    devices = start()
    assert devices.ask("microphone default", "opened") == "microphone"
    pulse.forget_entries()
    pulse.add_entry("spare", "vspk.monitor")
    pulse.unplug("vspk")
    pulse.unplug("vmic")
    assert devices.until("lost")["reason"].startswith("default stopped working; ")
    devices.knows(["spare"])
    pulse.plug_in("vspk")
    pulse.play(tone, "vspk")
    assert devices.until("returned") == {"returned": "microphone", "name": "spare"}
    assert devices.hears(600)


def test_no_device_at_all_is_a_sentence(pulse: PulseRig, start: Start) -> None:
    pulse.forget_entries()
    devices = start()
    assert "No microphone was found; " in devices.ask("microphone default", "problem")
    assert "No loudspeaker was found; " in devices.ask("speaker default", "problem")
    assert devices.ask("list", "microphones") == []


def test_a_sound_system_that_starts_again_is_used_again(
    pulse: PulseRig, start: Start, tone: Path
) -> None:
    devices = start()
    devices.ask("microphone vmic", "opened")
    devices.ask("speaker vspk", "opened")
    pulse.restart()
    assert {devices.until("returned")["returned"] for _ in range(2)} == {"microphone", "speaker"}
    pulse.play(tone)
    assert devices.hears(600)
    assert plays_tone(pulse)
    assert len(devices.lost("microphone")) == len(devices.lost("speaker")) == 1
