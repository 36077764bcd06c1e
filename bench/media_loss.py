"""What a network that loses packets leaves of pictures and sound, with all repair at work.

Two clients of the SDK meet on a real server, each with a film for a camera; both ways between each
client and the server lose media by chance (SRTP and SRTCP, so also what asks for the lost), with
a delay that wavers by 2 ms. So what one sends to the other is exposed twice.

``video_stall_percent``: share of the time during which the newest picture of the other, as the SDK
shows it, was one that stood for more than 0.3 s; such a gap between two pictures counts whole. At
3 % of loss, the worse of the two round trips.

``audio_gap_percent``: share of the 20 ms frames played, while somebody spoke, that came neither
from their packet nor from its copy in the next one, by the playout's own counters. At 10 % of loss,
the worse of the two round trips. ``tone_gap_percent`` is the same of a tone, of which the encoder
makes no copies: what is lost is there in time when it is sent again, or not at all. And
``tone_faint_percent`` is what was really played of it: the share of 10 ms blocks that were not as
loud as the tone was sent, within 6 dB. ``grid`` has all conditions; set-up and the first three
seconds never count. Where there are gaps without any loss, the machine had other things to do.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
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


def run(condition: Condition, sent: Films, seconds: float) -> tuple[Fared, Fared]:
    """Hold one meeting, in a process of its own."""
    with own_directories(), tempfile.TemporaryDirectory() as directory:
        log_to_file()
        return asyncio.run(meet(condition, sent, Path(directory), seconds))


def row(condition: Condition, fared: Sequence[Fared]) -> Row:
    """Return the figures of one condition: of the pictures of both, the speech, and the tone."""
    speech_heard, tone_heard = fared
    gaps_s = [*speech_heard.gaps_s, *tone_heard.gaps_s]
    stalls_s = [gap for gap in gaps_s if gap > STALL_S]
    seconds = speech_heard.seconds + tone_heard.seconds
    return {
        "loss_percent": 100.0 * condition.loss,
        "rtt_ms": 1000.0 * condition.rtt_s,
        "stall_percent": 100.0 * sum(stalls_s) / seconds,
        "stalls": len(stalls_s),
        "longest_gap_ms": 1000.0 * max(gaps_s),
        "pictures_per_s": (speech_heard.pictures + tone_heard.pictures) / seconds,
        "gap_percent": speech_heard.voice.gap_percent,
        "repaired_percent": speech_heard.voice.repaired_percent,
        "delay_ms": speech_heard.voice.delay_ms,
        "tone_gap_percent": tone_heard.voice.gap_percent,
        "tone_faint_percent": 100.0 * tone_heard.faint_blocks / tone_heard.blocks,
    }


def worse(rows: Sequence[Row], loss_percent: float, name: str) -> float:
    """Return the greater of two figures: those at one loss."""
    return max(row[name] for row in rows if row["loss_percent"] == loss_percent)


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
            "audio_gap_percent": worse(rows, 10.0, "gap_percent"),
            "tone_gap_percent": worse(rows, 10.0, "tone_gap_percent"),
            "tone_faint_percent": worse(rows, 10.0, "tone_faint_percent"),
            "grid": rows,
        },
    )


if __name__ == "__main__":
    main()
