from __future__ import annotations

import threading

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import portaudio
from proconf_tui.media.device_lists import AudioDevice
from proconf_tui.media.open_streams import OpenStreams


@pytest.fixture(autouse=True)
def _requires_portaudio() -> None:
    try:
        portaudio.load()
    except DeviceUnavailable as error:
        pytest.skip(error.message)


@pytest.mark.parametrize("name", ["_exit_handler", "_initialize", "_terminate", "_initialized"])
def test_the_private_names_are_there(name: str) -> None:
    assert hasattr(portaudio.load(), name)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("Error opening: Device unavailable", -9985), "Headset is unplugged or in use by another"),
        (
            ("Error opening: Host error", -9999, (0, -5, "Input/output error")),
            r"Headset cannot be used \(Input/output error\); check",
        ),
        (("Error opening: Host error", -9999, (0, -5, "")), r"\(Error opening: Host error\)"),
        (("Invalid sample rate.",), r"\(Invalid sample rate\)"),
        ((), r"\(unknown error\)"),
    ],
)
def test_an_error_is_one_sentence_about_the_device(
    arguments: tuple[object, ...], reason: str
) -> None:
    with (
        pytest.raises(DeviceUnavailable, match=reason) as caught,
        portaudio.mapped_errors("Headset") as sounddevice,
    ):
        raise sounddevice.PortAudioError(*arguments)
    assert caught.value.message.endswith("choose another device.")


class _Stream:
    """Takes until ``released`` to start."""

    def __init__(self, released: threading.Event) -> None:
        self.is_starting = threading.Event()
        self._released = released

    def start(self) -> None:
        self.is_starting.set()
        assert self._released.wait(20)


def test_a_device_that_hangs_when_it_is_started_keeps_no_other_from_being_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    streams, released, started = OpenStreams(), threading.Event(), threading.Event()
    monkeypatch.setattr(portaudio, "open_streams", streams)
    started.set()
    hanging, working = _Stream(released), _Stream(started)

    def open_stream(name: str, stream: _Stream) -> None:
        device = AudioDevice(name, 0, is_default=False)
        portaudio.open_stream(lambda: device, lambda _sounddevice, _index: stream)

    thread = threading.Thread(target=open_stream, args=("hanging", hanging))
    thread.start()
    assert hanging.is_starting.wait(20)
    open_stream("working", working)
    names = streams.names
    released.set()
    thread.join(20)
    assert names == {"working"}
    assert streams.names == {"working", "hanging"}
