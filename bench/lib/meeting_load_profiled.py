"""The program under cProfile, for the time between two SIGUSR1: ``FILE ARGUMENT...``.

What it did before and after, and above all what it loaded, is so left out. It is slower for it, and
small functions more so than large ones.
"""

from __future__ import annotations

import cProfile
import signal
import sys

from proconf_tui.__main__ import main


def run(file: str, arguments: list[str]) -> None:
    """Run the program with these arguments; the second signal writes ``file``."""
    profile = cProfile.Profile()
    signals = iter((profile.enable, lambda: profile.dump_stats(file)))

    def take(_signal: int, _frame: object) -> None:
        profile.disable()
        act = next(signals, None)
        if act is not None:
            act()

    signal.signal(signal.SIGUSR1, take)
    sys.argv = ["proconf-tui", *arguments]
    main()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
