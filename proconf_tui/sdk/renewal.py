"""A token that stays good: asked for anew halfway to its end, however long the meeting lasts.

It is what one comes in anew with after an absence so long that the seat was given up. The first
may have been made long before it was used, so what is left of it is told by this machine's clock;
of those that follow the whole life is left, and it does not matter whether the clocks agree.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final, cast

import jwt

from proconf_tui.errors import ProconfError
from proconf_tui.protocol.messages import RefreshToken, TokenGranted
from proconf_tui.sdk.link import Link

SHORTEST_S: Final = 1.0
"""Never ask more often than this."""

RETRY_S: Final = 5.0
"""Ask again after this long where it failed, be it only that there was no connection."""

UNREADABLE_S: Final = 300.0
"""Ask after this long where the token does not say how long it lives."""


async def keep_fresh(link: Link) -> None:
    """Renew the token of ``link`` in time, for ever; what fails is tried again soon."""
    due_s = half_left_s(link.token, time.time())
    while True:
        await asyncio.sleep(due_s)
        due_s = half_left_s(link.token) if await _is_renewed(link) else RETRY_S


async def _is_renewed(link: Link) -> bool:
    try:
        granted = await link.request(RefreshToken(link.token))
    except ProconfError:
        return False
    link.renew(cast("TokenGranted", granted).token)
    return True


def half_left_s(token: str, now: float | None = None) -> float:
    """Return half of what is left of ``token`` at ``now`` (epoch); None is when it was made."""
    try:
        payload = jwt.decode(token, options={"verify_signature": False})
        begins_at, ends_at = float(payload["nbf"]), float(payload["exp"])
    except (jwt.InvalidTokenError, LookupError, TypeError, ValueError):
        return UNREADABLE_S
    left_s = ends_at - (begins_at if now is None else max(begins_at, now))
    return max(SHORTEST_S, left_s / 2)
