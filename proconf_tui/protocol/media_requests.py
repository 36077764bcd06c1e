"""The requests about media: the two connections, and the streams that go over them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.protocol.request import Request

Pixels = Annotated[int, msgspec.Meta(ge=1, le=8192)]


class PublishResult(msgspec.Struct, frozen=True):
    """The server's answer to the offer, with all its candidates."""

    sdp: str


class Publish(Request, frozen=True):
    """Offer of the publishing connection; ``labels`` names the stream of each media section."""

    method = "publish"
    result = PublishResult
    sdp: str
    labels: dict[Mid, Label]


class AnswerSubscription(Request, frozen=True):
    """Answer to the last `SubscriptionOffer`."""

    method = "answer-subscription"
    sdp: str


class ResetSubscription(Request, frozen=True):
    """Ask for a fresh subscribing connection (an offer follows) when the old one is dead."""

    method = "reset-subscription"


class Produce(Request, frozen=True):
    """Start a stream: from now on what arrives under this label is forwarded."""

    method = "produce"
    label: Label


class StopProducing(Request, frozen=True):
    """End one's own stream; its media section stays and can be used again."""

    method = "stop-producing"
    label: Label


class PauseStream(Request, frozen=True):
    """Forward one's own stream to nobody for a while; it stays published."""

    method = "pause-stream"
    label: Label


class ResumeStream(Request, frozen=True):
    """Forward one's own paused stream again."""

    method = "resume-stream"
    label: Label


class WatchedStream(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody's pictures, and the size in which they are shown: 1 to 8192 pixels a side."""

    peer_id: PeerId
    label: Label
    width_px: Pixels
    height_px: Pixels


class Watch(Request, frozen=True):
    """Name all the pictures one looks at: only these are sent; null is all, in whatever size.

    It holds until the next one, and counts from then on that one is in. Whoever has never said it
    is sent all. Sound comes anyway and is refused here; one's own pictures, and those of whoever
    is not there (yet), count for nothing. What is named twice counts in the larger size.
    """

    method = "watch"
    streams: list[WatchedStream] | None = None
