"""Debian's Janus with a configuration of its own, and a VideoRoom of load clients in it.

As lean as Janus gets: one plugin, one transport, an event loop for each core, ICE-lite, no caps on
bitrates, no transport-wide congestion control, a log of errors only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from bench.lib.forwarding_load import LoadedServer
from bench.lib.janus_client import JanusClient, Message
from bench.lib.load_client import LoadClient

HOW_TO_GET: Final = "Janus is missing: apt install janus"
ROOM: Final = 1
_SECRET: Final = "bench"
_PORT: Final = 8188
_GIVE_UP_S: Final = 15.0
_LOOK_AGAIN_S: Final = 0.1

_CORE: Final = """
general: {{
  configs_folder = "{directory}"
  debug_level = 2
  debug_timestamps = true
  api_secret = "{secret}"
  event_loops = {cores}
}}
media: {{ ipv6 = false }}
nat: {{
  ice_lite = true
  ice_enforce_list = "{host}"
}}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
loggers: {{ disable = "{loggers}" }}
events: {{ broadcast = false }}
"""
_WEBSOCKETS: Final = """
general: {{
  json = "compact"
  ws = true
  ws_port = {port}
  ws_ip = "127.0.0.1"
}}
"""
_ROOM: Final[Message] = {
    "request": "create",
    "room": ROOM,
    "publishers": 100,
    "bitrate": 0,
    "bitrate_cap": False,
    "audiocodec": "opus",
    "videocodec": "vp8",
    "audiolevel_ext": True,
    "audiolevel_event": False,
    "videoorient_ext": False,
    "playoutdelay_ext": False,
    "transport_wide_cc_ext": False,
}


class Janus:
    """A running Janus and the clients in its one room."""

    def __init__(
        self, process: asyncio.subprocess.Process, directory: Path, session: JanusClient
    ) -> None:
        self.pid = process.pid
        self._process = process
        self._directory = directory
        self._session = session
        self._clients: list[LoadClient] = []

    @classmethod
    async def start(cls, host: str) -> Janus:
        """Start it on the address ``host``, which must not be on the loopback interface."""
        directory = Path(tempfile.mkdtemp(prefix="proconf-bench-janus-"))
        _configure(directory, host)
        with (directory / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                "janus",
                f"--config={directory / 'janus.jcfg'}",
                f"--configs-folder={directory}",
                stdout=log,
                stderr=log,
            )
        session = await _session(process, directory)
        return cls(process, directory, session)

    async def open_room(self) -> None:
        """Make the room."""
        await self._session.say(await self._session.attach(), _ROOM, is_event_awaited=False)

    async def publish(self, client: LoadClient) -> None:
        """Let a client in and take its voice and picture."""
        self._clients.append(client)
        own = len(self._clients)
        handle = await self._session.attach()
        join = {"request": "join", "ptype": "publisher", "room": ROOM, "id": own}
        await self._session.say(handle, join)
        offer = {"type": "offer", "sdp": client.publishing_offer()}
        _, answer = await self._session.say(handle, {"request": "publish"}, offer)
        await client.connect_publishing(answer)

    async def subscribe(self, client: LoadClient) -> None:
        """Send a client, over one handle, what all the others publish."""
        handle = await self._session.attach()
        own = self._clients.index(client) + 1
        others = [{"feed": feed} for feed in range(1, len(self._clients) + 1) if feed != own]
        join = {"request": "join", "ptype": "subscriber", "room": ROOM, "autoupdate": False}
        _, offer = await self._session.say(handle, {**join, "streams": others})
        answer = {"type": "answer", "sdp": client.subscribing_answer(offer)}
        await self._session.say(handle, {"request": "start"}, answer)
        await client.connect_subscribing(offer)

    async def aclose(self) -> None:
        """End it and remove what it was given."""
        await self._session.aclose()
        self._process.terminate()
        await self._process.wait()
        shutil.rmtree(self._directory)


@contextlib.asynccontextmanager
async def full_janus(host: str, clients: Sequence[LoadClient]) -> AsyncIterator[LoadedServer]:
    """Run Janus with all clients in one room, each of which gets all that the others send."""
    janus = await Janus.start(host)
    try:
        await janus.open_room()
        server = LoadedServer("Janus VideoRoom", janus.pid, clients)
        # Janus takes no ClientHello before it has seen to ICE; the second comes after a second.
        await asyncio.gather(*(janus.publish(client) for client in clients))
        await asyncio.gather(*(janus.subscribe(client) for client in clients))
        yield server
        for client in clients:
            await client.aclose()
    finally:
        await janus.aclose()


def _configure(directory: Path, host: str) -> None:
    modules = Path("/usr/lib").glob("*/janus/*/*.so")
    kept = {"libjanus_videoroom.so", "libjanus_websockets.so"}
    names = sorted({(m.parent.name, m.name) for m in modules if m.name not in kept})
    disabled = {
        kind: ",".join(name for folder, name in names if folder == kind)
        for kind in ("plugins", "transports", "loggers")
    }
    core = _CORE.format(
        directory=directory, secret=_SECRET, cores=os.cpu_count() or 1, host=host, **disabled
    )
    (directory / "janus.jcfg").write_text(core)
    (directory / "janus.transport.websockets.jcfg").write_text(_WEBSOCKETS.format(port=_PORT))
    (directory / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")


async def _session(process: asyncio.subprocess.Process, directory: Path) -> JanusClient:
    deadline = asyncio.get_running_loop().time() + _GIVE_UP_S
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        try:
            return await JanusClient.open(f"ws://127.0.0.1:{_PORT}", _SECRET)
        except OSError:
            await asyncio.sleep(_LOOK_AGAIN_S)
    if process.returncode is None:
        process.kill()
        await process.wait()
    log = (directory / "log").read_text(errors="replace")
    raise RuntimeError(f"Janus did not start. Its log ends:\n{log[-1000:]}")
