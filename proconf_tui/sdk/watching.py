"""What one looks at, told to the server: the newest wins, and not too often.

People scroll and resize faster than anybody need hear of it. It knows no tiles and no slots.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from typing import Final

from proconf_tui.errors import ConnectionLost, ProconfError
from proconf_tui.protocol.messages import Watch, WatchedStream
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.tasks import Tasks

_log = logging.getLogger(__name__)

INTERVAL_S: Final = 0.25
REFUSED_S: Final = 5.0
"""After which what was refused, be it for asking too often, is said again."""


class Watching:
    """One participant's wish, kept for whenever the server has to be told it again."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._wish: Watch | None = None
        self._said: Watch | None = None
        self._is_in = False
        self._is_saying = False
        self._has_news = asyncio.Event()
        self._tasks = Tasks()

    def watch(self, streams: Iterable[WatchedStream] | None) -> None:
        """Look at ``streams`` and no others from now on; None is at everything."""
        wish = Watch(None if streams is None else list(streams))
        if wish != self._wish:
            self._wish = wish
            self._begin()

    def say_again(self) -> None:
        """Tell the server, which does not know it: one has just come in, or begins anew."""
        self._is_in, self._said = True, None
        self._begin()

    async def aclose(self) -> None:
        """Say nothing more."""
        self._is_in = False
        await self._tasks.aclose()

    def _begin(self) -> None:
        self._has_news.set()
        if self._is_in and not self._is_saying:
            self._is_saying = True
            self._tasks.start(self._say(), "watch")

    async def _say(self) -> None:
        try:
            while self._is_in and self._wish is not None and self._said is not self._wish:
                await self._say_once(self._wish)
                await asyncio.sleep(INTERVAL_S)
        finally:
            self._is_saying = False

    async def _say_once(self, wish: Watch) -> None:
        self._said = wish
        self._has_news.clear()
        try:
            await self._call(wish)
        except ConnectionLost:
            # It is said again when one is back, which one may be already.
            self._is_in = self._said is not wish
        except ProconfError as error:
            _log.warning("what one looks at was refused: %s", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_news.wait(), REFUSED_S)
            self._said = None
