"""Pictures out of what OpenCV has open: live ones as they come, recordings at their own pace.

Only those that are wanted are decoded to the end and converted. What stands still, be it a
photograph or a slow film, is shown again a few times a second, for whoever begins to watch.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, TypeAlias

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import opencv
from proconf_tui.media.device_thread import Thinner
from proconf_tui.media.fitting import fitted_size
from proconf_tui.media.opencv import Capture, Image

Rate: TypeAlias = Callable[[], float]
Pictures: TypeAlias = Callable[[threading.Event, Rate], Generator[Image, None, None]]
"""Given the event that ends it and how many a second are wanted, as that changes, yields I420
pictures at their pace, on the capture thread."""

_REPEAT_S: Final = 0.2
_SNAPSHOT_S: Final = 2.0
# No two pictures of a film are further apart: then its time stamps are wrong.
_LONGEST_STEP_S: Final = 60.0
# After a stall, at most this much is caught up in a burst.
_BURST_S: Final = 0.1


def captured(
    source: opencv.Source, name: str, size: tuple[int, int], why_not: Callable[[], str]
) -> Pictures:
    """Return the pictures of ``source``, within ``size``; raised is `DeviceUnavailable`.

    ``why_not`` says in a sentence why it cannot be opened.
    """

    def pictures(stopping: threading.Event, rate: Rate) -> Generator[Image, None, None]:
        with opencv.opened(source, name, size) as capture:
            if not capture.is_open:
                raise DeviceUnavailable(why_not())
            feed = _Feed(capture, name, size, stopping, rate)
            fps = capture.recording_fps
            yield from _live(feed) if fps is None else _film(feed, fps)

    return pictures


def even_size(source: tuple[int, int], within: tuple[int, int]) -> tuple[int, int]:
    """Return the even (width, height) at which ``source`` fits, never enlarged, into ``within``."""
    limit = (min(source[0], within[0]), min(source[1], within[1]))
    width, height = fitted_size(source, limit)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def stopped(name: str) -> str:
    """Return what is said of a source that gives no more pictures."""
    return (
        f"{name} stopped giving pictures; it is shown again as soon as it answers, "
        "or choose another."
    )


@dataclass(frozen=True, slots=True)
class _Feed:
    capture: Capture
    name: str
    size: tuple[int, int]
    stopping: threading.Event
    rate: Rate

    def picture(self) -> Image | None:
        """Return the picture grabbed last as it is sent."""
        image = self.capture.retrieve()
        if image is None:
            return None
        height, width = image.shape[:2]
        return opencv.to_i420(image, even_size((width, height), self.size))

    def repeated(self, picture: Image, until: float) -> Generator[Image, None, None]:
        """Yield ``picture`` again and again until shortly before an instant."""
        interval_s = max(_REPEAT_S, 1 / self.rate())
        while until - time.monotonic() > interval_s and not self.stopping.wait(interval_s):
            yield picture


def _live(feed: _Feed) -> Generator[Image, None, None]:
    thinner = Thinner(feed.rate)
    while True:
        shown, count = None, 0
        while feed.capture.grab():
            if feed.stopping.is_set():
                return
            count += 1
            if thinner.takes(time.monotonic()) and (picture := feed.picture()) is not None:
                shown = picture
                yield picture
        if shown is None:
            raise DeviceUnavailable(
                f"{feed.name} gives no pictures; close other programs that use it, "
                "or choose another."
            )
        if count > 1 or feed.capture.is_device:
            raise DeviceUnavailable(stopped(feed.name))
        # A camera that gives its pictures one by one, by address, is asked for the next.
        yield from feed.repeated(shown, time.monotonic() + _SNAPSHOT_S)
        if not feed.capture.reopen():
            raise DeviceUnavailable(stopped(feed.name))


def _film(feed: _Feed, fps: float) -> Generator[Image, None, None]:
    thinner, shown = Thinner(feed.rate), None
    began_at = time.monotonic()
    for at_s in _positions(feed, fps):
        began_at = max(began_at, time.monotonic() - at_s - _BURST_S)
        if shown is not None:
            yield from feed.repeated(shown, began_at + at_s)
        if feed.stopping.wait(max(0.0, began_at + at_s - time.monotonic())):
            return
        if thinner.takes(time.monotonic()) and (picture := feed.picture()) is not None:
            shown = picture
            yield picture


def _positions(feed: _Feed, fps: float) -> Generator[float, None, None]:
    """Grab one picture after the other, over and over, and yield when each is due, in seconds."""
    capture, at_s = feed.capture, 0.0
    while True:
        count, before_s = 0, 0.0
        while capture.grab():
            position_s = capture.position_s
            step_s = position_s - before_s
            is_credible = count > 0 and 0 < step_s <= _LONGEST_STEP_S
            at_s += step_s if is_credible else 1 / fps
            before_s = position_s
            count += 1
            yield at_s
        if count == 0:
            raise DeviceUnavailable(
                f"{feed.name} holds no pictures that can be read; choose another."
            )
        if count == 1:
            yield math.inf
        # Not every kind of film can be rewound.
        if not capture.reopen():
            raise DeviceUnavailable(stopped(feed.name))
