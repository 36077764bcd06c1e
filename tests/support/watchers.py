"""What feeds the slots of a client, and whose picture it shows."""

from __future__ import annotations

from tests.support.rtc_client import RtcClient


def pictures_of(client: RtcClient) -> set[tuple[str, str]]:
    """Return whose pictures feed the client's slots, and their labels."""
    return {(feed.peer_id, feed.label) for feed in client.slots if feed.kind == "video"}


def sounds_of(client: RtcClient) -> set[str]:
    """Return whose voices feed the client's slots."""
    return {feed.peer_id for feed in client.slots if feed.kind == "audio"}


def sees_new(client: RtcClient, mid: str, other: RtcClient, shown: int) -> bool:
    """Whether a slot has shown more than ``shown`` frames, and the newest is the other's."""
    received = client.received[mid]
    is_newer = received.frames > shown and received.luma is not None
    return is_newer and abs((received.luma or 0) - other.luma) <= 4
