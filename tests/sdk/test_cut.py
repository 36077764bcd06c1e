"""A network that is cut for long: the same seat, everything missed, and media again.

All clocks that judge silence run `HASTE` times as fast, so that what is as long as fifteen seconds
takes six.
"""

from __future__ import annotations

import asyncio

import aioice.ice
import pytest

from proconf_tui.control import events as told
from proconf_tui.engine import peer as engine_peer
from proconf_tui.protocol.limits import HEARTBEAT_S
from tests.support.meeting import Person, until
from tests.support.network import cuttable_meeting, needs_loopback_network

HASTE = 2.5
CUT_S = 10.0 / HASTE

pytestmark = [needs_loopback_network, pytest.mark.timeout(120)]


async def test_after_a_long_cut_everything_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((engine_peer, "MEDIA_LOST_S"), (aioice.ice, "CONSENT_INTERVAL")):
        monkeypatch.setattr(module, name, getattr(module, name) / HASTE)
    async with cuttable_meeting(heartbeat_s=HEARTBEAT_S / HASTE) as meeting:
        host, ben = await meeting.host(), await meeting.join("Ben")
        await ben.room.local_peer.raise_hand()
        await until(lambda: host.hears(ben) and ben.hears(host))
        seat = ben.room.seat

        network = meeting.network_of(ben)
        network.cut()
        await host.until_told(told.ConnectionQuality, peer_id=ben.peer_id, quality="lost")
        await host.room.local_peer.send_data("said meanwhile", label="chat")
        await host.room.update_metadata({"changed": "meanwhile"})
        own_line = asyncio.create_task(ben.room.local_peer.send_data("into the void", label="chat"))
        await asyncio.sleep(CUT_S)
        network.restore()

        await ben.until_told(told.RoomReconnected)
        await own_line
        assert ben.room.seat == seat
        await ben.until_told(told.ReceiveData, payload="said meanwhile")
        await ben.until_told(told.MetadataUpdated, metadata={"changed": "meanwhile"})
        await until(lambda: host.hears(ben) and ben.hears(host))
        await until(lambda: host.sees(ben) and ben.sees(host))
        assert _texts(host) == _texts(ben) == ["said meanwhile", "into the void"]
        assert host.told(told.PeerLeft) == []
        assert host.told(told.HandLowered) == []
        assert [each for each in ben.told(told.RoomNotification) if "GAP" in each.code] == []


def _texts(person: Person) -> list[str]:
    return [line.text for line in person.room.chat]
