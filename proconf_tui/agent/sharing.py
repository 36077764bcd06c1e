"""What is published as ``screen``: a film, an address or another camera, open while it is shown.

It knows no room; whoever publishes hands that in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import av

from proconf_tui.agent.opening import Opening, follow, leave
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.camera import CameraTrack, open_camera
from proconf_tui.protocol.text import clean
from proconf_tui.sdk import LocalTrack

_MOST: Final = (1920, 1080)
"""Width and height: what is read must stay sharp."""

Publish = Callable[[LocalTrack], Awaitable[None]]


class SharedScreen:
    """At most one source at a time; ``on_change`` is told in a sentence when it is lost or back."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._opening = Opening()
        self._shown: CameraTrack | None = None
        self.is_lost = False
        """Whether what is shown gives no pictures just now."""

    async def show(self, source: str, publish: Publish) -> None:
        """Open ``source``, named as for ``--camera``, and publish it in place of one before.

        Raises:
            DeviceUnavailable: it cannot be opened.
            ProconfError: publishing it was refused.
        """
        opened = await self._opening.open(partial(open_camera, source, size=_MOST))
        if opened is None:
            raise DeviceUnavailable(
                "There is nothing to show; name a file, an address or a camera."
            )
        try:
            await publish(LocalTrack("screen", "screen", opened))
        except BaseException:
            await opened.aclose()
            raise
        follow(opened, partial(self._look, opened))
        await self._replace(opened)

    def latest(self) -> av.VideoFrame | None:
        """Return the newest picture of what is shown, None without one."""
        return self._shown.latest() if self._shown is not None else None

    async def aclose(self) -> None:
        """Release the source. Again does nothing."""
        await self._replace(None)
        await self._opening.aclose()

    async def _replace(self, source: CameraTrack | None) -> None:
        before, self._shown, self.is_lost = self._shown, source, False
        leave(before)
        if before is not None:
            await before.aclose()

    def _look(self, source: CameraTrack) -> None:
        """Tell how a source fares, if that has changed and no other has replaced it."""
        trouble = source.trouble
        if source is self._shown and (trouble is not None) != self.is_lost:
            self.is_lost = trouble is not None
            self._on_change(clean(trouble or f"{source.device_name} is shown again."))
