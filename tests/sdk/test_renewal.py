"""When a token is renewed, and that a failure does not put it off for long."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import msgspec
import pytest

from proconf_tui.errors import ConnectionLost
from proconf_tui.protocol.messages import RefreshToken, Request, TokenGranted
from proconf_tui.sdk import AccessToken, renewal
from proconf_tui.sdk.link import Link

TTL_S = 600


def _token(ttl_s: float = TTL_S) -> str:
    return AccessToken("key", "s" * 40, "myRoom", ttl_s=ttl_s).to_jwt()


@pytest.mark.parametrize(
    ("age_s", "due_s"),
    [
        (0, 300),
        (400, 100),
        # It has run out, and was taken for the seat's sake.
        (700, renewal.SHORTEST_S),
        # This clock is behind the other.
        (-3600, 300),
    ],
)
def test_the_first_renewal_comes_halfway_to_the_end(age_s: float, due_s: float) -> None:
    due = renewal.half_left_s(_token(), time.time() + age_s)
    assert due == pytest.approx(due_s, abs=5)


def test_a_token_just_made_is_renewed_at_half_its_life_by_any_clock() -> None:
    assert renewal.half_left_s(_token()) == TTL_S / 2
    assert renewal.half_left_s("nonsense") == renewal.UNREADABLE_S


class _Link:
    """A link to a server that grants a token when asked often enough."""

    def __init__(self, failures: int) -> None:
        self.token = _token(ttl_s=1)
        self.renewed = asyncio.Event()
        self._failures = failures

    async def request(self, request: Request) -> msgspec.Struct:
        assert isinstance(request, RefreshToken)
        self._failures -= 1
        if self._failures >= 0:
            raise ConnectionLost
        return TokenGranted("fresh")

    def renew(self, token: str) -> None:
        self.token = token
        self.renewed.set()


async def test_what_fails_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "RETRY_S", 0.0)
    link = _Link(failures=100)
    renewing = asyncio.create_task(renewal.keep_fresh(cast("Link", link)))
    await link.renewed.wait()
    assert link.token == "fresh"
    renewing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await renewing
