"""The child's end of a forwarder that is driven by JSON lines; `child_forwarder` is the other.

Each line in is ``{"id", "do", ...}`` and is answered by ``{"id", "result"}`` or ``{"id",
"error"}``; offers come out between as ``{"event": "offer", "peer_id", "sdp"}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from proconf_tui.errors import ProconfError

_MAX_LINE: Final = 1 << 20

Request = Mapping[str, Any]
Commands = Mapping[str, Callable[[Request], Awaitable[object]]]


def write(message: Mapping[str, object]) -> None:
    """Write one line."""
    print(json.dumps(message), flush=True)


def tell_offer(peer_id: str, sdp: str) -> None:
    """Ask for an answer to the offer of a subscribing connection."""
    write({"event": "offer", "peer_id": peer_id, "sdp": sdp})


async def serve(commands: Commands) -> None:
    """Answer requests, one after the other, until standard input ends."""
    reader = asyncio.StreamReader(_MAX_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        request = json.loads(line)
        try:
            result = await commands[request["do"]](request)
        except ProconfError as error:
            write({"id": request["id"], "error": str(error)})
        else:
            write({"id": request["id"], "result": result})
