"""The embedded engine in a process of its own, driven by `child_lines`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.lib.child_lines import Commands, Request, serve, tell_offer
from proconf_tui.engine import room
from proconf_tui.engine.base import SlotFeed
from proconf_tui.engine.forwarding import assignment
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.protocol.ids import PeerId, RoomId

ROOM: Final = RoomId("bench")


class Listener:
    """Passes offers on; nobody asks for the rest."""

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        tell_offer(peer_id, sdp)

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        pass

    def on_media_lost(self, peer_id: PeerId) -> None:
        pass

    def on_media_absent(self, peer_id: PeerId) -> None:
        pass

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        pass


def commands(engine: EmbeddedEngine) -> Commands:
    """Return what can be asked of the engine."""

    async def add_peer(request: Request) -> None:
        peer_id = PeerId(request["peer_id"])
        await engine.add_peer(ROOM, peer_id)
        for label in ("audio", "video"):
            await engine.set_forwarding(peer_id, label, is_on=True)

    async def publish(request: Request) -> str:
        return await engine.publish(PeerId(request["peer_id"]), request["sdp"], request["labels"])

    async def answer(request: Request) -> None:
        await engine.answer(PeerId(request["peer_id"]), request["sdp"])

    async def slots_fed(_: Request) -> int:
        return sum(peer.slots_fed for peer in engine.stats().peers.values())

    return {"add_peer": add_peer, "publish": publish, "answer": answer, "slots_fed": slots_fed}


def hear_everybody() -> None:
    """Let each subscriber hear as many as it may see, since other servers choose nobody."""
    vars(room)["MAX_AUDIO_SLOTS"] = assignment.MAX_VIDEO_SLOTS
    vars(assignment)["_MAX_SLOTS"]["audio"] = assignment.MAX_VIDEO_SLOTS


async def run(host: str) -> None:
    """Serve one room on the address ``host`` until standard input ends."""
    engine = EmbeddedEngine(host=host)
    await engine.open()
    await engine.add_room(ROOM, Listener())
    await serve(commands(engine))
    await engine.aclose()


if __name__ == "__main__":
    hear_everybody()
    asyncio.run(run(sys.argv[1]))
