"""Devices that are opened on threads: none stays open for nobody, and their news reach the loop.

It knows no kind of device, nor what one is opened for.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol, TypeVar

from proconf_tui.errors import DeviceUnavailable


class Device(Protocol):
    """Whatever can be opened, breaks, and comes back."""

    on_lost: Callable[[str], None] | None
    on_returned: Callable[[str], None] | None

    async def aclose(self) -> None:
        """Release it."""


D = TypeVar("D", bound=Device)


class Opening:
    """Opens devices; use it in one event loop."""

    def __init__(self) -> None:
        self._unwanted: set[asyncio.Task[None]] = set()

    async def open(self, opener: Callable[[], D | None]) -> D | None:
        """Return what ``opener`` opens on a thread; who is cancelled meanwhile has it closed.

        Raises:
            DeviceUnavailable: it cannot be opened.
        """
        opening = asyncio.create_task(asyncio.to_thread(opener), name="open a device")
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            closing = asyncio.create_task(_close(opening), name="close a device")
            self._unwanted.add(closing)
            closing.add_done_callback(self._unwanted.discard)
            raise

    async def aclose(self) -> None:
        """Wait until all is closed that nobody waited for."""
        if self._unwanted:
            await asyncio.wait(self._unwanted)


async def _close(opening: asyncio.Task[D | None]) -> None:
    with contextlib.suppress(DeviceUnavailable):
        opened = await opening
        if opened is not None:
            await opened.aclose()


def follow(device: Device, look: Callable[[], None]) -> None:
    """Have ``look`` called in the running loop whenever ``device`` breaks or comes back.

    And once for what has happened until now.
    """
    loop = asyncio.get_running_loop()

    def on_device_thread(_: str) -> None:
        # A device may have something to say once more after the loop has closed.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(look)

    device.on_lost = device.on_returned = on_device_thread
    loop.call_soon(look)


def leave(device: Device | None) -> None:
    """Hear nothing more of a device that another has replaced."""
    if device is not None:
        device.on_lost = device.on_returned = None
