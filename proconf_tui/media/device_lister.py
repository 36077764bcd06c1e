"""``python -m proconf_tui.media.device_lister``: the audio devices there are now, as JSON.

PortAudio lists devices once in the life of a process, so a process whose streams must not be
interrupted asks another: `list_elsewhere`. Without PortAudio the child says nothing and fails.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec

from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media.device_lists import AudioLists
from proconf_tui.media.portaudio import present_lists

_TIMEOUT_S = 5.0
_MODULE = "proconf_tui.media.device_lister"


def list_elsewhere(
    command: tuple[str, ...] = (sys.executable, "-m", _MODULE),
) -> AudioLists | None:
    """Return the devices there are now, found in a process of its own; None if that fails.

    Blocks for 5 s at most. The indexes mean nothing here.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=True,
        )
        # Sound libraries may have said something of their own before.
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=AudioLists)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError, IndexError, ValueError):
        return None


def main() -> int:
    """Print the devices in one line and return the exit status."""
    try:
        lists = present_lists()
    except DeviceUnavailable:
        return 1
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(lists) + b"\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
