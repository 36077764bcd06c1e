"""One running agent: a participant, the link that commands it and, once attached, a screen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

from proconf_tui import __version__
from proconf_tui.agent.handlers import prepare
from proconf_tui.agent.link import Link
from proconf_tui.agent.participant import Participant
from proconf_tui.agent.printer import Printer
from proconf_tui.agent.screen import ScreenFeed
from proconf_tui.agent.watching import watched
from proconf_tui.control.commands import TileRequest
from proconf_tui.control.events import Event
from proconf_tui.control.screen import AgentReady
from proconf_tui.errors import ConfigError

GOODBYE_S: Final = 2.0
"""How long leaving and releasing the devices may take."""


class Agent:
    """Make it in a running loop; it works until ``stopping`` is set, and then wants `aclose`.

    ``watch`` sees every event after it was printed.
    """

    def __init__(
        self,
        printer: Printer,
        stopping: asyncio.Event,
        watch: Callable[[Event], None] | None = None,
    ) -> None:
        self.printer = printer
        self._stopping = stopping
        self._watch = watch
        self._screen: ScreenFeed | None = None
        self._finishing: asyncio.Task[None] | None = None
        self.participant = Participant(self.tell)
        self.link = Link(partial(prepare, self), printer)

    def tell(self, event: Event) -> None:
        """Print an event."""
        self.printer.event(event)
        if self._watch is not None:
            self._watch(event)

    def say_ready(self) -> None:
        """Print the first line."""
        self.tell(AgentReady(__version__))

    def stop(self) -> None:
        """Begin to end. Again does nothing."""
        self._stopping.set()

    def input_ended(self, settled: Callable[[], Awaitable[None]] | None = None) -> None:
        """Begin to end once what was read is answered, or after two seconds.

        They begin when ``settled`` returns, if commands are held until then.
        """
        self._finishing = asyncio.create_task(self._finish(settled), name="end of input")

    async def _finish(self, settled: Callable[[], Awaitable[None]] | None) -> None:
        if settled is not None and self.link.holds_any:
            await settled()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self.link.idle()
        self.stop()

    async def stopped(self) -> None:
        """Return when it is to end."""
        await self._stopping.wait()

    async def attach_screen(self, pictures: Path) -> None:
        """Speak to a screen from now on, in place of one before.

        Raises:
            InvalidMessage: there is no picture buffer at ``pictures``.
        """
        sight = self.participant.sight
        screen = ScreenFeed(sight, self.printer, pictures)
        before, self._screen = self._screen, screen
        self.participant.watch([])
        if before is not None:
            await before.aclose()

    async def show_tiles(self, tiles: list[TileRequest]) -> None:
        """Write pictures for these tiles, and have no others sent.

        Raises:
            ConfigError: no screen is attached.
        """
        if self._screen is None:
            raise ConfigError("There are no tiles without a screen; call attach_screen first.")
        await self._screen.show(tiles)
        self.participant.watch(watched(tiles))

    async def aclose(self) -> None:
        """Leave the meeting and release everything, or give up after two seconds."""
        if self._finishing is not None:
            self._finishing.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                # At once: what still runs may be waiting for just this, or be the leaving itself.
                await asyncio.gather(self.link.aclose(), self.participant.aclose())
                if self._screen is not None:
                    await self._screen.aclose()
