"""Which specs are files, and what is said of those that are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import open_camera
from proconf_tui.media.files import media_file
from proconf_tui.media.microphone import open_microphone


def _found(spec: str) -> Path | None:
    return media_file(spec, {".wav"}, "sound", "--mic")


def test_a_file_is_a_file_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sound"
    path.touch()
    assert _found(str(path)) == path


@pytest.mark.parametrize("spec", ["USB Audio", "x" * 5000, "hw:0/1"])
def test_other_names_are_devices(spec: str) -> None:
    assert _found(spec) is None


def test_a_pipe_or_directory_is_no_sound_and_no_film(tmp_path: Path) -> None:
    for name in ("pipe.wav", "pipe.mp4"):
        os.mkfifo(tmp_path / name)
    for path in (tmp_path, tmp_path / "pipe.wav"):
        with pytest.raises(DeviceUnavailable, match="is no sound file; check the path after --mic"):
            open_microphone(str(path))
    for path in (tmp_path, tmp_path / "pipe.mp4"):
        with pytest.raises(DeviceUnavailable, match="is no video file; check the path after --cam"):
            open_camera(str(path))


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match="There is no sound file"):
        _found(str(tmp_path / "missing.wav"))
