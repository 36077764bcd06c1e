"""Which errors a room answers a request with: the one thing here that the code cannot tell."""

from __future__ import annotations

from typing import Final

_DENIED: Final = ("PERMISSION_DENIED",)
_ABOUT_SOMEBODY: Final = ("PERMISSION_DENIED", "PEER_NOT_FOUND")
_MEDIA: Final = ("INVALID_MESSAGE", "PEER_NOT_FOUND", "UNREACHABLE")

REFUSALS: Final[dict[str, tuple[str, ...]]] = {
    "join": (
        "BAD_TOKEN",
        "BLOCKED",
        "FULL",
        "LIMIT_EXCEEDED",
        "NOT_STARTED",
        "ROOM_NOT_FOUND",
        "UNREACHABLE",
    ),
    "leave": (),
    "end-room": _DENIED,
    "ping": (),
    "refresh-token": (),
    "publish": _MEDIA,
    "answer-subscription": _MEDIA,
    "reset-subscription": ("PEER_NOT_FOUND",),
    "produce": _DENIED,
    "stop-producing": _DENIED,
    "pause-stream": _DENIED,
    "resume-stream": _DENIED,
    "watch": (),
    "stats": _DENIED,
    "admit": (*_ABOUT_SOMEBODY, "FULL", "NOT_STARTED"),
    "admit-all": ("PERMISSION_DENIED", "FULL", "NOT_STARTED"),
    "deny": _ABOUT_SOMEBODY,
    "kick": _ABOUT_SOMEBODY,
    "unblock": _DENIED,
    "update-controls": _DENIED,
    "close-streams": _ABOUT_SOMEBODY,
    "mute-everyone": _DENIED,
    "update-role": _ABOUT_SOMEBODY,
    "update-permissions": (*_ABOUT_SOMEBODY, "INVALID_MESSAGE"),
    "update-room-metadata": ("PERMISSION_DENIED", "LIMIT_EXCEEDED"),
    "update-peer-metadata": ("PERMISSION_DENIED", "LIMIT_EXCEEDED"),
    "raise-hand": ("PERMISSION_DENIED", "LIMIT_EXCEEDED"),
    "lower-hand": _ABOUT_SOMEBODY,
    "send-chat": (*_ABOUT_SOMEBODY, "LIMIT_EXCEEDED"),
    "send-data": _ABOUT_SOMEBODY,
}
"""By the request's method; the ones that any request may get stand in the document's head."""
