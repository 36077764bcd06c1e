"""A server's life: take the ports, serve until told to stop, let people finish, close everything.

Signals and standard streams are handled here and in `proconf_tui.server.child` only.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from typing import Final, NamedTuple

import structlog

from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.config.local_servers import LocalServer, registered
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.messages import Notice
from proconf_tui.server.app import create_app
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.event_log.base import StoreFailed
from proconf_tui.server.event_log.opening import open_log
from proconf_tui.server.hub import Hub
from proconf_tui.server.logs import log_to_stderr
from proconf_tui.server.ports import open_ports
from proconf_tui.server.services import Server
from proconf_tui.server.tls import Tls, open_tls, urls
from proconf_tui.server.web_server import WebServer

_log = structlog.get_logger(__name__)

FAREWELL_S: Final = 3.0
"""How long the last messages to everybody may take."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """Where a server can now be reached: ``url`` on its own machine, ``url_for_others`` elsewhere.

    Both have the certificate's pin where it is needed; the second is None if nobody else can come.
    ``hosts`` are the addresses it listens on, ``media_hosts`` those to which clients are told to
    send media, at the UDP port of the same number.
    """

    url: str
    port: int
    pid: int
    hosts: tuple[str, ...]
    media_hosts: tuple[str, ...]
    url_for_others: str | None = None


OnReady = Callable[[Ready], None]


async def serve(
    config: ServerConfig,
    *,
    on_ready: OnReady,
    stop: asyncio.Event,
    stop_now: asyncio.Event | None = None,
    is_kept: asyncio.Event | None = None,
) -> None:
    """Run a server until ``stop``, and then until its rooms are empty, or ``stop_now``.

    Once ``is_kept`` is set while somebody is in, it also ends when nobody is any more.

    Raises:
        ConfigError: the port is taken, the host is none, or key, certificate or store cannot be
            used.
    """
    tls = open_tls(config)
    async with _opened(config) as opened:
        server = opened.server
        web = WebServer(
            create_app(server, tls.names.hosts if tls else ()),
            sockets=server.http_connections,
            handshakes=server.handshakes,
            within_s=config.join_within_s,
            tls=tls.context if tls else None,
        )
        ready = _ready(opened, tls)
        with registered(LocalServer(ready.url, ready.pid, ready.url_for_others)):
            serving = asyncio.create_task(web.serve_on(opened.listeners))
            on_ready(ready)
            try:
                await _until_stopped(serving, stop, server.hub, is_kept)
                await _drain(server, stop_now or asyncio.Event())
                await _say_goodbye(server)
            finally:
                web.stop()
                await serving
    _log.info("stopped")


class _Opened(NamedTuple):
    """The parts of a server with the rooms of its store; its sockets; where clients send media."""

    server: Server
    listeners: list[socket.socket]
    media_hosts: tuple[str, ...]


@contextlib.asynccontextmanager
async def _opened(config: ServerConfig) -> AsyncIterator[_Opened]:
    credentials = load_or_create_credentials()
    listeners, engine = await open_ports(config)
    try:
        config = dataclasses.replace(config, port=engine.port)
        log = await open_log(config.store, is_temporary=config.is_store_temporary)
        try:
            hub = Hub(config, log, engine, credentials.api_secret)
            try:
                await _restore(hub, config)
                yield _Opened(Server(config, credentials, hub), listeners, engine.addresses)
            finally:
                await hub.aclose()
        finally:
            await log.aclose()
    finally:
        for listener in listeners:
            listener.close()
        await engine.aclose()


def _ready(opened: _Opened, tls: Tls | None) -> Ready:
    config = opened.server.config
    url, url_for_others = urls(config, tls)
    hosts = tuple(listener.getsockname()[0] for listener in opened.listeners)
    return Ready(url, config.port, os.getpid(), hosts, opened.media_hosts, url_for_others)


async def _restore(hub: Hub, config: ServerConfig) -> None:
    try:
        await hub.restore()
    except StoreFailed as error:
        raise ConfigError(
            f"The rooms in {config.store} cannot be read; mend that file or move it away."
        ) from error


def serve_forever(config: ServerConfig, on_ready: OnReady | None = None) -> None:
    """Run a server in this process until SIGTERM or SIGINT; the second one ends it at once.

    The log says where it can be reached unless ``on_ready`` is told.

    Raises:
        ConfigError: the port is taken, the host is none, or the key cannot be read.
    """
    log_to_stderr()

    def ready(found: Ready) -> None:
        settle_memory()
        (on_ready or _log_ready)(found)

    async def run() -> None:
        stop, stop_now = asyncio.Event(), asyncio.Event()
        on_signals((signal.SIGTERM, signal.SIGINT), stop, stop_now)
        await serve(config, on_ready=ready, stop=stop, stop_now=stop_now)

    asyncio.run(run())


def _log_ready(found: Ready) -> None:
    _log.info("serving", url=found.url)


def on_signals(
    signals: tuple[signal.Signals, ...], stop: asyncio.Event, stop_now: asyncio.Event
) -> None:
    """Set ``stop`` at the first of ``signals`` and ``stop_now`` at the second."""

    def take() -> None:
        (stop_now if stop.is_set() else stop).set()

    for each in signals:
        asyncio.get_running_loop().add_signal_handler(each, take)


def settle_memory() -> None:
    """Spare what start-up made from every later collection, which would stall the media."""
    gc.collect()
    gc.freeze()


async def _drain(server: Server, stop_now: asyncio.Event) -> None:
    server.is_draining = True
    limit_s = server.config.drain_s
    if stop_now.is_set() or server.hub.emptied.is_set() or limit_s <= 0:
        return
    text = f"The server shuts down in {limit_s:.0f} seconds; please finish."
    if server.config.outlives_process:
        text = f"The server stops in {limit_s:.0f} seconds; the meeting goes on when it is back."
    server.hub.announce(Notice("SHUTTING_DOWN", text))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            await _first_of(server.hub.emptied, stop_now)


async def _say_goodbye(server: Server) -> None:
    await server.hub.end_meetings()
    if server.conversations:
        await asyncio.wait(server.conversations, timeout=FAREWELL_S)


async def _until_stopped(
    serving: asyncio.Task[None], stop: asyncio.Event, hub: Hub, is_kept: asyncio.Event | None
) -> None:
    reasons = {serving, asyncio.create_task(stop.wait())}
    if is_kept is not None:
        reasons.add(asyncio.create_task(_until_unused(hub, is_kept)))
    try:
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for reason in reasons - {serving}:
            reason.cancel()


async def _until_unused(hub: Hub, is_kept: asyncio.Event) -> None:
    await is_kept.wait()
    if hub.emptied.is_set():
        # Nobody is in: kept for those to come, and nothing says when they have.
        await asyncio.Event().wait()
    await hub.emptied.wait()


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
