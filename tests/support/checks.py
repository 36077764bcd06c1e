"""Connectivity checks made by hand, with the password of a description or without."""

from __future__ import annotations

import re

from aioice import stun


def check(ufrag: str, password: str, *, is_nominating: bool = True) -> bytes:
    """Return a binding request for the connection of that ufrag."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{ufrag}:x"
    if is_nominating:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


def check_for(sdp: str, *, is_nominating: bool = True) -> bytes:
    """Return an authentic binding request for the connection that ``sdp`` describes."""
    found = [re.search(rf"a=ice-{name}:(\S+)", sdp) for name in ("ufrag", "pwd")]
    ufrag, password = (match[1] for match in found if match is not None)
    return check(ufrag, password, is_nominating=is_nominating)
