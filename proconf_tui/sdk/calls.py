"""How the parts of a room ask the server: one function, handed to whoever needs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from proconf_tui.protocol.messages import Request

Call = Callable[[Request], Awaitable[msgspec.Struct]]
"""Sends a request and returns its typed answer.

Raises:
    ConnectionLost: there is no connection just now.
    ProconfError: the server's refusal.
"""
