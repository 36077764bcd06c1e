"""One participant of a large meeting: a real websocket, and raw SRTP each way.

It does what a client does, in the client's order, by the client's own signalling; only the media
is opaque: what is sent was never encoded, and what comes is counted and not decrypted.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from bench.lib.load_client import LoadClient
from bench.lib.load_sdp import LABELS
from proconf_tui.errors import LimitExceeded, ProconfError
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.messages import (
    AnswerSubscription,
    Closed,
    Join,
    Leave,
    Levels,
    MediaLost,
    Notification,
    Produce,
    Publish,
    PublishResult,
    Slots,
    SubscriptionOffer,
    Watch,
    WatchedStream,
    Welcome,
)
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.signalling import Signalling, open_signalling
from proconf_tui.sdk.tasks import Tasks

HOST: Final = "127.0.0.1"
TILE_PX: Final = (320, 180)
_TRY_AGAIN_S: Final = 0.25
_WITHIN_S: Final = 30.0

Handler = Callable[[Any], None]


class Person:
    """Comes in, publishes a voice and a picture, and watches whom it is told to.

    ``trouble`` says what went wrong, if anything did; ``waits`` counts how often the server said
    that so many do not come in at once.
    """

    def __init__(self, on_slots: Callable[[], None]) -> None:
        """``on_slots`` is called each time other streams are sent to this one."""
        self.client = LoadClient(HOST)
        self.peer_id = PeerId("")
        self.heard = self.seen = 0
        self.levels = self.slot_changes = self.offers = self.waits = 0
        self.trouble: str | None = None
        self._signalling: Signalling | None = None
        self._is_in = asyncio.Event()
        self._answering = asyncio.Lock()
        self._tasks = Tasks()
        self._tell_slots = on_slots
        self._handlers: dict[type[Notification], Handler] = {
            Welcome: self._on_welcome,
            SubscriptionOffer: self._on_offer,
            Slots: self._on_slots,
            Levels: self._on_levels,
            Closed: self._on_closed,
            MediaLost: self._on_media_lost,
        }

    @property
    def ports(self) -> tuple[int, int]:
        """The UDP ports of both connections."""
        return self.client.publishing.local.port, self.client.subscribing.local.port

    async def enter(self, server: ServerAddress, token: str) -> None:
        """Join, and be in.

        Raises:
            ProconfError: the server refuses, or is not there.
        """
        while self._signalling is None:
            await self._try_to_join(server, token)
        self._signalling.start(self._take, self._lost)
        async with asyncio.timeout(_WITHIN_S):
            await self._is_in.wait()

    async def _try_to_join(self, server: ServerAddress, token: str) -> None:
        signalling = await open_signalling(server)
        try:
            joined = await signalling.join(Join(token=token))
        except LimitExceeded:
            self.waits += 1
            await signalling.aclose()
            await asyncio.sleep(_TRY_AGAIN_S)
        else:
            self.peer_id, self._signalling = joined.peer_id, signalling

    async def publish(self) -> None:
        """Open the publishing connection and start both streams.

        Raises:
            ProconfError: the server refuses, or is not there.
            ConnectionError: the connection cannot be made.
        """
        labels = {Mid(mid): cast("Label", label) for mid, label in LABELS.items()}
        result = await self._ask(Publish(self.client.publishing_offer(), labels))
        await self.client.connect_publishing(cast("PublishResult", result).sdp)
        for label in labels.values():
            await self._ask(Produce(label))

    async def watch(self, others: Iterable[PeerId]) -> None:
        """Look at the pictures of these and of nobody else.

        Raises:
            ProconfError: the server refuses, or is not there.
        """
        await self._ask(Watch([WatchedStream(other, "video", *TILE_PX) for other in others]))

    async def aclose(self) -> None:
        """Leave, and be gone."""
        await self._tasks.aclose()
        if self._signalling is not None:
            with contextlib.suppress(ProconfError):
                await self._ask(Leave())
            await self._signalling.aclose()
        await self.client.aclose()

    async def _ask(self, request: Any) -> Any:
        assert self._signalling is not None, "only who is in asks"
        return await self._signalling.request(request)

    # --- what the server tells ------------------------------------------------------------------

    def _take(self, message: Notification) -> None:
        handler = self._handlers.get(type(message))
        if handler is not None:
            handler(message)

    def _lost(self) -> None:
        self.trouble = self.trouble or "The websocket is gone."

    def _on_welcome(self, _: Welcome) -> None:
        self._is_in.set()

    def _on_offer(self, offer: SubscriptionOffer) -> None:
        self.offers += 1
        self._tasks.start(self._answer(offer.sdp), "answer")

    async def _answer(self, offer: str) -> None:
        try:
            async with self._answering:
                await self._ask(AnswerSubscription(self.client.subscribing_answer(offer)))
            await self.client.connect_subscribing(offer)
        except (ProconfError, ConnectionError) as error:
            self.trouble = f"The subscribing connection failed: {error}"

    def _on_slots(self, slots: Slots) -> None:
        self.slot_changes += 1
        self.heard = sum(feed.kind == "audio" for feed in slots.feeds)
        self.seen = sum(feed.kind == "video" for feed in slots.feeds)
        self._tell_slots()

    def _on_levels(self, _: Levels) -> None:
        self.levels += 1

    def _on_closed(self, closed: Closed) -> None:
        self.trouble = closed.message

    def _on_media_lost(self, _: MediaLost) -> None:
        self.trouble = "The server hears no media any more."
