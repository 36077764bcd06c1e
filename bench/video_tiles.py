"""What moving pictures in a terminal cost: the screen's share of a core, bytes, and quick keys.

The screen of a real meeting runs in a pseudo-terminal that is read as fast as it writes. People who
talk, decoded from VP8, are scaled by the agent's own means in another process. Measured are one
tile of 120 x 40 cells at 30 pictures a second and nine of 40 x 12 at 15 (processor time of the
screen's process, "of one core"), and how long keys take from being typed to being painted while
the nine move. In the same run, pictures of 80 x 24 cells are made by this client, scaling and
changed cells, and by libchafa in full; what is compared is processor time.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.chafa import HOW_TO_GET
from bench.lib.half_blocks import compare
from bench.lib.moving_meeting import ENOUGH_KB_PER_S, NINE, ONE, Meeting, Wall, moving_meeting
from bench.lib.programs import own_directories
from bench.lib.report import arguments, tell
from bench.lib.talking_head import film

LETTERS = [chr(code) for code in (*range(0x3B1, 0x3CA), *range(0x430, 0x450))]
"""What is typed; none of them is anywhere else on the screen."""
SETTLE_S = 2.0

Figures = dict[str, Any]


def measure(meeting: Meeting, wall: Wall, seconds: float) -> Figures:
    """Return what the tiles cost while nobody types."""
    time.sleep(SETTLE_S)
    counter = meeting.terminal.counter
    cpu_s, pictures, size = meeting.cpu_s(), counter.pictures, counter.bytes
    began_at = time.perf_counter()
    time.sleep(seconds)
    lasted_s = time.perf_counter() - began_at
    held_back = meeting.statistics()
    return {
        f"cpu_percent_{wall.count}": 100.0 * (meeting.cpu_s() - cpu_s) / lasted_s,
        f"kb_per_s_{wall.count}": (counter.bytes - size) / lasted_s / 1000.0,
        f"fps_{wall.count}": (counter.pictures - pictures) / lasted_s,
        f"skipped_share_{wall.count}": held_back["skipped_share"],
        f"threshold_{wall.count}": held_back["threshold"],
    }


def keys_to_paint_ms(meeting: Meeting, keys: int) -> list[float]:
    """Type letters into the chat, and return how long each took to be painted."""
    terminal, chance = meeting.terminal, random.Random(5)
    terminal.type("c")
    took_ms = []
    for number in range(keys):
        if number % len(LETTERS) == 0:
            terminal.type("\x15")  # ctrl+u empties the line
            time.sleep(0.5)
        time.sleep(chance.uniform(0.06, 0.16))
        letter = LETTERS[number % len(LETTERS)]
        terminal.expect(letter)
        typed_at = time.perf_counter()
        terminal.type(letter)
        took_ms.append((terminal.wait() - typed_at) * 1000.0)
    return took_ms


def one_tile(directory: Path, seconds: float) -> Figures:
    """Measure the large tile."""
    with moving_meeting(directory, ONE, budget_kb_per_s=ENOUGH_KB_PER_S) as meeting:
        return measure(meeting, ONE, seconds)


def nine_tiles(directory: Path, seconds: float, keys: int) -> Figures:
    """Measure the nine, and typing beside them."""
    with moving_meeting(directory, NINE, budget_kb_per_s=ENOUGH_KB_PER_S) as meeting:
        figures = measure(meeting, NINE, seconds)
        took_ms = keys_to_paint_ms(meeting, keys)
    return figures | {
        "key_to_paint_median_ms_9": statistics.median(took_ms),
        "key_to_paint_p95_ms_9": float(np.percentile(took_ms, 95)),
    }


def main() -> None:
    """Measure and tell."""
    seconds, keys, rounds = (4.0, 30, 8) if arguments(__doc__).quick else (30.0, 200, 60)
    with own_directories(), tempfile.TemporaryDirectory(prefix="proconf-bench-") as name:
        directory = Path(name)
        compared = compare(film(directory, 1), rounds)
        figures = one_tile(directory, seconds) | nine_tiles(directory, seconds, keys) | compared
    tell("Moving pictures on the screen", rows_of(figures), figures)
    if compared["chafa_ms"] is None:
        print(HOW_TO_GET, file=sys.stderr)


def rows_of(figures: Figures) -> list[list[object]]:
    """Return the table."""
    costs = ("cpu_percent", "kb_per_s", "fps", "skipped_share", "threshold")
    rows: list[list[object]] = [["", "1 of 120x40", "9 of 40x12"]]
    rows += [[cost, figures[f"{cost}_1"], figures[f"{cost}_9"]] for cost in costs]
    rows.append(["key to paint, 95 of 100, ms", "", figures["key_to_paint_p95_ms_9"]])
    rows.append(["one picture of 80x24, ms", "ours", figures["ours_ms"]])
    rows.append(["", "libchafa", figures["chafa_ms"] or "not installed"])
    return rows


if __name__ == "__main__":
    main()
