"""Whether a spec means a file, and what is wrong with one that cannot be used; it opens none."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path

from proconf_tui.errors import DeviceUnavailable


def media_file(spec: str, suffixes: Container[str], kind: str, flag: str) -> Path | None:
    """Return the file that ``spec`` means, or None where it must be a device's name.

    A spec with one of ``suffixes``, or with a directory in it, is taken for a path; ``kind`` and
    ``flag`` are for the sentence.

    Raises:
        DeviceUnavailable: there is no such file, or it is a directory, a pipe or the like.
    """
    if os.path.isfile(spec):  # noqa: PTH113 - Path.is_file raises for names that are too long
        return Path(spec)
    path = Path(spec)
    if is_other_than_file(path) and (path.suffix.lower() in suffixes or os.sep in spec):
        raise DeviceUnavailable(f"{spec} is no {kind} file; check the path after {flag}.")
    if path.suffix.lower() in suffixes:
        raise DeviceUnavailable(f"There is no {kind} file {spec}; check the path after {flag}.")
    return None


def is_other_than_file(path: Path) -> bool:
    """Return whether something is there that is no regular file: a directory, a pipe, a device."""
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113 - as above
