"""Values of options that need more than a type: JSON, permissions, counts; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from proconf_tui.errors import ConfigError, LimitExceeded
from proconf_tui.protocol.limits import check_json_size, check_max_peers

_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}


def checked_seats(max_peers: int | None) -> int | None:
    """Return ``max_peers`` if a room can be told to hold so many.

    Raises:
        ConfigError: it cannot.
    """
    check_max_peers(max_peers, "--max-peers")
    return max_peers


def checked_passcode(passcode: str | None) -> str | None:
    """Return ``passcode`` if it can keep anybody out.

    Raises:
        ConfigError: it is empty, as of a variable that is not set.
    """
    if passcode == "":
        raise ConfigError("--passcode is empty; write something there or leave it out.")
    return passcode


def json_object(text: str, option: str, most_bytes: int) -> dict[str, Any]:
    """Return the JSON object in ``text``, the value of ``option``.

    Raises:
        ConfigError: it is none, or too big.
    """
    try:
        found: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        check_json_size(found, most_bytes, option)
    except LimitExceeded as error:
        raise ConfigError(error.message) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ConfigError(f'{option} must be a JSON object like {{"topic": "plans"}}.') from error
    return found


def permissions_of(texts: Sequence[str]) -> dict[str, Any]:
    """Return what ``can_produce=false`` and ``can_produce_sources.cam=false`` say together.

    Which permissions there are is known to who signs the token.

    Raises:
        ConfigError: one is of another form.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if value not in _TRUTHS:
            raise ConfigError("--permission takes NAME=true or NAME=false, as can_produce=false.")
        permission, _, source = name.partition(".")
        if source:
            found[permission] = {**_sources_in(found.get(permission)), source: _TRUTHS[value]}
        else:
            found[permission] = _TRUTHS[value]
    return found


def _sources_in(value: object) -> dict[str, bool]:
    return value if isinstance(value, dict) else {}
