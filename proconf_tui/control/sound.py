"""What is said about sound beyond the devices: processing, its test, hints and statistics."""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.control.events import Event
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId

HintName = Literal["talking-while-muted", "silent-microphone", "microphone-heard"]
DeviceKind = Literal["microphone", "camera", "speaker"]
EchoMethod = Literal["canceller", "ducking", "none"]


class SoundProcessing(msgspec.Struct, frozen=True, rename="camel"):
    """Result of ``set_processing``: what is done to the microphone's sound now.

    ``echo_method`` says how echo is kept out: ``canceller`` removes the loudspeaker's sound,
    ``ducking`` turns the microphone down while others are heard. ``isComplete`` is false where
    pywebrtc-audio is missing: noise suppression, high-pass and gain control then stay off, and echo
    is kept out by ducking.
    """

    echo_cancellation: bool
    noise_suppression: bool
    high_pass: bool
    gain_control: bool
    echo_method: EchoMethod
    is_complete: bool = True


class SoundTest(msgspec.Struct, frozen=True, rename="camel"):
    """Result of ``test_sound``: the loudest 20 ms in dBFS (-127 to 0), and whether that is louder
    than a quiet room (-50 dBFS)."""

    peak_dbfs: float
    is_heard: bool


class SoundTestEnded(ProconfError):
    """The sound test has no result: it was stopped, or something began that it would disturb."""

    code = "SOUND_TEST_ENDED"
    default_message = "The sound test was ended."


class VoiceInfo(msgspec.Struct, frozen=True, rename="camel"):
    """One remote voice as it is received and played.

    ``loss`` is a share (0 to 1) of the last seconds; the counts are packets and frames since the
    voice began; ``repeated`` are those of ``packets`` that had come before. ``is_decoded`` is
    false for whoever is not among the loudest. ``video_offset_ms`` is how far their picture is
    behind (positive) or ahead of their voice.
    """

    peer_id: PeerId
    delay_ms: float
    target_ms: float
    jitter_ms: float
    loss: float
    packets: int
    lost: int
    late: int
    repaired: int
    concealed: int
    is_decoded: bool
    video_offset_ms: float | None = None
    repeated: int = 0


class SendingInfo(msgspec.Struct, frozen=True, rename="camel"):
    """One's own voice as the server hears it; None for what is not known yet."""

    kbps: float
    expected_loss_percent: int
    rtt_ms: float | None = None
    loss: float | None = None


class MediaStatistics(msgspec.Struct, frozen=True, rename="camel"):
    """Result of ``statistics``; ``sending`` is None while nothing is sent."""

    voices: list[VoiceInfo]
    sending: SendingInfo | None = None


class SoundHint(Event, frozen=True, tag="sound-hint"):
    """Something about one's own microphone that is better said; ``message`` is a sentence."""

    hint: HintName
    message: str


class DeviceReturned(Event, frozen=True, tag="device-returned"):
    """A device that was lost works again, or another in its place; ``name`` is the one in use."""

    kind: DeviceKind
    name: str
