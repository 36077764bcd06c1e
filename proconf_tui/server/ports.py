"""One number for two ports: TCP for signalling, UDP for media; one firewall rule opens both.

Both are bound to the same addresses: a name that has several must not give the signalling one
that the media cannot follow to.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from typing import Final

from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.engine.sockets import addresses_of, family_of
from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig

_TRIES: Final = 20


async def open_ports(config: ServerConfig) -> tuple[list[socket.socket], EmbeddedEngine]:
    """Return listening TCP sockets, one for each address, and an open engine on the same number.

    Raises:
        ConfigError: the port is taken, or the host is no address of this machine.
    """
    hosts = addresses_of(config.host)
    tries = _TRIES if config.port == 0 else 1
    for attempt in range(1, tries + 1):
        try:
            return await _open(hosts, config)
        except ConfigError:
            if attempt == tries:
                raise
    raise AssertionError("the last try returns or raises")


async def _open(
    hosts: tuple[str, ...], config: ServerConfig
) -> tuple[list[socket.socket], EmbeddedEngine]:
    with contextlib.ExitStack() as unused:
        listeners: list[socket.socket] = []
        port = config.port
        for host in hosts:
            listeners.append(unused.enter_context(_listener(host, port)))
            port = listeners[0].getsockname()[1]
        engine = EmbeddedEngine(host=hosts[0], port=port, public_addresses=config.public_addresses)
        await engine.open()
        unused.pop_all()
        return listeners, engine


def _listener(host: str, port: int) -> socket.socket:
    family = family_of(host)
    try:
        # By its protocol asyncio knows that it may send small messages at once (TCP_NODELAY).
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise ConfigError(_why(host, port, error)) from error
    try:
        if family == socket.AF_INET6:
            # IPv4 has a socket of its own, as it has for media.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if os.name == "posix":
            # A restart must not wait for the old connections' TIME-WAIT (RFC 9293 §3.6.1).
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ConfigError(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights than this user has; choose another with --port."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use already; stop what uses it or choose another with --port."
    return f"The server cannot listen on {host} port {port}: {error.strerror}."
