"""The HTTP API at a meeting: who is let in, removed and muted; controls, metadata and data."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from proconf_tui.errors import Blocked, PermissionDenied, RoomFull
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import Label, Role
from proconf_tui.protocol.messages import Data
from proconf_tui.server.routes.data import SERVER
from tests.support.signalling import ROOM, RunningServer, SignallingClient

AT_ROOM = f"/api/v1/rooms/{ROOM}"


async def done(server: RunningServer, method: str, what: str, **body: Any) -> Any:
    """Return the answer of the room's route ``what``, which must agree."""
    answer = await server.http(method, f"{AT_ROOM}/{what}", json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def shown(server: RunningServer) -> dict[str, Any]:
    """Return the room as the API shows it."""
    return dict((await server.http("GET", AT_ROOM)).json())


async def speaking(
    server: RunningServer, identity: str, *labels: Label, role: Role = "guest"
) -> SignallingClient:
    """Return somebody who is in and publishes ``labels``."""
    client = await (await server.join(identity, role=role, has_media=True)).until_in()
    for label in labels:
        await client.ask(messages.Produce(label))
    return client


async def test_a_room_shows_who_is_in_what_they_publish_and_who_waits(
    server: RunningServer,
) -> None:
    await server.host()
    ann = await speaking(server, "ann", "audio", "video")
    await ann.ask(messages.PauseStream("audio"))
    await ann.ask(messages.RaiseHand())
    controls = await done(server, "PATCH", "controls", roomLocked=True)
    bob = await server.join("bob")
    room = await shown(server)
    assert room["controls"] == controls
    assert room["lobby"] == [{"peerId": bob.peer_id, "identity": "bob", "name": "Bob"}]
    assert room["waiting"] == 1
    host, guest = room["peers"]
    assert (host["streams"], host["handRaisedAt"], host["isConnected"]) == ({}, None, True)
    assert guest["handRaisedAt"] > room["createdAt"]
    assert guest["streams"] == {"audio": {"isPaused": True}, "video": {"isPaused": False}}
    assert set(guest) >= {"peerId", "identity", "name", "role"}


async def test_one_who_waits_is_admitted(server: RunningServer) -> None:
    await server.host(roomLocked=True)
    ann = await server.join("ann")
    await done(server, "POST", "admit", peerId=ann.peer_id)
    await ann.until_in()


async def test_one_who_waits_is_denied(server: RunningServer) -> None:
    await server.host(roomLocked=True)
    ann = await server.join("ann")
    await done(server, "POST", "deny", peerId=ann.peer_id)
    assert (await ann.end()).reason == "DENIED"


async def test_one_who_is_kicked_may_come_again_unless_blocked(server: RunningServer) -> None:
    host = await server.host()
    for block in (False, True):
        ann = await (await server.join("ann")).until_in()
        await done(server, "POST", "kick", peerId=ann.peer_id, block=block)
        assert (await ann.end()).reason == "KICKED"
    with pytest.raises(Blocked):
        await server.join("ann")
    assert (await shown(server))["blocked"] == ["ann"]
    await done(server, "POST", "unblock", identity="ann")
    await (await server.join("ann")).until_in()
    await host.settle()


async def test_even_a_host_is_kicked_by_the_server(server: RunningServer) -> None:
    host = await server.host()
    await done(server, "POST", "kick", peerId=host.peer_id)
    assert (await host.end()).reason == "KICKED"


async def test_muting_closes_the_audio_of_all_who_are_no_moderators(server: RunningServer) -> None:
    await server.create_room()
    host = await speaking(server, "host", "audio", role="host")
    ann = await speaking(server, "ann", "audio", "video")
    assert await done(server, "POST", "mute") == {
        "closed": [{"peerId": ann.peer_id, "label": "audio"}]
    }
    await ann.until(lambda: set(ann.room.participants[ann.peer_id].streams) == {"video"})
    assert set(ann.room.participants[host.peer_id].streams) == {"audio"}
    await ann.ask(messages.Produce("audio"))


async def test_muting_can_forbid_the_sources_to_all_who_are_no_moderators(
    server: RunningServer,
) -> None:
    await server.create_room()
    host = await speaking(server, "host", role="host")
    ann = await speaking(server, "ann", "audio", "video")
    await done(server, "POST", "mute", labels=["audio", "video"], allowUnmute=False)
    sources = (await shown(server))["controls"]["allowProduceSources"]
    assert sources == {"cam": False, "mic": False, "screen": True}
    for label in ("audio", "video"):
        with pytest.raises(PermissionDenied):
            await ann.ask(messages.Produce(label))
    await ann.ask(messages.Produce("screen"))
    await host.ask(messages.Produce("audio"))


async def test_muting_some_leaves_the_others_alone(server: RunningServer) -> None:
    await server.host()
    ann, bob = [await speaking(server, name, "audio") for name in ("ann", "bob")]
    closed = await done(server, "POST", "mute", peerIds=[ann.peer_id], allowUnmute=False)
    assert closed == {"closed": [{"peerId": ann.peer_id, "label": "audio"}]}
    with pytest.raises(PermissionDenied):
        await ann.ask(messages.Produce("audio"))
    await ann.ask(messages.Produce("video"))
    assert (await shown(server))["controls"]["allowProduceSources"]["mic"]
    await bob.ask(messages.PauseStream("audio"))


async def test_controls_are_changed_and_bind(server: RunningServer) -> None:
    host = await server.host()
    ann = await speaking(server, "ann", "video")
    controls = await done(
        server,
        "PATCH",
        "controls",
        allowProduceSources={"cam": False},
        allowSendData=False,
    )
    assert controls == {
        "roomLocked": False,
        "allowProduce": True,
        "allowProduceSources": {"cam": False, "mic": True, "screen": True},
        "allowConsume": True,
        "allowSendData": False,
    }
    assert await done(server, "PATCH", "controls") == controls
    await host.until(lambda: not host.room.participants[ann.peer_id].streams)
    with pytest.raises(PermissionDenied):
        await ann.ask(messages.SendChat("hello"))


async def test_metadata_is_replaced_and_clean(server: RunningServer) -> None:
    host = await server.host(metadata={"old": 1})
    answer = await done(server, "PUT", "metadata", metadata={"topic": "a\x1b[2Jb"})
    assert answer == {"metadata": {"topic": "ab"}}
    await host.until(lambda: host.room.metadata == {"topic": "ab"})


async def test_data_reaches_who_may_receive_it(server: RunningServer) -> None:
    host = await server.host()
    ann = await (await server.join("ann")).until_in()
    deaf = await server.client()
    await deaf.join(server.token("deaf", permissions={"canRecvData": False}))
    await deaf.until_in()
    answer = await done(server, "POST", "data", payload="a\x1b[2Jb")
    assert SERVER == "server"
    assert answer == {"peerIds": [host.peer_id, ann.peer_id]}
    assert await ann.next(Data) == Data(SERVER, "ab", "data")
    only = await done(server, "POST", "data", payload="x", to=[ann.peer_id], label="poll")
    assert only == {"peerIds": [ann.peer_id]}
    assert await ann.next(Data) == Data(SERVER, "x", "poll")
    await deaf.settle()
    assert not [each for each in deaf.told if isinstance(each, Data)]


async def test_a_room_that_expires_ends_for_everybody(server: RunningServer) -> None:
    host = await server.host(expiresS=1.5, roomLocked=True)
    waiting = await server.join("ann")
    ends = await asyncio.gather(host.end(), waiting.end())
    assert [end.reason for end in ends] == ["EXPIRED", "EXPIRED"]
    assert (await server.http("GET", AT_ROOM)).status_code == 404


async def test_a_room_holds_no_more_than_it_was_made_for(server: RunningServer) -> None:
    await server.host(maxPeers=2)
    await (await server.join("ann")).until_in()
    with pytest.raises(RoomFull):
        await server.join("bob")
