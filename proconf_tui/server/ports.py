"""One number for two ports: TCP for signalling, UDP for media; one firewall rule opens both.

IPv4 only, since the engine's socket is: a name that has addresses of both kinds must not give the
signalling one that the media cannot follow to.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig

_TRIES: Final = 20


async def open_ports(config: ServerConfig) -> tuple[socket.socket, EmbeddedEngine]:
    """Return a bound TCP socket and an open engine on the same number.

    Raises:
        ConfigError: the port is taken, or the host is no IPv4 address of this machine.
    """
    tries = _TRIES if config.port == 0 else 1
    for attempt in range(1, tries + 1):
        listener = _bound(config.host, config.port)
        engine = EmbeddedEngine(
            host=config.host,
            port=listener.getsockname()[1],
            public_addresses=config.public_addresses,
        )
        try:
            await engine.open()
        except ConfigError:
            listener.close()
            if attempt == tries:
                raise
        else:
            return listener, engine
    raise ConfigError("No port is free for both TCP and UDP; name one with --port.")


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, socket.AF_INET, socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ConfigError(
            f"{host!r} is no IPv4 address, and a server works over IPv4 only; "
            "choose another with --host."
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # A restart must not wait for the old connections' TIME-WAIT (RFC 9293 §3.6.1).
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
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
