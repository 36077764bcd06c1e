"""Which of this machine's addresses clients gather as candidates, for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import aioice.ice


@contextlib.contextmanager
def gathering(*hosts: str) -> Iterator[None]:
    """Make clients gather these alone, which may be loopback's: aioice leaves those out.

    The client's own lasting patch of the same function may come meanwhile, around this one, and is
    not undone.
    """
    original = aioice.ice.get_host_addresses
    is_over = False

    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return original(use_ipv4, use_ipv6) if is_over else list(hosts)

    aioice.ice.get_host_addresses = get_host_addresses
    try:
        yield
    finally:
        is_over = True
        if aioice.ice.get_host_addresses is get_host_addresses:
            aioice.ice.get_host_addresses = original
