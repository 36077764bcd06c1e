"""Both media connections of one participant, opened at once and built anew when they fail.

It knows labels and slots; who may publish what, and who hears whom, is the server's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final, cast

from aiortc import MediaStreamTrack

from proconf_tui.control.events import RoomNotification
from proconf_tui.control.sound import SendingInfo
from proconf_tui.errors import ConnectionLost, InvalidMessage, ProconfError
from proconf_tui.protocol.ids import Label, Mid
from proconf_tui.protocol.messages import (
    AnswerSubscription,
    Publish,
    PublishResult,
    ResetSubscription,
    SizePx,
    SlotFeed,
    WatchedStream,
)
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.reach import Reach
from proconf_tui.sdk.statistics import SendingMeter
from proconf_tui.sdk.subscriptions import Subscriptions
from proconf_tui.sdk.tasks import Tasks
from proconf_tui.sdk.transports import IceServers, Publisher, Subscriber
from proconf_tui.sdk.watching import Watching

Work = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)

# The first wait lets a farewell overtake what only looks like a failure.
_REPAIR_DELAYS_S: Final = (0.1, 0.5, 2.0, 5.0)
_MOST_ATTEMPTS: Final = 8
_BROKEN: Final = ("failed", "closed")


class MediaLink:
    """What is sent and received; ``call`` reaches the server.

    ``tell`` hears when nothing gets through, and when it does again.
    """

    def __init__(
        self,
        call: Call,
        subscriptions: Subscriptions,
        tell: Callable[[RoomNotification], None],
        ice_servers: IceServers = (),
    ) -> None:
        self._call = call
        self._subscriptions = subscriptions
        self._publisher = Publisher(self._publish, self._publishing_state, ice_servers)
        self._subscriber = Subscriber(
            self._answer,
            subscriptions.add_receiver,
            subscriptions.reset,
            self._subscribing_state,
            ice_servers,
        )
        self._watching = Watching(call)
        self._meter = SendingMeter()
        self._reach = Reach(tell)
        self._tasks = Tasks()
        self._publish_repair = _Repair(self._publisher.rebuild)
        self._full_repair = _Repair(self._restart)
        self._is_closing = False

    @property
    def trouble(self) -> str | None:
        """Why neither sound nor pictures get through; None while they do."""
        return self._reach.trouble

    async def open(self, labels: Sequence[Label]) -> None:
        """Have a place to send each of ``labels``.

        Raises:
            ProconfError: the server refused, or is not there.
        """
        await self._publisher.open(labels)

    def prepare(self, labels: Sequence[Label]) -> None:
        """Do as `open`, soon; a failure shows when something is to be sent."""
        self._start(lambda: self._publisher.open(labels), "publish")

    def send(self, label: Label, source: MediaStreamTrack | None) -> None:
        """From now on send what ``source`` delivers under ``label``; None is nothing."""
        self._publisher.send(label, source)

    def is_sending(self, label: Label) -> bool:
        """Return whether anything is sent under ``label``."""
        return self._publisher.source_of(label) is not None

    async def sending_statistics(self) -> SendingInfo | None:
        """Return how one's own voice is sent; None while none is published."""
        sender = self._publisher.sender_of("audio")
        return await self._meter.measure(sender) if sender is not None else None

    def take_offer(self, sdp: str) -> None:
        """Answer the server's offer, soon."""
        self._start(lambda: self._take_offer(sdp), "answer")

    def take_slots(self, feeds: Iterable[SlotFeed]) -> None:
        """Take which peer's stream comes over which m-line now."""
        self._subscriptions.apply(feeds)

    def take_wanted(self, sizes: Mapping[Label, SizePx | None]) -> None:
        """Send pictures in the sizes that others look at them in, and what nobody does not."""
        self._publisher.want(sizes)

    def rest(self, label: Label, *, is_resting: bool) -> None:
        """Send no pictures under ``label``, whoever looks, or go on."""
        self._publisher.rest(label, is_resting=is_resting)

    def watch(self, streams: Iterable[WatchedStream] | None) -> None:
        """Receive these pictures and no others, soon; None is all."""
        wanted = None if streams is None else list(streams)
        self._subscriptions.watch(
            None if wanted is None else [(each.peer_id, each.label) for each in wanted]
        )
        self._watching.watch(wanted)

    def came_in(self) -> None:
        """Tell the server what it does not know of one who has just come in, or back."""
        self._watching.say_again()

    def went_away(self) -> None:
        """Learn that signalling broke; its return brings fresh connections."""
        self._reach.stop()

    def rebuild_publishing(self) -> None:
        """Begin a fresh publishing connection that sends the same, soon."""
        self._start(self._publish_repair.run, "rebuild-publishing")

    def rebuild_all(self) -> None:
        """Begin both connections anew, soon."""
        self._start(self._full_repair.run, "rebuild-all")

    async def aclose(self) -> None:
        """Close everything; what was sent lives on."""
        self._is_closing = True
        self._reach.stop()
        await self._tasks.aclose()
        await self._watching.aclose()
        await asyncio.gather(self._publisher.aclose(), self._subscriber.aclose())
        await self._subscriptions.aclose()

    # --- with the server ------------------------------------------------------------------------

    async def _publish(self, sdp: str, labels: dict[Mid, Label]) -> str:
        answer = cast("PublishResult", await self._call(Publish(sdp, labels))).sdp
        self._reach.described("publishing", answer)
        return answer

    async def _answer(self, sdp: str) -> None:
        await self._call(AnswerSubscription(sdp))

    async def _take_offer(self, sdp: str) -> None:
        self._reach.described("subscribing", sdp)
        try:
            await self._subscriber.take_offer(sdp)
        except InvalidMessage as error:
            # The server may have made a newer offer meanwhile; a fresh start is right for both.
            _log.warning("offer not answered: %s", error)
            await self._full_repair.run()

    async def _restart(self) -> None:
        # The server forgets both connections when it makes a fresh subscribing one.
        await self._call(ResetSubscription())
        self._watching.say_again()
        await self._publisher.rebuild()

    def _publishing_state(self, state: str) -> None:
        self._reach.changed("publishing", state)
        if state == "connected":
            self._publish_repair.succeeded()
        elif state in _BROKEN and not self._is_closing:
            self.rebuild_publishing()

    def _subscribing_state(self, state: str) -> None:
        self._reach.changed("subscribing", state)
        if state == "connected":
            self._full_repair.succeeded()
        elif state in _BROKEN and not self._is_closing:
            self.rebuild_all()

    def _start(self, work: Work, name: str) -> None:
        self._tasks.start(_reported(work), name)


async def _reported(work: Work) -> None:
    # Called here: a task that is cancelled before it began would leave a coroutine unawaited.
    try:
        await work()
    except ProconfError as error:
        # Whatever broke signalling brings fresh connections once it is back.
        _log.warning("media connection: %s", error)


class _Repair:
    """One way to begin anew: one at a time, and more patiently each time it did not help.

    It goes on until the server takes it, or signalling is gone, whose return brings fresh
    connections anyway.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._attempts = 0
        self._is_running = False

    async def run(self) -> None:
        """Do the work, unless it is under way already.

        Raises:
            ProconfError: it cannot be done.
        """
        if self._is_running:
            return
        self._is_running = True
        try:
            while not await self._is_done():
                continue
        finally:
            self._is_running = False

    async def _is_done(self) -> bool:
        is_last = self._attempts >= _MOST_ATTEMPTS
        delay_s = _REPAIR_DELAYS_S[min(self._attempts, len(_REPAIR_DELAYS_S) - 1)]
        self._attempts += 1
        await asyncio.sleep(delay_s)
        try:
            await self._work()
        except ConnectionLost:
            raise
        except ProconfError:
            if is_last:
                raise
            return False
        return True

    def succeeded(self) -> None:
        """Be prompt the next time."""
        self._attempts = 0
