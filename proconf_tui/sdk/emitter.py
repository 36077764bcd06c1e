"""Tells listeners what happened: named events to callbacks, typed ones to ``async for`` loops.

It knows no rooms. Callbacks run in the event loop, one after the other in the order of the
events; what one raises goes to the loop's exception handler and stops neither the others nor
the sender.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

from proconf_tui.control.events import Event, name_of, payload_of

Json = dict[str, Any]
Callback = Callable[[Json], object]
"""Plain or ``async``; receives the event's payload."""

C = TypeVar("C", bound=Callback)

STREAM_LIMIT: Final = 1024


class Emitter:
    """Callbacks by event name."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[_Listener]] = {}
        self._tasks: set[asyncio.Future[Any]] = set()

    def on(self, name: str, callback: C) -> C:
        """Call ``callback`` at every event of that name; returns it."""
        self._listeners.setdefault(name, []).append(_Listener(callback, is_once=False))
        return callback

    def once(self, name: str, callback: C) -> C:
        """Call ``callback`` at the next event of that name only; returns it."""
        self._listeners.setdefault(name, []).append(_Listener(callback, is_once=True))
        return callback

    def off(self, name: str, callback: Callback) -> None:
        """Stop calling ``callback``; one that is not registered is ignored."""
        kept = [one for one in self._listeners.get(name, ()) if one.callback != callback]
        self._listeners[name] = kept

    def emit(self, name: str, payload: Json) -> None:
        """Call everybody registered for ``name``, soon. Needs a running loop; never raises."""
        loop = asyncio.get_running_loop()
        called = self._listeners.get(name, [])
        self._listeners[name] = [one for one in called if not one.is_once]
        for listener in called:
            loop.call_soon(self._call, listener.callback, payload)

    async def aclose(self) -> None:
        """Forget the callbacks and cancel the asynchronous ones that still run.

        The one that is closing, when a callback itself does, goes on.
        """
        self._listeners.clear()
        running = self._tasks - {asyncio.current_task()}
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _call(self, callback: Callback, payload: Json) -> None:
        result = callback(payload)
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(result)
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": "A listener of an event failed", "exception": error}
            task.get_loop().call_exception_handler(context)


class _Listener:
    __slots__ = ("callback", "is_once")

    def __init__(self, callback: Callback, *, is_once: bool) -> None:
        self.callback = callback
        self.is_once = is_once


class EventStream:
    """The events from the moment it was made, for ``async for``; ends when its room is over.

    A reader that falls 1,024 events behind loses the oldest.
    """

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=STREAM_LIMIT)
        self._ready = asyncio.Event()
        self._is_closed = False

    def put(self, event: Event) -> None:
        """Add one event."""
        self._events.append(event)
        self._ready.set()

    def close(self) -> None:
        """End the iteration after what is still to be read."""
        self._is_closed = True
        self._ready.set()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._is_closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        return self._events.popleft()


class EventSource(Emitter):
    """An emitter of the typed events, for callbacks and streams alike."""

    def __init__(self) -> None:
        super().__init__()
        self._streams: list[EventStream] = []
        self._is_over = False

    def events(self) -> EventStream:
        """Return all events from now on, typed, for ``async for``."""
        stream = EventStream()
        if self._is_over:
            stream.close()
        else:
            self._streams.append(stream)
        return stream

    def emit_event(self, event: Event) -> None:
        """Send one typed event to streams and, as its payload, to callbacks."""
        for stream in self._streams:
            stream.put(event)
        self.emit(name_of(event), payload_of(event))

    def end_streams(self) -> None:
        """End what `events` returned, and returns from now on: nothing happens any more."""
        self._is_over = True
        for stream in self._streams:
            stream.close()
        self._streams.clear()

    async def aclose(self) -> None:
        self.end_streams()
        await super().aclose()
