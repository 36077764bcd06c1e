"""Real media through the whole server: who is in hears the others, and moderators end that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import pytest

from proconf_tui.engine.base import Engine
from proconf_tui.errors import InvalidMessage, PeerNotFound, PermissionDenied
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import Label, Mid
from tests.support.gathering import gathering
from tests.support.rtc_client import RtcClient, until
from tests.support.signalling import RunningServer, SignallingClient


class _EngineOverTheWire:
    """What an `RtcClient` asks of an engine, asked of the server."""

    def __init__(self, client: SignallingClient) -> None:
        self._client = client

    async def publish(self, _: str, sdp: str, labels: Mapping[str, str]) -> str:
        named = cast("dict[Mid, Label]", dict(labels))
        return str((await self._client.ask(messages.Publish(sdp, named))).sdp)

    async def answer(self, _: str, sdp: str) -> None:
        await self._client.ask(messages.AnswerSubscription(sdp))


class Participant:
    """A signalling client with real media."""

    def __init__(self, client: SignallingClient, number: int) -> None:
        self.client = client
        wire = cast("Engine", _EngineOverTheWire(client))
        self.rtc = RtcClient(wire, client.peer_id, number)
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        while not self.client.is_over:
            await self.client.until(lambda: self._news() or self.client.is_over)
            for news in self._news():
                self.client.told.remove(news)
                if isinstance(news, messages.SubscriptionOffer):
                    self.rtc.offer(news.sdp)
                elif isinstance(news, messages.Slots):
                    self.rtc.slots = cast("Any", tuple(news.feeds))

    def _news(self) -> list[Any]:
        kinds = (messages.SubscriptionOffer, messages.Slots)
        return [told for told in self.client.told if isinstance(told, kinds)]

    async def publish(self) -> None:
        await self.rtc.publish()
        for label in ("audio", "video"):
            await self.client.ask(messages.Produce(label))

    async def aclose(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.rtc.aclose()


@pytest.fixture
async def two(server: RunningServer) -> AsyncIterator[tuple[Participant, Participant]]:
    """A host and a guest who publish; whether they hear each other is for the test to see."""
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(gathering("127.0.0.1"))
        await server.create_room()
        made = []
        for number, (name, role) in enumerate([("host", "host"), ("ann", "guest")]):
            client = await (await server.join(name, role=role, has_media=True)).until_in()
            participant = Participant(client, number)
            stack.push_async_callback(participant.aclose)
            await participant.publish()
            made.append(participant)
        yield made[0], made[1]


Two = tuple[Participant, Participant]


async def test_two_hear_and_see_each_other_and_one_speaks(two: Two) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc) and guest.rtc.has(host.rtc))
    both = {host.client.peer_id, guest.client.peer_id}
    levels = await host.client.next(messages.Levels, lambda told: set(told.active_speakers) == both)
    assert levels.dominant_speaker in both
    assert all(-60 < level <= 0 for level in levels.levels.values())


async def test_a_meeting_that_was_over_before_prometheus_asked_is_counted(
    server: RunningServer, two: Two
) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc) and guest.rtc.has(host.rtc))
    await host.client.ask(messages.EndRoom())
    await host.client.end()
    lines = (await server.http("GET", "/metrics")).text.splitlines()
    told = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert told["proconf_media_peers"] == "0.0"
    assert float(told["proconf_keyframes_total"]) >= 2.0


async def test_muting_everyone_silences_the_guest_in_the_server(two: Two) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc))
    await host.client.ask(messages.MuteEveryone())
    await until(lambda: host.rtc.from_peer(guest.rtc.peer_id, "audio") is None)
    assert host.rtc.from_peer(guest.rtc.peer_id, "video") is not None
    alone = [host.client.peer_id]
    await host.client.next(messages.Levels, lambda told: told.active_speakers == alone)


async def test_pictures_are_sent_to_those_who_look_and_sound_to_all(two: Two) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc))
    # Who says nothing sees everything.
    await guest.client.next(
        messages.Wanted, lambda told: told.streams == {"video": None, "screen": None}
    )
    await host.client.ask(messages.Watch([]))
    assert (await guest.client.next(messages.Wanted)).streams == {}
    await until(lambda: host.rtc.from_peer(guest.rtc.peer_id, "video") is None)
    assert host.rtc.from_peer(guest.rtc.peer_id, "audio") is not None

    tile = messages.WatchedStream(guest.client.peer_id, "video", 160, 90)
    await host.client.ask(messages.Watch([tile]))
    wanted = await guest.client.next(messages.Wanted)
    assert wanted.streams == {"video": messages.SizePx(160, 90)}
    await until(lambda: host.rtc.has(guest.rtc))


async def test_a_seat_taken_again_has_fresh_media(server: RunningServer, two: Two) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc))
    again = await server.client()
    await again.join("", resume=guest.client.resume_of(), has_media=True)
    await again.until_in()
    await guest.aclose()
    back = Participant(again, 1)
    try:
        await back.publish()
        await until(lambda: host.rtc.has(back.rtc) and back.rtc.has(host.rtc))
    finally:
        await back.aclose()


async def test_who_was_kicked_is_heard_no_more(two: Two) -> None:
    host, guest = two
    await until(lambda: host.rtc.has(guest.rtc))
    await host.client.ask(messages.Kick(guest.client.peer_id))
    await until(lambda: not host.rtc.slots)
    assert (await guest.client.end()).reason == "KICKED"


async def test_a_bad_description_is_refused_and_hurts_nobody(two: Two) -> None:
    host, guest = two
    for request in (messages.Publish("v=0", {}), messages.AnswerSubscription("nonsense")):
        with pytest.raises(InvalidMessage):
            await guest.client.ask(request)
    await until(lambda: host.rtc.has(guest.rtc) and guest.rtc.has(host.rtc))


async def test_without_media_there_is_nothing_to_set_up(server: RunningServer, two: Two) -> None:
    bot = await (await server.join("bot", role="bot")).until_in()
    for request in (messages.Publish("v=0", {}), messages.ResetSubscription()):
        with pytest.raises(PeerNotFound):
            await bot.ask(request)
    assert not any(isinstance(told, messages.SubscriptionOffer) for told in bot.told)
    await two[0].client.until(lambda: bot.peer_id in two[0].client.room.participants)


async def test_without_media_nothing_is_published(server: RunningServer) -> None:
    await server.host()
    guest = await (await server.join("ann")).until_in()
    with pytest.raises(PermissionDenied, match="joined without media"):
        await guest.ask(messages.Produce("audio"))
    assert not guest.room.participants[guest.peer_id].streams
