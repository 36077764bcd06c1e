"""How far a slow terminal falls behind nine moving tiles, and how soon the screen lets go of it.

Between the screen and its terminal lie a buffer of 2 MB, as SSH and networks have them, and a line
of 150 kB/s. The lag is how long a byte written now waits in that buffer: all that is typed is seen
that much later. It is measured from the outside, by the bytes in the buffer, while the pictures
move and after the screen has had some seconds to find the pace. Then quit is pressed; ``quit_s`` is
until the screen's process has ended, having written what gives the terminal back, which itself
passes the line after what is before it (``quit_seen_s``). Terminals that never say where their
cursor is, by which the screen would notice the lag, are measured too (``_no_answers``).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.moving_meeting import NINE, Meeting, moving_meeting
from bench.lib.programs import own_directories
from bench.lib.report import arguments, tell
from bench.lib.slow_link import SlowLink

RATE_BYTES_PER_S = 150_000
BUFFER_BYTES = 2_000_000
SETTLE_S = 4.0
LOOK_EVERY_S = 0.01
QUIT = "\x11"

Figures = dict[str, float]


def lags_s(meeting: Meeting, seconds: float) -> list[float]:
    """Return how long the buffer's last byte had to wait, from look to look."""
    lags = []
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        lags.append(meeting.terminal.link.lag_s)
        time.sleep(LOOK_EVERY_S)
    return lags


def quit_and_time(meeting: Meeting) -> Figures:
    """Press quit; return the seconds until the process ended, and until its last byte arrives."""
    terminal = meeting.terminal
    pressed_at = time.perf_counter()
    terminal.type(QUIT)
    terminal.process.wait(30.0)
    ended_s = time.perf_counter() - pressed_at
    return {"quit_s": ended_s, "quit_seen_s": ended_s + terminal.link.lag_s}


def measure(directory: Path, seconds: float, *, tells_position: bool) -> Figures:
    """Return the figures of one meeting behind the slow line."""
    link = SlowLink(RATE_BYTES_PER_S, BUFFER_BYTES)
    rig = moving_meeting(directory, NINE, link=link, tells_position=tells_position)
    with rig as meeting:
        time.sleep(SETTLE_S)
        counter = meeting.terminal.counter
        pictures, size = counter.pictures, counter.bytes
        lags = lags_s(meeting, seconds)
        threshold = float(meeting.statistics()["threshold"])
        figures = {
            "lag_mean_s": sum(lags) / len(lags),
            "lag_max_s": max(lags),
            "fps": (counter.pictures - pictures) / seconds,
            "kb_per_s": (counter.bytes - size) / seconds / 1000.0,
            "threshold": threshold,
        }
        return figures | quit_and_time(meeting)


def main() -> None:
    """Measure and tell."""
    seconds = 6.0 if arguments(__doc__).quick else 30.0
    with own_directories(), tempfile.TemporaryDirectory(prefix="proconf-bench-") as name:
        answering = measure(Path(name), seconds, tells_position=True)
        silent = measure(Path(name), seconds, tells_position=False)
    rows: list[list[object]] = [["", "answering", "no answers"]]
    rows += [[name, answering[name], silent[name]] for name in answering]
    figures = answering | {f"{name}_no_answers": value for name, value in silent.items()}
    tell("Nine tiles of 40x12 through 150 kB/s behind a buffer of 2 MB", rows, figures)


if __name__ == "__main__":
    main()
