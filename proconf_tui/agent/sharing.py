"""What is published as ``screen``: a film, an address or another camera, open while it is shown.

It knows no room; whoever publishes hands that in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.sdk import LocalTrack

_MOST: Final = (1920, 1080)
"""Width and height: what is read must stay sharp."""

Publish = Callable[[LocalTrack], Awaitable[None]]


class SharedScreen:
    """At most one source at a time."""

    def __init__(self) -> None:
        self._shown: CameraTrack | None = None

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
