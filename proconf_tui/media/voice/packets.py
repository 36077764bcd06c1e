"""The packets of one voice in order, and what is missing between them; pure.

Sources: RFC 3550 section 5.1 (numbers and timestamps that wrap), RFC 7587 section 4 (the clock is
48 kHz whatever is coded).
"""

from __future__ import annotations

from typing import NamedTuple


class AudioPacket(NamedTuple):
    """One RTP packet of Opus.

    ``sequence`` has 16 bits and ``timestamp`` 32, in samples at 48 kHz; ``level_dbfs`` is -127 to
    0 as its sender measured it (RFC 6464), None where it did not.
    """

    sequence: int
    timestamp: int
    payload: bytes
    level_dbfs: float | None = None
