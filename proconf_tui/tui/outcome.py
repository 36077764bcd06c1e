"""How the way through a meeting ends: errors and closing reasons → exit status and one sentence."""

from __future__ import annotations

from typing import Final

from proconf_tui import errors
from proconf_tui.control.events import RoomClosed
from proconf_tui.tui.options import TuiResult
from proconf_tui.tui.words import one_line

LEFT: Final = TuiResult(0)
NOT_LET_IN: Final = 3
NOT_STARTED: Final = 4
NO_SERVER: Final = 5
BAD_ARGUMENTS: Final = 2
ERROR: Final = 1

_EXIT_CODES: Final[dict[type[errors.ProconfError], int]] = {
    errors.Denied: NOT_LET_IN,
    errors.Kicked: NOT_LET_IN,
    errors.RoomFull: NOT_LET_IN,
    errors.InvalidToken: NOT_LET_IN,
    errors.PermissionDenied: NOT_LET_IN,
    errors.MeetingNotStarted: NOT_STARTED,
    errors.RoomNotFound: NOT_STARTED,
    errors.ServerUnreachable: NO_SERVER,
    errors.ConfigError: BAD_ARGUMENTS,
}

_BY_REASON: Final[dict[str, TuiResult]] = {
    "KICKED": TuiResult(NOT_LET_IN, errors.Kicked.default_message),
    "DENIED": TuiResult(NOT_LET_IN, errors.Denied.default_message),
    "FULL": TuiResult(NOT_LET_IN, errors.RoomFull.default_message),
    "CLOSED": TuiResult(0, "A moderator ended the meeting."),
    "EXPIRED": TuiResult(0, "The meeting's time is over."),
    "LOST": TuiResult(ERROR, errors.ConnectionLost.default_message),
}


def of_error(error: errors.ProconfError) -> TuiResult:
    """Return how the program ends when a meeting could not be entered."""
    for kind, exit_code in _EXIT_CODES.items():
        if isinstance(error, kind):
            return TuiResult(exit_code, one_line(error.message))
    return TuiResult(ERROR, one_line(error.message))


def of_leaving(error: errors.ProconfError) -> TuiResult:
    """Return how the program ends when the meeting could not be ended for everyone."""
    return TuiResult(ERROR, f"You have left, but the meeting goes on: {one_line(error.message)}")


def of_closing(event: RoomClosed) -> TuiResult:
    """Return how the program ends when the meeting did; the reason's own words go before ours."""
    known = _BY_REASON[event.reason]
    return TuiResult(known.exit_code, one_line(event.message) or known.message)
