"""The embedded engine in a process of its own, driven by JSON lines; see `engine_process`.

Each line in is ``{"id", "do", ...}`` and is answered by ``{"id", "result"}`` or ``{"id",
"error"}``; offers come out between as ``{"event": "offer", "peer_id", "sdp"}``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from proconf_tui.engine.base import SlotFeed
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId, RoomId

ROOM: Final = RoomId("bench")
_MAX_LINE: Final = 1 << 20

Request = Mapping[str, Any]


def write(message: Mapping[str, object]) -> None:
    """Write one line."""
    print(json.dumps(message), flush=True)


class Listener:
    """Passes offers on; nobody asks for the rest."""

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        write({"event": "offer", "peer_id": peer_id, "sdp": sdp})

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        pass

    def on_media_lost(self, peer_id: PeerId) -> None:
        pass

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        pass


class Commands:
    """What can be asked of the engine."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine
        self._by_name: dict[str, Callable[[Request], Awaitable[object]]] = {
            "add_peer": self._add_peer,
            "publish": self._publish,
            "answer": self._answer,
            "stats": self._stats,
        }

    async def do(self, request: Request) -> None:
        """Do one request and answer it."""
        try:
            result = await self._by_name[request["do"]](request)
        except ProconfError as error:
            write({"id": request["id"], "error": str(error)})
        else:
            write({"id": request["id"], "result": result})

    async def _add_peer(self, request: Request) -> None:
        peer_id = PeerId(request["peer_id"])
        await self._engine.add_peer(ROOM, peer_id)
        for label in ("audio", "video"):
            await self._engine.set_forwarding(peer_id, label, is_on=True)

    async def _publish(self, request: Request) -> str:
        return await self._engine.publish(
            PeerId(request["peer_id"]), request["sdp"], request["labels"]
        )

    async def _answer(self, request: Request) -> None:
        await self._engine.answer(PeerId(request["peer_id"]), request["sdp"])

    async def _stats(self, _: Request) -> dict[str, int]:
        stats = self._engine.stats()
        return {"slots_fed": sum(peer.slots_fed for peer in stats.peers.values())}


async def serve(host: str) -> None:
    """Answer requests until standard input ends."""
    reader = asyncio.StreamReader(_MAX_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    engine = EmbeddedEngine(host=host)
    await engine.open()
    await engine.add_room(ROOM, Listener())
    commands = Commands(engine)
    async for line in reader:
        await commands.do(json.loads(line))
    await engine.aclose()


def main() -> None:
    """Run the engine on the address given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    asyncio.run(serve(parser.parse_args().host))


if __name__ == "__main__":
    main()
