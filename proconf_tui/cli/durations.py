"""Spans of time as people write them: ``90``, ``90s``, ``10m``, ``2h``, ``1.5d``."""

from __future__ import annotations

import re
from typing import Final

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.limits import LONGEST_S

_UNIT_S: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_FORM: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smhd]?)")


def seconds_of(text: str, option: str, *, least_s: float = 1) -> float:
    """Return the span that ``text``, the value of ``option``, names.

    Raises:
        ConfigError: it names none, one shorter than ``least_s`` or longer than a year.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ConfigError(f"{option} must be a time like 90s, 10m, 2h or 1d.")
    seconds = float(match[1]) * _UNIT_S[match[2]]
    if not least_s <= seconds <= LONGEST_S:
        least = f"{least_s:g} second{'' if least_s == 1 else 's'}"
        raise ConfigError(f"{option} must be from {least} to a year (366d).")
    return seconds
