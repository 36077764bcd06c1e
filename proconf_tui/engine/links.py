"""What every connection of one engine shares."""

from __future__ import annotations

from dataclasses import dataclass

from proconf_tui.engine.dtls import Certificate
from proconf_tui.engine.ice_lite import Address
from proconf_tui.engine.repair import RepairTimer
from proconf_tui.engine.udp import UdpPort


@dataclass(frozen=True, slots=True)
class Links:
    """The socket, our certificate, the timer, and the addresses at which clients find us."""

    port: UdpPort
    certificate: Certificate
    repairs: RepairTimer
    addresses: tuple[Address, ...]
