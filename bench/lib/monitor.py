"""Records what a virtual device plays, and when that was on the clock that all programs share."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping

import numpy as np

from bench.lib.chirps import RATE_HZ, Samples

_SAMPLE_BYTES = 2
# The first chunks come while the sound system still settles.
_SETTLING_SHARE = 0.1


class Monitor:
    """A recording of ``device`` from when this is made until `stop`."""

    def __init__(self, env: Mapping[str, str], device: str) -> None:
        self._chunks: list[bytes] = []
        self._arrived_at: list[float] = []
        self._process = subprocess.Popen(
            [
                *("parec", f"--device={device}", "--raw", "--format=s16le", f"--rate={RATE_HZ}"),
                *("--channels=1", "--latency-msec=5", "--process-time-msec=5"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(env),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while chunk := os.read(self._process.stdout.fileno(), 1 << 16):
            self._arrived_at.append(time.monotonic())
            self._chunks.append(chunk)

    def stop(self) -> tuple[Samples, float]:
        """End it; return the samples and the moment of the first on the monotonic clock.

        No chunk can arrive before its last sample was played: of all estimates of the beginning,
        the earliest are those that nothing held up.
        """
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        played_s = np.cumsum([len(chunk) for chunk in self._chunks]) / (_SAMPLE_BYTES * RATE_HZ)
        began_at = np.array(self._arrived_at) - played_s
        settled = began_at[int(len(began_at) * _SETTLING_SHARE) :]
        raw = b"".join(self._chunks)
        whole = np.frombuffer(raw[: len(raw) // _SAMPLE_BYTES * _SAMPLE_BYTES], np.int16)
        return whole.astype(np.float32) / np.float32(32768.0), float(np.percentile(settled, 5))
