"""A server on a free port of 127.0.0.1, and raw websocket clients that talk to it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, TypeVar

import httpx
import jwt
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from proconf_tui.config.credentials import Credentials, load_or_create_credentials
from proconf_tui.errors import from_code
from proconf_tui.protocol import claims as layout
from proconf_tui.protocol import codec
from proconf_tui.protocol.ids import Identity, PeerId, RoomId
from proconf_tui.protocol.messages import (
    Closed,
    Join,
    Joined,
    Notification,
    Ping,
    Request,
    Resume,
    Resumed,
    RoomEvents,
    Welcome,
)
from proconf_tui.room.events import Event
from proconf_tui.room.model import RoomState
from proconf_tui.room.state import follow
from proconf_tui.room.wire import decode_event, decode_state
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.main import Ready, serve

WAIT_S: Final = 20.0
ROOM: Final = RoomId("myRoom")
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody. To read what the system trusts, for each request, takes longer than all else."""

N = TypeVar("N", bound=Notification)


class SignallingClient:
    """One websocket; keeps everything the server tells, and the room folded from it."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.joined: Joined | None = None
        self.state: RoomState | None = None
        self.told: list[Notification] = []
        self.events: list[Event] = []
        self.is_over = False
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[codec.Reply | codec.Failure]] = {}
        self._changed = asyncio.Condition()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @property
    def peer_id(self) -> PeerId:
        """The id the server gave."""
        assert self.joined is not None
        return self.joined.peer_id

    @property
    def room(self) -> RoomState:
        """The room as this client may see it."""
        assert self.state is not None
        return self.state

    # --- asking ---------------------------------------------------------------------------------

    async def ask(self, request: Request) -> Any:
        """Send ``request`` and return the answer; a refusal is raised as what it names."""
        request_id = next(self._ids)
        future = asyncio.get_running_loop().create_future()
        self._replies[request_id] = future
        await self.websocket.send(codec.encode_request(request_id, request))
        async with asyncio.timeout(WAIT_S):
            reply = await future
        if isinstance(reply, codec.Failure):
            raise from_code(reply.code, reply.message)
        return codec.decode_result(reply, type(request))

    async def join(self, token: str, **fields: Any) -> SignallingClient:
        """Join, without media unless told otherwise; return this client."""
        self.joined = await self.ask(Join(token=token, **{"has_media": False, **fields}))
        return self

    def resume_of(self) -> Resume:
        """Return the claim to this client's seat, of somebody who has forgotten the room."""
        assert self.joined is not None
        return Resume(self.joined.peer_id, self.joined.resume_key)

    async def come_back(self, old: SignallingClient, **fields: Any) -> SignallingClient:
        """Take the seat of ``old``, whose room goes on here; return this client."""
        self.state = old.room
        resume = msgspec.structs.replace(old.resume_of(), version=old.room.version)
        return await self.join("long expired", resume=resume, **fields)

    # --- waiting --------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until ``condition`` holds; it is looked at after each message and at the end."""
        async with asyncio.timeout(WAIT_S), self._changed:
            await self._changed.wait_for(condition)

    async def next(self, kind: type[N], matching: Callable[[N], bool] = lambda _: True) -> N:
        """Return the first notification of that kind that has come or comes, and drop it."""
        await self.until(lambda: self._find(kind, matching))
        found = self._find(kind, matching)
        assert found is not None
        self.told.remove(found)
        return found

    async def until_in(self) -> SignallingClient:
        """Wait to be let in; return this client."""
        await self.until(lambda: self.state is not None)
        return self

    async def end(self) -> Closed:
        """Wait for the last message and for the websocket to close."""
        closed = await self.next(Closed)
        await self.until(lambda: self.is_over)
        return closed

    async def settle(self) -> None:
        """Wait until all that was told before now has come (a round trip, in order)."""
        await self.ask(Ping())

    def _find(self, kind: type[N], matching: Callable[[N], bool]) -> N | None:
        found = (each for each in self.told if isinstance(each, kind) and matching(each))
        return next(found, None)

    # --- reading --------------------------------------------------------------------------------

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.websocket:
                self._take(codec.decode_server_message(frame))
                async with self._changed:
                    self._changed.notify_all()
        self.is_over = True
        for future in self._replies.values():
            if not future.done():
                future.set_exception(ConnectionError("the websocket has closed"))
        async with self._changed:
            self._changed.notify_all()

    def _take(self, message: codec.Reply | codec.Failure | Notification) -> None:
        if isinstance(message, codec.Reply | codec.Failure):
            future = self._replies.pop(message.id, None)
            if future is not None:
                future.set_result(message)
            return
        self.told.append(message)
        if isinstance(message, Welcome):
            self.state = decode_state(message.state)
        elif isinstance(message, RoomEvents | Resumed):
            happened = [decode_event(raw) for raw in message.events]
            self.events += happened
            self.state = follow(self.room, happened, message.version)

    async def vanish(self) -> None:
        """Break the connection without a word."""
        self.websocket.transport.abort()
        await self._reading

    async def aclose(self) -> None:
        await self.websocket.close()
        await self._reading
        for future in self._replies.values():
            if future.done():
                future.exception()


@dataclasses.dataclass
class RunningServer:
    """A server and what reaches it."""

    url: str
    port: int
    credentials: Credentials
    clients: list[SignallingClient]
    stopping: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    """Set it to stop the server while its clients are connected."""

    def token(self, identity: str = "ann", *, role: str = "guest", **changes: Any) -> str:
        """Return a room token; ``changes`` are laid over its claims, None removes one."""
        return signed(self.credentials, room_payload(self.credentials, identity, role) | changes)

    async def client(self, **options: Any) -> SignallingClient:
        """Return a client whose websocket is open and who has not joined."""
        url = self.url.replace("http", "ws") + "/api/v1/ws"
        options = {"compression": None, "ping_interval": None, "max_size": None} | options
        made = SignallingClient(await connect(url, **options))
        self.clients.append(made)
        return made

    async def join(self, identity: str, *, role: str = "guest", **fields: Any) -> SignallingClient:
        """Return a client that has been accepted, into the room or its lobby."""
        client = await self.client()
        return await client.join(self.token(identity, role=role), **fields)

    async def host(self, identity: str = "host", **fields: Any) -> SignallingClient:
        """Return a host who is in, in a room made for the purpose."""
        await self.create_room(**fields)
        return await (await self.join(identity, role="host")).until_in()

    async def create_room(self, room_id: str = ROOM, **fields: Any) -> dict[str, Any]:
        """Make a room over HTTP."""
        answer = await self.http("POST", "/api/v1/rooms", json={"roomId": room_id, **fields})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def http(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask the HTTP API, with a server token unless other headers are given."""
        headers = options.pop("headers", {"Authorization": f"Bearer {self.server_token()}"})
        async with httpx.AsyncClient(
            base_url=self.url, verify=_NO_TLS, timeout=WAIT_S, trust_env=False
        ) as client:
            return await client.request(method, path, headers=headers, **options)

    def server_token(self, **changes: Any) -> str:
        """Return a token for the HTTP API."""
        payload = room_payload(self.credentials, "admin", "host")
        payload |= {"aud": layout.SERVER_AUDIENCE, "room": None, "role": None}
        return signed(self.credentials, payload | changes)


def room_payload(credentials: Credentials, identity: str, role: str) -> dict[str, Any]:
    """Return the claims of a token that is good for ten minutes."""
    now = int(time.time())
    made = layout.TokenClaims(
        iss=credentials.api_key,
        aud=layout.ROOM_AUDIENCE,
        sub=Identity(identity),
        exp=now + 600,
        nbf=now,
        jti=f"jti-{identity}-{time.monotonic_ns()}",
        room=ROOM,
        role=role,
        name=identity.capitalize(),
    )
    return layout.to_payload(made)


def signed(credentials: Credentials, payload: dict[str, Any]) -> str:
    """Return the token that says ``payload``, without what is None in it."""
    given = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(given, credentials.api_secret, layout.ALGORITHM)


@contextlib.asynccontextmanager
async def running_server(**choices: Any) -> AsyncIterator[RunningServer]:
    """Serve on a free port until the block ends."""
    config = ServerConfig(**{"port": 0, "drain_s": 0.0, "can_guests_join": True, **choices})
    ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(config, on_ready=ready.set_result, stop=stop))
    serving.add_done_callback(lambda _: ready.done() or ready.cancel())
    try:
        found = await ready
    except asyncio.CancelledError:
        # It is the server's own failure that a test is to show.
        await serving
        raise
    server = RunningServer(found.url, found.port, load_or_create_credentials(), [], stop)
    try:
        yield server
    finally:
        for client in server.clients:
            await client.aclose()
        stop.set()
        await serving
