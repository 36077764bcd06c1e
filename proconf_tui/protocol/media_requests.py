"""The requests about media: the two connections, and the streams that go over them."""

from __future__ import annotations

import msgspec

from proconf_tui.protocol.ids import Label, Mid
from proconf_tui.protocol.request import Request


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
