"""What is published as ``screen``: a film, an address or another camera, open while it is shown.

It knows no room; whoever publishes hands that in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from proconf_tui.agent.devices import in_this_loop
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.sdk import LocalTrack

_MOST: Final = (1920, 1080)
"""Width and height: what is read must stay sharp."""

Publish = Callable[[LocalTrack], Awaitable[None]]


class SharedScreen:
    """At most one source at a time; ``on_change`` is told in a sentence when it is lost or back."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._shown: CameraTrack | None = None
        self._lost: CameraTrack | None = None

    @property
    def is_lost(self) -> bool:
        """Whether what is shown gives no pictures just now."""
        return self._shown is not None and self._shown is self._lost

    async def show(self, source: str, publish: Publish) -> None:
        """Open ``source``, named as for ``--camera``, and publish it in place of one before.

        Raises:
            DeviceUnavailable: it cannot be opened.
            ProconfError: publishing it was refused.
        """
        opened = await asyncio.to_thread(partial(open_camera, source, size=_MOST))
        if opened is None:
            raise DeviceUnavailable(
                "There is nothing to show; name a file, an address or a camera."
            )
        opened.on_lost = in_this_loop(partial(self._told, opened, is_lost=True))
        opened.on_returned = in_this_loop(partial(self._told, opened, is_lost=False))
        try:
            await publish(LocalTrack("screen", "screen", opened))
        except BaseException:
            await opened.aclose()
            raise
        before, self._shown = self._shown, opened
        if before is not None:
            await before.aclose()

    async def aclose(self) -> None:
        """Release the source. Again does nothing."""
        shown, self._shown = self._shown, None
        if shown is not None:
            await shown.aclose()

    def _told(self, source: CameraTrack, said: str, *, is_lost: bool) -> None:
        self._lost = source if is_lost else None
        if source is self._shown:
            self._on_change(said if is_lost else f"{said} is shown again.")
