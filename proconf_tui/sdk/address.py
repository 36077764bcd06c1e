"""Where a server is: its address in the forms that HTTP, the websocket and an invite need.

It opens no connection. A server's address is ``http(s)://HOST:PORT``, with ``#pin=PIN`` where no
authority knows its certificate; an invite is that with ``/j/ROOM#TOKEN:pin=PIN``. What stands
behind the ``#`` stays out of requests and logs (RFC 3986 section 3.5).
"""

from __future__ import annotations

import dataclasses
from urllib.parse import quote, unquote, urlsplit

from proconf_tui.config.hosts import ip_of, is_loopback
from proconf_tui.config.interfaces import own_addresses
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.pin import Fragment
from proconf_tui.protocol.text import clean

_INVITE_PATH = "/j/"
_SCHEMES = {"http": "ws", "https": "wss"}
_PORTS = {"http": 80, "https": 443}


@dataclasses.dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server's address: ``url`` without path or trailing slash, and its certificate's pin.

    With a pin the server is whoever shows that certificate, and without one whoever the
    authorities of this machine vouch for. `str` gives both as `parse` takes them.
    """

    url: str
    pin: str | None = None

    @classmethod
    def parse(cls, url: str) -> ServerAddress:
        """Return the server in ``url``; a bare ``HOST:PORT`` is taken as http.

        Raises:
            ConfigError: it names no server, or has a pin that makes no sense.
        """
        text = url if "://" in url else f"http://{url}"
        try:
            parts = urlsplit(text)
            is_valid = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_valid = False
        if not is_valid:
            raise ConfigError(
                f"{clean(url, max_cells=60)} is no server's address; it looks like http://HOST:PORT."
            )
        pin = Fragment.parse(parts.fragment).pin
        if pin and parts.scheme != "https":
            raise ConfigError("An address with a pin begins with https://; copy the whole link.")
        return cls(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", pin)

    def __str__(self) -> str:
        return Fragment(pin=self.pin).after(self.url)

    @property
    def websocket_url(self) -> str:
        """Where signalling is."""
        scheme, _, rest = self.url.partition("://")
        return f"{_SCHEMES[scheme]}://{rest}/api/v1/ws"

    @property
    def is_https(self) -> bool:
        """Whether it is reached by TLS."""
        return self.url.startswith("https:")

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine itself, which no proxy can reach."""
        return is_loopback(self.host)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine by an address of its own; a name proves nothing."""
        return self.is_loopback or ip_of(self.host) in [own.ip for own in own_addresses()]

    @property
    def host(self) -> str:
        """The name or address of its machine, an IPv6 address without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, the scheme's own (RFC 9110 section 4.2) where the address names none."""
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]


@dataclasses.dataclass(frozen=True, slots=True)
class Invite:
    """What an invite link says; without a token its holder asks the server for a guest's."""

    server: ServerAddress
    room_id: RoomId
    token: str | None = None

    @classmethod
    def parse(cls, url: str) -> Invite | None:
        """Return what ``url`` invites to, or None when it is no invite.

        Raises:
            ConfigError: it is an invite, and its address makes no sense.
        """
        address, _, fragment = url.partition("#")
        if "://" not in address or _INVITE_PATH not in address:
            return None
        server = ServerAddress.parse(url)
        room_id = unquote(urlsplit(address).path.removeprefix(_INVITE_PATH).removesuffix("/"))
        return cls(server, RoomId(room_id), Fragment.parse(fragment).token)

    def __str__(self) -> str:
        link = f"{self.server.url}{_INVITE_PATH}{quote(self.room_id, safe='')}"
        return Fragment(self.token, self.server.pin).after(link)
