"""A server that cannot have its ports says what is wrong with the choice."""

from __future__ import annotations

import pytest

from proconf_tui.errors import ConfigError
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.ports import open_ports


@pytest.mark.parametrize("host", ["::1", "::", "no such host"])
async def test_a_host_without_an_ipv4_address_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match=f"'{host}' is no IPv4 address"):
        await open_ports(ServerConfig(host=host, port=0))


async def test_a_name_leads_both_ports_to_the_same_ipv4_address() -> None:
    listener, engine = await open_ports(ServerConfig(host="localhost", port=0))
    with listener:
        assert listener.getsockname() == ("127.0.0.1", engine.port)
    await engine.aclose()
