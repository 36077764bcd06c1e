"""The two ends of a signalling connection without its I/O, in the manner of h11 and websockets.

`ClientSession` pairs replies with requests and types them, times requests out and keeps the
heartbeat; `ServerSession` insists on the handshake. Frames go in and come out as text, ``now`` is
the caller's monotonic clock in seconds. Neither knows a socket, a task or the room.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import msgspec

from proconf_tui.errors import (
    ConnectionLost,
    InvalidMessage,
    LimitExceeded,
    ProconfError,
    from_code,
)
from proconf_tui.protocol import codec
from proconf_tui.protocol.limits import (
    CLIENT_LOST_AFTER_S,
    DEAD_AFTER_S,
    HEARTBEAT_S,
    JOIN_TIMEOUT_S,
    PENDING_REQUESTS,
    PINGS_A_HEARTBEAT,
)
from proconf_tui.protocol.messages import (
    PROTOCOL_VERSION,
    Join,
    Joined,
    Notification,
    Ping,
    Request,
)

REQUEST_TIMEOUT_S: Final = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Replied:
    """Request ``id`` was done; ``result`` has the type that the request says."""

    id: int
    result: msgspec.Struct


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """Request ``id`` was refused."""

    id: int
    error: ProconfError


ClientEvent = Replied | Failed | Notification


@dataclasses.dataclass(frozen=True, slots=True)
class _Pending:
    request: type[Request]
    deadline: float


class ClientSession:
    """One connection as the client sees it, from opening to loss; a new connection, a new one."""

    def __init__(self, now: float, *, request_timeout_s: float = REQUEST_TIMEOUT_S) -> None:
        self._request_timeout_s = request_timeout_s
        self._heartbeat_s = HEARTBEAT_S
        self._last_id = 0
        self._pending: dict[int, _Pending] = {}
        self._heard_at = now
        self._pinged_at = now

    def request(self, request: Request, now: float) -> tuple[int, str]:
        """Return the id of ``request`` and the frame to send.

        Raises:
            LimitExceeded: if too many requests wait for their answers; never for a `Ping`.
        """
        if len(self._pending) >= PENDING_REQUESTS and not isinstance(request, Ping):
            raise LimitExceeded(f"At most {PENDING_REQUESTS} requests can wait for an answer.")
        self._last_id += 1
        self._pending[self._last_id] = _Pending(type(request), now + self._request_timeout_s)
        if isinstance(request, Ping):
            self._pinged_at = now
        return self._last_id, codec.encode_request(self._last_id, request)

    def receive(self, frame: str | bytes, now: float) -> list[ClientEvent]:
        """Return what ``frame`` tells; nothing if it answers a request given up before.

        Raises:
            InvalidMessage: if the server does not speak our protocol.
        """
        message = codec.decode_server_message(frame)
        self._heard_at = now
        if isinstance(message, Notification):
            return [message]
        pending = self._pending.pop(message.id, None)
        if pending is None:
            return []
        if isinstance(message, codec.Failure):
            return [Failed(message.id, from_code(message.code, message.message))]
        return [self._replied(message, pending)]

    def expire(self, now: float) -> list[int]:
        """Give up the requests whose time is over, and return their ids."""
        late = [each for each, pending in self._pending.items() if pending.deadline <= now]
        for request_id in late:
            del self._pending[request_id]
        return late

    def fail_all(self) -> list[Failed]:
        """Give up every request, because the connection is gone."""
        failed = [Failed(request_id, ConnectionLost()) for request_id in self._pending]
        self._pending.clear()
        return failed

    def is_ping_due(self, now: float) -> bool:
        """Return whether it is time to send a `Ping`."""
        return now >= self._pinged_at + self._ping_s

    def is_dead(self, now: float) -> bool:
        """Return whether the server has been silent for too long to be still there."""
        return now >= self._heard_at + self._dead_after_s

    @property
    def next_deadline(self) -> float:
        """The instant at which to look at `expire`, `is_ping_due` and `is_dead` again."""
        return min(
            self._pinged_at + self._ping_s,
            self._heard_at + self._dead_after_s,
            *(pending.deadline for pending in self._pending.values()),
        )

    @property
    def _ping_s(self) -> float:
        return self._heartbeat_s / PINGS_A_HEARTBEAT

    @property
    def _dead_after_s(self) -> float:
        return self._heartbeat_s * CLIENT_LOST_AFTER_S / HEARTBEAT_S

    def _replied(self, reply: codec.Reply, pending: _Pending) -> Replied:
        result = codec.decode_result(reply, pending.request)
        if isinstance(result, Joined):
            self._heartbeat_s = result.heartbeat_s
        return Replied(reply.id, result)


class ServerSession:
    """One connection as the server sees it: first `Join`, once, in our version, and in time."""

    def __init__(
        self,
        now: float,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        join_timeout_s: float = JOIN_TIMEOUT_S,
    ) -> None:
        self._heartbeat_s = heartbeat_s
        self._dead_after_s = heartbeat_s * DEAD_AFTER_S / HEARTBEAT_S
        self._join_timeout_s = join_timeout_s
        self._has_joined = False
        self._opened_at = now
        self._heard_at = now

    def receive(self, frame: str | bytes, now: float) -> tuple[int, Request]:
        """Return the id and the request in ``frame``.

        Raises:
            InvalidMessage: if it is none, or not one for this moment; answer its ``request_id``.
        """
        request_id, request = codec.decode_request(frame)
        self._heard_at = now
        if isinstance(request, Join) == self._has_joined:
            raise InvalidMessage(self._out_of_turn(), request_id)
        if isinstance(request, Join):
            self._accept(request, request_id)
        return request_id, request

    def is_dead(self, now: float) -> bool:
        """Return whether the client never joined in time or has been silent for too long."""
        return now >= self._dead_at

    def is_silent(self, now: float) -> bool:
        """Return whether a client that has joined has missed a heartbeat."""
        return self._has_joined and now >= self._heard_at + self._heartbeat_s

    def next_deadline(self, now: float) -> float:
        """Return when this connection is silent or dead if nothing comes."""
        if not self._has_joined or self.is_silent(now):
            return self._dead_at
        return self._heard_at + self._heartbeat_s

    @property
    def _dead_at(self) -> float:
        if not self._has_joined:
            return self._opened_at + self._join_timeout_s
        return self._heard_at + self._dead_after_s

    def _accept(self, join: Join, request_id: int) -> None:
        if join.version != PROTOCOL_VERSION:
            raise InvalidMessage(
                f"This server speaks version {PROTOCOL_VERSION} of the protocol, the client "
                f"version {join.version}; use the same release on both sides.",
                request_id,
            )
        self._has_joined = True

    def _out_of_turn(self) -> str:
        if self._has_joined:
            return "This connection has joined already; open another one."
        return "The first message of a connection must be join."
