"""A client whose address changes in mid-call is found again; nobody else's word moves it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aioice.ice
import pytest

from proconf_tui.engine import ice_lite
from tests.support.rebinding_relay import RebindingRelay
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.stranger import Stranger


@pytest.fixture
async def relay(room: TestRoom, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RebindingRelay]:
    """A translator before the room's engine; clients prove their address ten times a second."""
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.1)
    # Six answers that do not come are 30 s else, and here a machine that stands still for a moment.
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 1000)
    opened = RebindingRelay(("127.0.0.1", room.engine.stats().port))
    await opened.open()
    yield opened
    opened.close()


async def _goes_on(client: RtcClient, *, frames: int = 20) -> None:
    """Wait until the client has got so many more frames of every voice.

    Pictures take the same way, but aiortc asks only once for what is missing of them.
    """
    before = client.frames()
    voices = [feed.mid for feed in client.slots if feed.kind == "audio"]
    await until(lambda: all(client.frames()[mid] >= before[mid] + frames for mid in voices))


def _is_nominating(check: bytes) -> bool:
    request = ice_lite.parse_request(check)
    return request is not None and request.is_nominating


@pytest.mark.parametrize("is_publishing", [True, False])
async def test_a_client_is_found_at_its_new_address(
    room: TestRoom, relay: RebindingRelay, is_publishing: bool
) -> None:
    """Nothing is nominated anew: the client does not know."""
    bob = await room.join("bob", 1)
    ann = await room.join("ann", 0, is_publishing=is_publishing, rewrite=relay.rewrite)
    await until(lambda: ann.has(bob) and (bob.has(ann) or not is_publishing))
    for _ in range(2):
        old = relay.outside()
        relay.rebind()
        await _goes_on(ann)
        await _goes_on(bob)
        assert old
        assert not set(old) & set(relay.outside())
    await until(lambda: ann.has(bob) and bob.has(ann) == is_publishing)


async def test_checks_overheard_and_repeated_from_elsewhere_move_nobody(
    room: TestRoom, relay: RebindingRelay
) -> None:
    """Somebody on the way who cannot send in Ann's name gets no answer and no media."""
    ann = await room.join("ann", 0, rewrite=relay.rewrite)
    bob = await room.join("bob", 1)
    await until(room.all_have_all)
    checks = [datagram for datagram in relay.overheard if datagram[0] <= 3]
    assert any(_is_nominating(check) for check in checks)
    stranger = await Stranger.open(room.engine.stats().port)
    try:
        for _ in range(3):
            for check in checks:
                stranger.send(check)
            await _goes_on(ann, frames=5)
            await _goes_on(bob, frames=5)
        assert stranger.received == []
    finally:
        stranger.close()


async def test_a_check_older_than_is_remembered_moves_nobody_who_is_alive(
    room: TestRoom, relay: RebindingRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be answered, since it is authentic; what is sent to Ann goes to Ann."""
    monkeypatch.setattr(ice_lite, "MAX_CHECKS", 0)
    ann = await room.join("ann", 0, rewrite=relay.rewrite)
    bob = await room.join("bob", 1)
    await until(room.all_have_all)
    checks = [datagram for datagram in relay.overheard if datagram[0] <= 3]
    stranger = await Stranger.open(room.engine.stats().port)
    try:
        for check in checks:
            stranger.send(check)
        await until(lambda: stranger.received)
        await _goes_on(ann)
        await _goes_on(bob)
        assert all(answer[0] <= 3 for answer in stranger.received)
    finally:
        stranger.close()
