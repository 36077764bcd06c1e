"""What a network that loses packets leaves of pictures and sound, with all repair at work.

Two clients of the SDK meet on a real server, a film and a voice from each; both ways between each
client and the server lose media by chance (SRTP and SRTCP, so also what asks for the lost), with
a fixed delay. So a packet that is sent by one for the other is lost twice over.

``video_stall_percent``: share of the time during which the newest picture of the other, as the SDK
shows it, was one that stood for more than 0.3 s; such a gap between two pictures counts whole. At
3 % of loss, the worse of the two round trips. ``audio_gap_percent``: share of the 20 ms frames
played that came neither from their packet nor from its copy in the next one, by the playout's own
counters, of speech and of a tone; or, if that is more, share of the 10 ms blocks of what was
played in which the tone was not as loud as it was sent (within 6 dB). At 10 % of loss, the worse
of the two round trips. ``grid`` has all conditions; set-up and the first three seconds never count.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.lossy_meeting import STALL_S, Condition, Fared, Films, meet
from bench.lib.programs import own_directories
from bench.lib.report import arguments, tell
from bench.lib.spoken import VOICES, speech
from bench.lib.talking_head import film
from proconf_tui.server.logs import log_to_file
from tests.support.signals import write_wav

LOSSES: Final = (0.0, 0.03, 0.1)
RTTS_S: Final = (0.0, 0.08)
SECONDS, QUICK_SECONDS = 40.0, 10.0
AT_ONCE: Final = 3
"""Meetings at the same time, each in a process of its own."""
SEED: Final = 11

Row = dict[str, float]


def films(directory: Path) -> Films:
    """Return what both send, made in ``directory``."""
    pictures = [film(directory, seed) for seed in (1, 2)]
    return Films(pictures, write_wav(directory / "speech.wav", speech(VOICES[0])))


def run(condition: Condition, sent: Films, seconds: float) -> list[Fared]:
    """Hold one meeting, in a process of its own."""
    with own_directories(), tempfile.TemporaryDirectory() as directory:
        log_to_file()
        return list(asyncio.run(meet(condition, sent, Path(directory), seconds)))


def row(condition: Condition, fared: list[Fared]) -> Row:
    """Return the figures of one condition, of both people together."""
    stalls_s = [gap for each in fared for gap in each.gaps_s if gap > STALL_S]
    played = sum(each.voice.played for each in fared)
    seconds = sum(each.seconds for each in fared)

    def of_played(frames: int) -> float:
        return 100.0 * frames / played

    return {
        "loss_percent": 100.0 * condition.loss,
        "rtt_ms": 1000.0 * condition.rtt_s,
        "stall_percent": 100.0 * sum(stalls_s) / seconds,
        "stalls": len(stalls_s),
        "longest_gap_ms": 1000.0 * max(gap for each in fared for gap in each.gaps_s),
        "pictures_per_s": sum(each.pictures for each in fared) / seconds,
        "concealed_percent": of_played(sum(each.voice.concealed for each in fared)),
        "repaired_percent": of_played(sum(each.voice.repaired for each in fared)),
        "late_percent": of_played(sum(each.voice.late for each in fared)),
        "faint_percent": 100.0
        * sum(each.faint_blocks for each in fared)
        / sum(each.blocks for each in fared),
    }


def worse(rows: list[Row], loss_percent: float, *names: str) -> float:
    """Return the greatest of these figures at one loss."""
    return max(row[name] for row in rows for name in names if row["loss_percent"] == loss_percent)


def main() -> None:
    """Measure and tell."""
    seconds = QUICK_SECONDS if arguments(__doc__).quick else SECONDS
    conditions = [Condition(loss, rtt_s, SEED) for loss, rtt_s in itertools.product(LOSSES, RTTS_S)]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as directory:
        sent = films(Path(directory))
        with ProcessPoolExecutor(AT_ONCE, context) as pool:
            runs = [pool.submit(run, each, sent, seconds) for each in conditions]
            rows = [row(each, got.result()) for each, got in zip(conditions, runs, strict=True)]
    tell(
        "Two in a meeting over networks that lose packets both ways",
        [list(rows[0]), *(list(each.values()) for each in rows)],
        {
            "video_stall_percent": worse(rows, 3.0, "stall_percent"),
            "audio_gap_percent": worse(rows, 10.0, "concealed_percent", "faint_percent"),
            "grid": rows,
        },
    )


if __name__ == "__main__":
    main()
