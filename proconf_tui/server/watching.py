"""Who looks at which pictures in which size, and what is wanted of those who publish them.

Pure. It knows no connection and no clock; that only pictures are looked at is checked here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.protocol.messages import SizePx, WatchedStream
from proconf_tui.server.media_policy import MediaPlan

Watching = Mapping[tuple[PeerId, Label], SizePx]
"""The pictures one peer looks at, each by its publisher and its label."""

Sizes = Mapping[Label, SizePx | None]
"""What is wanted of one publisher, as `proconf_tui.protocol.messages.Wanted` has it."""

ALL_IN_ANY_SIZE: Final[Sizes] = {"video": None, "screen": None}


def watching(streams: Iterable[WatchedStream]) -> Watching:
    """Return what a client named; what it named twice counts in the larger size.

    Raises:
        InvalidMessage: something in it is no picture.
    """
    named: dict[tuple[PeerId, Label], SizePx] = {}
    for stream in streams:
        if stream.label not in ALL_IN_ANY_SIZE:
            raise InvalidMessage("Only pictures are watched; sound comes anyway: leave it out.")
        key = (stream.peer_id, stream.label)
        named[key] = _larger(named.get(key), SizePx(stream.width_px, stream.height_px))
    return named


def wanted(plan: MediaPlan, watchers: Mapping[PeerId, Watching | None]) -> dict[PeerId, Sizes]:
    """Return what is wanted of everybody who is connected in ``plan``.

    In ``watchers`` None is everything in any size; who is not in it looks at nothing. Only those
    count who are connected and may receive, and nobody counts for their own pictures.
    """
    counted = {
        peer_id: watchers[peer_id]
        for peer_id, media in plan.items()
        if peer_id in watchers and media.is_connected and media.can_receive
    }
    of_all = {peer_id for peer_id, watched in counted.items() if watched is None}
    largest: defaultdict[PeerId, dict[Label, SizePx]] = defaultdict(dict)
    for peer_id, watched in counted.items():
        for (publisher, label), size in (watched or {}).items():
            if publisher != peer_id:
                sizes = largest[publisher]
                sizes[label] = _larger(sizes.get(label), size)
    return {
        peer_id: ALL_IN_ANY_SIZE if _has_other(of_all, peer_id) else largest.get(peer_id, {})
        for peer_id, media in plan.items()
        if media.is_connected
    }


def _larger(one: SizePx | None, other: SizePx) -> SizePx:
    if one is None:
        return other
    return SizePx(max(one.width_px, other.width_px), max(one.height_px, other.height_px))


def _has_other(peers: Iterable[PeerId], peer_id: PeerId) -> bool:
    return any(each != peer_id for each in peers)
