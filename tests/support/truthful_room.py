"""A room that holds an engine to its word: every map of slots it is told must be right.

What is wrong with one is kept in ``wrong`` until the test ends, whatever the test is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from proconf_tui.engine.base import Engine, SlotFeed
from proconf_tui.protocol.ids import PeerId
from tests.support.rtc_client import RtcClient, TestRoom

NAMES: Final = ("ann", "bob", "cyd")


def kinds_of(offer: str) -> dict[str, str]:
    """Return the kind of each m-line of a session description, by its mid."""
    sections = offer.split("\r\nm=")[1:]
    return {_mid(section): section.split(" ")[0] for section in sections}


def ssrcs_of(offer: str) -> dict[int, str]:
    """Return the mid of each SSRC that a session description names."""
    sections = offer.split("\r\nm=")[1:]
    return {int(s): _mid(part) for part in sections for s in re.findall(r"a=ssrc:(\d+)", part)}


def _mid(section: str) -> str:
    found = re.search(r"a=mid:(\S+)", section)
    assert found is not None
    return found[1]


def have_grown(client: RtcClient, frames: dict[str, int], *, by: int) -> bool:
    """Whether each slot that is fed has given so many more frames than ``frames`` tells."""
    fed = {feed.mid for feed in client.slots}
    return bool(fed) and all(client.frames()[mid] >= frames.get(mid, 0) + by for mid in fed)


class TruthfulRoom(TestRoom):
    """Clients on an engine whose every map is looked at."""

    def __init__(self, engine: Engine, name: str = "room") -> None:
        super().__init__(engine, name)
        self.wrong: list[str] = []

    async def join_many(self, count: int) -> list[RtcClient]:
        """Let up to three in, who all publish."""
        return [await self.join(name, number) for number, name in enumerate(NAMES[:count])]

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        self.wrong += [f"{peer_id}: {what} in {feeds}" for what in self._faults(peer_id, feeds)]
        super().on_slots(peer_id, feeds)

    def _faults(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> Iterator[str]:
        client = self.clients[peer_id]
        if feeds == client.slots:
            yield "nothing new"
        if len({feed.mid for feed in feeds}) != len(feeds):
            yield "two streams on one slot"
        sources = [feed.source for feed in feeds if feed.source]
        if len(set(sources)) != len(sources):
            yield "one stream on two slots"
        offered = kinds_of(client.offers[-1]) if client.offers else {}
        if any(offered.get(feed.mid) != feed.kind for feed in feeds):
            yield "a slot that was not offered so"
        if any(feed.peer_id == peer_id for feed in feeds):
            yield "its own stream"
