"""aiortc's receivers without a connection: what comes is put into them by the test."""

from __future__ import annotations

from types import SimpleNamespace

from aiortc import RTCRtpReceiver
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from proconf_tui.sdk.tracks import Kind


def unconnected_receiver(kind: Kind) -> RTCRtpReceiver:
    """Return one whose connection has yet to begin."""
    transport = SimpleNamespace(state="new", _stats_id="transport")
    receiver = RTCRtpReceiver(kind, transport)  # type: ignore[arg-type]
    receiver._track = RemoteStreamTrack(kind)
    return receiver
