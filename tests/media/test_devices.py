from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_lists import AudioDevice
from proconf_tui.media.devices import choose, linux_cameras
from tests.media.conftest import ROOT, Launch

DEVICES = [
    AudioDevice("Built-in Audio", 0, is_default=False),
    AudioDevice("USB Headset", 1, is_default=True),
    AudioDevice("USB Headset Pro", 2, is_default=False),
]

# What a machine without libportaudio2 looks like to sounddevice.
_WITHOUT_PORTAUDIO = """
import ctypes.util
ctypes.util.find_library = lambda name: None
import importlib, pkgutil
import proconf_tui.media
for module in pkgutil.iter_modules(proconf_tui.media.__path__):
    importlib.import_module("proconf_tui.media." + module.name)
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.devices import list_audio
from proconf_tui.media.microphone import open_microphone
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.speaker import open_speaker
calls = (
    list_audio,
    lambda: open_microphone("default"),
    lambda: open_speaker("default", Mixer()),
)
for call in calls:
    try:
        call()
    except DeviceUnavailable as error:
        print(error)
"""


def _choose(wanted: str, devices: list[AudioDevice] = DEVICES) -> int:
    return choose(wanted, lambda: devices, "microphone", "--mic").index


@pytest.mark.parametrize(
    ("wanted", "index"), [("default", 1), ("built", 0), ("usb headset", 1), ("PRO", 2)]
)
def test_a_name_or_a_part_of_it_is_enough(wanted: str, index: int) -> None:
    assert _choose(wanted) == index


def test_an_ambiguous_name_lists_what_it_matches() -> None:
    with pytest.raises(DeviceUnavailable, match=r"choose one of: USB Headset, USB Headset Pro\."):
        _choose("usb")


def test_an_unknown_name_lists_everything() -> None:
    with pytest.raises(DeviceUnavailable, match=r"“webcam”.*Built-in Audio, USB Headset, USB"):
        _choose("webcam")


def test_no_device_at_all_says_how_to_go_on() -> None:
    with pytest.raises(DeviceUnavailable, match=r"No microphone was found.*--mic none"):
        _choose("default", [])


def test_without_a_default_the_first_is_taken() -> None:
    assert _choose("default", [DEVICES[2], DEVICES[0]]) == 2


def test_linux_cameras_are_the_nodes_that_capture(tmp_path: Path) -> None:
    for number, (index, name) in {0: ("0", "Cam"), 1: ("1", "Cam"), 10: ("0", "Other")}.items():
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / f"video{number}").touch()
        about = tmp_path / "sys" / f"video{number}"
        about.mkdir(parents=True)
        (about / "index").write_text(f"{index}\n")
        (about / "name").write_text(f"{name}\n")
    (tmp_path / "dev" / "video2").touch()
    assert list(linux_cameras(tmp_path / "sys", tmp_path / "dev")) == [
        (0, "Cam"),
        (2, "video2"),
        (10, "Other"),
    ]


def test_the_rig_is_listed_by_portaudio(launch: Launch) -> None:
    output, errors = launch("list_devices.py").communicate(timeout=30)
    report = json.loads(output)
    assert "vmic" in report["microphones"]
    assert "vspk" in report["speakers"]
    assert report["default"] == "default"
    assert report["found"] == "vmic"
    assert errors == ""


def test_without_portaudio_everything_imports_and_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PORTAUDIO],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all("sudo apt install libportaudio2" in line for line in lines)
