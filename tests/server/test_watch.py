"""`watch` and `wanted` over the wire: who looks at what reaches those who publish it."""

from __future__ import annotations

from typing import Any

import pytest

from proconf_tui.errors import InvalidMessage, LimitExceeded
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import Label
from proconf_tui.protocol.limits import WATCHED_STREAMS
from proconf_tui.protocol.messages import SizePx, SubscriptionOffer, Wanted, Watch, WatchedStream
from tests.support.signalling import RunningServer, SignallingClient

SMALL, LARGE = SizePx(160, 90), SizePx(640, 360)


def look(at: SignallingClient, size: SizePx = SMALL, label: Label = "video") -> WatchedStream:
    return WatchedStream(at.peer_id, label, size.width_px, size.height_px)


async def told(client: SignallingClient, **streams: SizePx | None) -> None:
    """Wait until `wanted` says exactly this."""
    await client.next(Wanted, lambda news: news.streams == streams)


async def next_told(client: SignallingClient, **streams: SizePx | None) -> None:
    """Wait for the next `wanted` and see that it says exactly this."""
    assert (await client.next(Wanted)).streams == streams


async def host_of(server: RunningServer, **options: Any) -> SignallingClient:
    await server.create_room(**options)
    host = await (await server.join("host", role="host", has_media=True)).until_in()
    await told(host)
    return host


async def test_the_largest_size_is_told_until_nobody_looks(server: RunningServer) -> None:
    host = await host_of(server)
    ann, ben = [await (await server.join(n, has_media=True)).until_in() for n in ("ann", "ben")]
    await ann.ask(Watch([look(host), look(ann), look(host, SizePx(64, 48), "screen")]))
    await told(host, video=SMALL, screen=SizePx(64, 48))
    await ben.ask(Watch([look(host, SizePx(120, 120))]))
    await told(host, video=SizePx(160, 120), screen=SizePx(64, 48))
    await ann.ask(Watch([]))
    await told(host, video=SizePx(120, 120))
    await ben.ask(Watch())
    await told(host, video=None, screen=None)
    await ben.ask(messages.Leave())
    await told(host)


async def test_what_somebody_watched_counts_again_when_they_are_back(server: RunningServer) -> None:
    host = await host_of(server)
    ann = await (await server.join("ann", has_media=True)).until_in()
    await ann.ask(Watch([look(host)]))
    await told(host, video=SMALL)
    await host.ask(Watch([look(ann)]))
    await told(ann, video=SMALL)
    await ann.vanish()
    await told(host)
    back = await (await server.client()).come_back(ann, has_media=True)
    await told(host, video=SMALL)
    await told(back, video=SMALL)


async def test_who_waits_may_say_what_they_will_watch(server: RunningServer) -> None:
    host = await host_of(server, roomLocked=True)
    ann = await server.join("ann", has_media=True)
    await ann.ask(Watch([look(host, LARGE)]))
    eve = await (await server.join("eve", role="coHost", has_media=True)).until_in()
    await eve.ask(Watch([look(host)]))
    await next_told(host, video=SMALL)
    await host.ask(messages.Admit(ann.peer_id))
    await next_told(host, video=LARGE)


async def test_a_reset_tells_again_what_is_wanted(server: RunningServer) -> None:
    host = await host_of(server)
    ann = await (await server.join("ann", has_media=True)).until_in()
    await ann.ask(Watch([look(host)]))
    await told(host, video=SMALL)
    await host.next(SubscriptionOffer)
    await host.ask(messages.ResetSubscription())
    await told(host, video=SMALL)
    await host.next(SubscriptionOffer)


async def test_who_has_no_media_watches_nothing(server: RunningServer) -> None:
    host = await host_of(server)
    bot = await (await server.join("bot", role="bot")).until_in()
    await bot.ask(Watch([look(host, LARGE)]))
    ann = await (await server.join("ann", has_media=True)).until_in()
    await ann.ask(Watch([look(host)]))
    await next_told(host, video=SMALL)


async def test_what_is_too_much_or_no_picture_is_refused(server: RunningServer) -> None:
    host = await host_of(server)
    ann = await (await server.join("ann", has_media=True)).until_in()
    await ann.ask(Watch([look(host)] * WATCHED_STREAMS))
    await told(host, video=SMALL)
    with pytest.raises(InvalidMessage, match="Only pictures are watched"):
        await ann.ask(Watch([look(host, label="audio")]))
    with pytest.raises(LimitExceeded, match=f"at most {WATCHED_STREAMS}"):
        await ann.ask(Watch([look(host)] * (WATCHED_STREAMS + 1)))
    with pytest.raises(InvalidMessage):
        await ann.ask(Watch([look(host, SizePx(0, 90))]))
    await ann.ask(Watch([look(host, LARGE)]))
    await next_told(host, video=LARGE)
