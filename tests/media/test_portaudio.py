from __future__ import annotations

import pytest

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import portaudio


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
