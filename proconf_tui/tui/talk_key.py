"""Carries out what the talk key means: unmutes, and mutes again, one command after the other.

When to talk `PushToTalk` decides; this one knows the clock and the agent, and no key.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from textual.timer import Timer
from textual.worker import Worker

from proconf_tui.control.commands import Command, Mute
from proconf_tui.errors import ProconfError
from proconf_tui.tui.push_to_talk import PushToTalk


class Host(Protocol):
    """The part of the screen that is needed here."""

    def run_worker(self, work: Awaitable[None], *, group: str) -> Worker[None]: ...

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class TalkKey:
    """``call`` raises what `Bridge.call` does. ``begin`` gives the command with which talking
    begins now. ``on_change`` is called when `is_live` changes, and ``on_refused`` with what was
    said to a wish to talk."""

    def __init__(
        self,
        host: Host,
        call: Callable[[Command], Awaitable[Any]],
        begin: Callable[[], Command],
        on_change: Callable[[], object],
        on_refused: Callable[[ProconfError], object],
    ) -> None:
        self.is_live = False
        self._host = host
        self._call = call
        self._begin = begin
        self._on_change = on_change
        self._on_refused = on_refused
        self._push = PushToTalk()
        self._timer: Timer | None = None
        self._is_following = False
        self._is_opening = False
        self._is_cut = False

    @property
    def is_idle(self) -> bool:
        """Whether the microphone is left to others: nobody talks by the key, or is just ending."""
        return not (self._push.is_talking or self.is_live or self._is_following)

    def press(self) -> None:
        """The key was pressed, by hand or by its repeating."""
        self._push.press(time.monotonic())
        self._follow()

    def release(self) -> None:
        """The key was let go."""
        self._push.release(time.monotonic())
        self._follow()

    def toggle(self) -> None:
        """Something that cannot be held was used in place of the key."""
        self._push.toggle(time.monotonic())
        self._follow()

    def end(self) -> None:
        """Talk no more, and mute."""
        self._push.end()
        self._follow()

    def forget(self) -> None:
        """Talk no more: somebody else has stopped the microphone already."""
        self._push.end()
        self._set_live(is_live=False)
        self._follow()

    def _tick(self) -> None:
        self._push.tick(time.monotonic())
        self._follow()

    def _follow(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if (due_at := self._push.due_at) is not None:
            delay = max(0.0, due_at - time.monotonic())
            self._timer = self._host.set_timer(delay, self._tick)
        if not self._is_following and self._push.is_talking != self.is_live:
            self._is_following = True
            self._host.run_worker(self._tell_agent(), group="talk")
        elif self._is_opening and not self._push.is_talking and not self._is_cut:
            # What opens the microphone may take its time; this overtakes it.
            self._is_cut = True
            self._host.run_worker(self._cut(), group="talk")

    async def _tell_agent(self) -> None:
        try:
            while self._push.is_talking != self.is_live:
                await (self._unmute() if self._push.is_talking else self._mute())
        finally:
            self._is_following = False

    async def _cut(self) -> None:
        with contextlib.suppress(ProconfError):
            await self._call(Mute())

    async def _unmute(self) -> None:
        self._is_opening, self._is_cut = True, False
        try:
            await self._call(self._begin())
        except ProconfError as error:
            self._push.end()
            self._on_refused(error)
            # One that was only slow must not open the microphone after all.
            await self._cut()
        else:
            self._set_live(is_live=not self._is_cut)
        finally:
            self._is_opening = False

    async def _mute(self) -> None:
        try:
            await self._call(Mute())
        except ProconfError as error:
            # The agent is silent at once, even where it cannot tell anybody.
            self._on_refused(error)
        finally:
            self._set_live(is_live=False)

    def _set_live(self, *, is_live: bool) -> None:
        if is_live != self.is_live:
            self.is_live = is_live
            self._on_change()
