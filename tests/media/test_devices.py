from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import devices, portaudio
from proconf_tui.media.device_lists import AudioDevice, AudioLists
from proconf_tui.media.devices import (
    answered,
    choose,
    learn_of_changes,
    linux_cameras,
    why_no_camera,
)
from tests.media.conftest import ROOT, Launch

DEVICES = [
    AudioDevice("Built-in Audio", 0, is_default=False),
    AudioDevice("USB Headset", 1, is_default=True),
    AudioDevice("USB Headset Pro", 2, is_default=False),
]

_IN_USE = AudioDevice("in use", 0, is_default=True)
_LOST = AudioDevice("lost", 1, is_default=False)

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


def _choose(wanted: str, among: list[AudioDevice] = DEVICES) -> int:
    return choose(wanted, lambda: among, "microphone", "--mic").index


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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A microphone in use and one that was lost; tells whether streams were to pause."""
    known = AudioLists((_IN_USE, _LOST), ())
    asked: list[bool] = []

    def refresh(*, may_pause: bool) -> bool:
        asked.append(may_pause)
        return may_pause

    monkeypatch.setattr(portaudio, "refresh", refresh)
    monkeypatch.setattr(portaudio, "present_lists", lambda: known)
    monkeypatch.setattr(portaudio.open_streams, "_names", [_IN_USE.name])
    return asked


@pytest.mark.parametrize(
    ("found", "lost", "is_worth_it"),
    [
        # Nobody answers: whoever works is left alone.
        (None, _LOST.name, False),
        # The one in use is not seen by another process.
        (AudioLists((_LOST,), ()), None, False),
        (AudioLists((_LOST,), ()), _LOST.name, True),
        (AudioLists((), ()), _LOST.name, True),
        (AudioLists((), ()), None, True),
        (AudioLists((_IN_USE, _LOST), (_LOST,)), None, True),
    ],
)
def test_streams_pause_only_for_another_list_or_a_lost_device_that_is_there(
    found: AudioLists | None,
    lost: str | None,
    is_worth_it: bool,
    asked: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "list_elsewhere", lambda: found)
    assert learn_of_changes(lost) is is_worth_it
    assert any(asked) is is_worth_it


def test_a_question_that_fails_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def ask() -> None:
        raise LookupError

    with pytest.raises(DeviceUnavailable, match="The sound system does not work because"):
        answered(ask)
    assert len(caplog.records) == 1


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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere cameras have no nodes to look at")
def test_why_a_camera_cannot_be_opened_is_told_as_far_as_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def why() -> str:
        return why_no_camera(2, "Camera 2", tmp_path)

    assert why() == "No camera was found; plug one in, or use --camera none."
    (tmp_path / "video0").touch()
    assert why() == "There is no Camera 2; plug it in, or choose another with --camera."
    (tmp_path / "video2").touch()
    assert why().startswith("Camera 2 cannot be opened; close other programs that use it")
    # Who tests as root may open everything.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert why().startswith(
        "You may not use Camera 2; add yourself to its group with: sudo adduser"
    )


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
