"""Lost packets between real clients and the engine: repaired in both directions."""

from __future__ import annotations

import pytest

from tests.support.line import Line
from tests.support.rtc_client import TestRoom, until
from tests.support.udp_relay import UdpRelay


@pytest.mark.parametrize(("loss_up", "loss_down"), [(0.1, 0.0), (0.0, 0.1)])
async def test_lost_packets_come_again(room: TestRoom, loss_up: float, loss_down: float) -> None:
    target = ("127.0.0.1", room.engine.stats().port)
    relay = UdpRelay(target, seed=1, up=Line(loss=loss_up), down=Line(loss=loss_down))
    await relay.open()
    try:
        ann = await room.join("ann", 0, rewrite=relay.rewrite)
        bob = await room.join("bob", 1)
        await until(room.all_have_all)
        receiver, sender = (bob, ann) if loss_up else (ann, bob)
        picture = receiver.from_peer(sender.peer_id, "video")
        assert picture is not None
        lost, shown = relay.lost, picture.frames
        # A picture a tenth of whose packets are lost for good would stand still.
        await until(lambda: picture.frames >= shown + 40)
        assert relay.lost > lost + 10
        assert room.all_have_all()
    finally:
        await room.aclose()
        await relay.aclose()
