"""A token that stays good: asked for anew at half its life, however long the meeting lasts.

It is what one comes in anew with after an absence so long that the seat was given up. The life is
what the token itself says, so it does not matter whether both machines' clocks agree.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, cast

import jwt

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.messages import RefreshToken, TokenGranted
from proconf_tui.sdk.link import Link

SHORTEST_S: Final = 1.0
"""Never ask more often than this."""

UNREADABLE_S: Final = 300.0
"""Ask after this long where the token does not say how long it lives."""


async def keep_fresh(link: Link) -> None:
    """Renew the token of ``link`` in time, for ever; what fails is tried again later."""
    while True:
        await asyncio.sleep(due_after_s(link.token))
        with contextlib.suppress(ProconfError):
            granted = await link.request(RefreshToken())
            link.renew(cast("TokenGranted", granted).token)


def due_after_s(token: str) -> float:
    """Return how long to wait, from the moment ``token`` was given."""
    try:
        payload = jwt.decode(token, options={"verify_signature": False})
        life_s = float(payload["exp"]) - float(payload["nbf"])
    except (jwt.InvalidTokenError, LookupError, TypeError, ValueError):
        return UNREADABLE_S
    return max(SHORTEST_S, life_s / 2)
