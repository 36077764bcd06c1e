"""How much of one core it takes to play a meeting in which everybody talks at once.

Packets of real speech arrive for each peer, 50 a second, and the mixer is asked for 10 ms at a
time, in simulated time; the processor time that this takes is measured, relative to the duration of
what was played. Only the loudest eight are decoded, as in a meeting; for comparison also all.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.report import arguments, tell
from bench.lib.spoken import VOICES, speech
from proconf_tui.media.levels import AUDIBLE_DBFS, rms_dbfs
from proconf_tui.media.mixer import Mixer
from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import DEVICE_BLOCK_SAMPLES, FRAME_SAMPLES, SAMPLE_RATE_HZ, to_int16
from proconf_tui.media.voice.packets import AudioPacket

PEERS = (1, 10, 50)
EXPECTED_LOSS_PERCENT = 10
BLOCK_S = DEVICE_BLOCK_SAMPLES / SAMPLE_RATE_HZ
SETTLE_S = 2.0

Spoken = list[tuple[bytes, float]]


def spoken_frames(voice: str) -> Spoken:
    """Return the packets of a voice without its pauses, each with its level."""
    encoder = OpusEncoder()
    encoder.expect_loss(EXPECTED_LOSS_PERCENT)
    said = to_int16(speech(voice))
    frames = said[: len(said) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    levels = [rms_dbfs(frame) for frame in frames]
    packets = [encoder.encode(frame) for frame in frames]
    return [pair for pair in zip(packets, levels, strict=True) if pair[1] > AUDIBLE_DBFS]


def push_all(mixer: Mixer, peers: int, voices: list[Spoken], number: int, now: float) -> None:
    """Have the packet of this number arrive from each peer, each at another place of the speech."""
    for peer in range(peers):
        spoken = voices[peer % len(voices)]
        payload, level_dbfs = spoken[(number + peer * 37) % len(spoken)]
        packet = AudioPacket(number & 0xFFFF, number * FRAME_SAMPLES, payload, level_dbfs)
        mixer.add(peer).push(packet, now)


def cpu_percent(peers: int, voices: list[Spoken], seconds: float, heard: int) -> float:
    """Return the share of a core that so many talking peers take."""
    mixer = Mixer(heard)
    blocks, settled = int((SETTLE_S + seconds) / BLOCK_S), int(SETTLE_S / BLOCK_S)
    began_at = 0.0
    for block in range(blocks):
        if block == settled:
            began_at = time.process_time()
        if block % 2 == 0:
            push_all(mixer, peers, voices, block // 2, block * BLOCK_S)
        mixer.mix(DEVICE_BLOCK_SAMPLES, block * BLOCK_S)
    used_s = time.process_time() - began_at
    decoded = sum(voice.is_decoded for voice in mixer.statistics(blocks * BLOCK_S).values())
    if decoded != min(peers, heard):
        raise RuntimeError(f"{decoded} of {peers} voices were decoded.")
    return 100.0 * used_s / ((blocks - settled) * BLOCK_S)


def main() -> None:
    """Measure and tell."""
    seconds = 5.0 if arguments(__doc__).quick else 30.0
    voices = [spoken_frames(voice) for voice in VOICES]
    figures: dict[str, float] = {}
    rows: list[list[object]] = [["peers", "loudest 8", "all decoded"]]
    for peers in PEERS:
        loudest = cpu_percent(peers, voices, seconds, heard=8)
        everybody = cpu_percent(peers, voices, seconds, heard=peers)
        rows.append([peers, loudest, everybody])
        figures[f"cpu_percent_{peers}"] = loudest
        figures[f"cpu_percent_{peers}_decoding_all"] = everybody
    tell(f"Share of one core in percent, {seconds:.0f} s each", rows, figures)


if __name__ == "__main__":
    main()
