"""Whether an HTTP request was meant for this server and comes from where it may come from.

A web page elsewhere can make a browser send requests here: under our name by its own DNS (DNS
rebinding, so ``Host`` must be a name of ours) or openly (so ``Origin``, which browsers set and
pages cannot, must be us). Programs send no ``Origin``. Pure.
"""

from __future__ import annotations

import platform
from collections.abc import Container, Iterable
from typing import Final
from urllib.parse import urlsplit

from proconf_tui.config.hosts import ip_of

_PASSED_ON: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def own_names(extra: Iterable[str]) -> frozenset[str]:
    """Return the host names this machine goes by, lower case."""
    name = platform.node().lower()
    named = {"localhost", *(each.lower() for each in extra)}
    return frozenset(named | {name, f"{name.split('.')[0]}.local"} if name else named)


def is_own_host(host: str | None, names: frozenset[str]) -> bool:
    """Return whether a ``Host`` header names this server: by an IP address or a name of ours.

    An address is safe whichever it is: DNS has no part in reaching it.
    """
    hostname = _hostname(f"//{host}") if host else None
    if hostname is None:
        return False
    return ip_of(hostname) is not None or is_called(hostname, names)


def is_called(host: str, names: Container[str]) -> bool:
    """Return whether ``host`` is among ``names``, all in lower case.

    ``*.example.org`` among them stands for one label (RFC 6125 section 6.4.3), and never for that
    of a whole domain, as ``*.org`` would.
    """
    label, _, parent = host.partition(".")
    return host in names or bool(label and "." in parent and f"*.{parent}" in names)


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Return whether an ``Origin`` header is absent or this very server as ``Host`` names it."""
    return origin is None or (bool(host) and origin in (f"http://{host}", f"https://{host}"))


def is_passed_on(header_names: Container[str]) -> bool:
    """Return whether a proxy says that it asks for somebody else; names are in lower case."""
    return any(name in header_names for name in _PASSED_ON)


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
