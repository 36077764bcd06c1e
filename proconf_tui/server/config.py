"""How one server is run: everything its starter can choose, with the defaults of the product."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from proconf_tui.config.hosts import is_any_address
from proconf_tui.config.settings import DEFAULT_PORT
from proconf_tui.protocol.limits import HEARTBEAT_S, JOIN_TIMEOUT_S


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """The choices; all times in seconds. Tests shorten the times, nobody else need touch them."""

    host: str = "127.0.0.1"
    """An address or a name of this machine; 0.0.0.0 is every IPv4 address, :: every one of both
    families."""
    port: int = DEFAULT_PORT
    """TCP for signalling and UDP for media, the same number; 0 takes any that is free as both."""
    public_addresses: tuple[str, ...] = ()
    """Addresses that clients reach, where they differ from this machine's own."""
    allowed_hosts: tuple[str, ...] = ()
    """Names this server is called by, besides IP addresses and the names of this machine and of the
    certificate; ``*.`` at the beginning stands for one label."""
    tls_cert: Path | None = None
    """The certificate to show, with those that lead to its authority, in PEM."""
    tls_key: Path | None = None
    is_lan: bool = False
    """Whether it is for the machines around: with TLS, by a certificate of its own if none is
    named. The host is to be every address."""
    is_resumed: bool = False
    """Whether it takes the place of one that crashed, and shows the certificate that people know,
    whatever its dates."""
    can_guests_join: bool = False
    """Give a token to whoever asks for one; the lobby and the passcode are then the doors."""
    heartbeat_s: float = HEARTBEAT_S
    """How often clients send something; three times as long in silence means dead."""
    join_within_s: float = JOIN_TIMEOUT_S
    store: str = "memory"
    """Where rooms are kept: ``memory``, or ``sqlite:FILE``, which outlives this process."""
    is_store_temporary: bool = False
    """Whether the store ends with the server, and every room with it."""
    history_kept_s: float = 0.0
    """How long what happened in a meeting is kept after its end."""
    seat_s: float = 30.0
    """How long the seat of a broken connection is kept."""
    empty_room_s: float = 60.0
    unstarted_room_s: float = 24 * 3600.0
    drain_s: float = 20.0
    """How long a first SIGTERM waits for the rooms to empty."""

    @property
    def outlives_process(self) -> bool:
        """Whether the next server with this store has the rooms of this one."""
        return self.store != "memory" and not self.is_store_temporary

    @property
    def has_tls(self) -> bool:
        """Whether it speaks TLS and nothing else."""
        return self.is_lan or self.tls_cert is not None

    @property
    def local_url(self) -> str:
        """The address that reaches this server from its own machine."""
        return self.url_at("127.0.0.1" if is_any_address(self.host) else self.host)

    def url_at(self, host: str) -> str:
        """Return the address of this server by that name or address of its machine."""
        scheme = "https" if self.has_tls else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
