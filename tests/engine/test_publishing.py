"""What one publishes: streams that the next offer leaves out, and how many there may be."""

from __future__ import annotations

import pytest

from proconf_tui.engine.publishing import MAX_STREAMS
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import InvalidMessage
from tests.support.rtc_client import TestRoom

SESSION = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuv
a=setup:actpass
a=fingerprint:sha-256 {digest}
""".format(digest=":".join(["AB"] * 32))


def _offer(mids: range) -> str:
    """Return an offer of a picture for each of ``mids``."""
    sections = "".join(
        f"m=video 9 UDP/TLS/RTP/SAVPF 98\na=mid:{mid}\na=sendonly\n"
        f"a=rtpmap:98 VP8/90000\na=ssrc:{1000 + mid} cname:x\n"
        for mid in mids
    )
    return SESSION + sections


async def test_streams_that_an_offer_leaves_out_are_given_up(
    room: TestRoom, engine: EmbeddedEngine
) -> None:
    ann = await room.join("ann", 0, is_publishing=False)
    for first in range(0, 10 * MAX_STREAMS, MAX_STREAMS):
        answer = await engine.publish(ann.peer_id, _offer(range(first, first + MAX_STREAMS)), {})
        assert answer.count("m=video") == MAX_STREAMS
    peer = engine._room_of[ann.peer_id].peers[ann.peer_id]
    assert peer.publishing is not None
    assert len(peer.publishing.producers) == MAX_STREAMS


async def test_nobody_publishes_without_bound(room: TestRoom, engine: EmbeddedEngine) -> None:
    ann = await room.join("ann", 0, is_publishing=False)
    with pytest.raises(InvalidMessage, match="More than"):
        await engine.publish(ann.peer_id, _offer(range(MAX_STREAMS + 1)), {})
