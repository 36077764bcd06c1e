"""A meeting of the product's own clients at an IPv6 address: signalling, media, everything."""

from __future__ import annotations

import asyncio
from unittest import mock

import ifaddr

from tests.support.ipv6 import needs_ipv6
from tests.support.meeting import Meeting, until
from tests.support.signalling import running_server

_LOOPBACK_ALONE = [
    ifaddr.Adapter(
        "lo", "lo", [ifaddr.IP("127.0.0.1", 8, "lo"), ifaddr.IP(("::1", 0, 0), 128, "lo")]
    )
]


@needs_ipv6
async def test_two_meet_where_there_is_ipv6_loopback_alone() -> None:
    with mock.patch("ifaddr.get_adapters", return_value=_LOOPBACK_ALONE):
        async with running_server(host="::1") as server:
            meeting = Meeting(server)
            try:
                hana = await meeting.host()
                ben = await meeting.join("Ben")
                await asyncio.gather(
                    until(lambda: hana.hears(ben) and hana.sees(ben)),
                    until(lambda: ben.hears(hana) and ben.sees(hana)),
                )
            finally:
                await meeting.aclose()
