"""A network that loses packets of one sender, in turn and not by chance."""

from __future__ import annotations

import pytest
from aiortc import RTCRtpSender

_FIRST_RTCP_TYPE, _LAST_RTCP_TYPE = 192, 223


def lose(sender: RTCRtpSender, monkeypatch: pytest.MonkeyPatch, one_in: int) -> None:
    """Lose one of so many RTP packets, at the first try or again; RTCP gets through."""
    send, count = sender.transport._send_rtp, 0

    async def lossy(data: bytes) -> None:
        nonlocal count
        is_rtcp = _FIRST_RTCP_TYPE <= data[1] <= _LAST_RTCP_TYPE
        count += not is_rtcp
        if is_rtcp or count % one_in:
            await send(data)

    monkeypatch.setattr(sender.transport, "_send_rtp", lossy)
