"""The seam to pywebrtc-audio: WebRTC's echo canceller, noise suppression, high-pass, gain control.

Nothing else imports it. It is loaded when it is first needed, and may be missing: there are no
wheels of it for some machines. It knows no devices and no threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proconf_tui.media.pcm import SAMPLE_RATE_HZ, Int16Samples

if TYPE_CHECKING:
    from pywebrtc_audio import AudioProcessor


class WebRtcAudioMissing(Exception):
    """pywebrtc-audio is not installed, or does not load on this machine."""


class WebRtcVoice:
    """One's own voice as WebRTC cleans it, in blocks of 480 samples. One thread at a time.

    Raises WebRtcAudioMissing.
    """

    def __init__(
        self,
        *,
        echo_cancellation: bool,
        noise_suppression: bool,
        high_pass: bool,
        gain_control: bool,
    ) -> None:
        # The delay hint stays 0: left alone, the canceller found the delay best.
        self._processor = _processor_class()(
            sample_rate=SAMPLE_RATE_HZ,
            num_channels=1,
            echo_cancellation=echo_cancellation,
            noise_suppression=noise_suppression,
            high_pass_filter=high_pass,
            auto_gain_control=gain_control,
        )

    def process(self, near: Int16Samples, far: Int16Samples) -> Int16Samples:
        """Return the (480,) block ``near`` of the microphone, without what is of ``far``.

        ``far`` is the block that the loudspeaker played at about that time. It takes some 0.2 ms,
        without the interpreter's lock.
        """
        return self._processor.process(near, far)


def is_available() -> bool:
    """Return whether the library is here; loads it."""
    try:
        _processor_class()
    except WebRtcAudioMissing:
        return False
    return True


def _processor_class() -> type[AudioProcessor]:
    try:
        from pywebrtc_audio import AudioProcessor
    except ImportError as error:
        raise WebRtcAudioMissing from error
    return AudioProcessor
