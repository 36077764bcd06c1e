"""The server of a large meeting: ``proconf-tui serve`` as a child, and what it uses."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from bench.lib.programs import PROGRAM, resident_mb

_PROJECT: Final = str(Path(__file__).parents[2])


class Times(NamedTuple):
    """Processor time that a process had, and that it waited for."""

    cpu_s: float
    waited_s: float


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in a process of its own."""

    url: str
    process: psutil.Process

    def times(self) -> Times:
        """Return what it has used and missed until now; nothing missed where nothing tells it."""
        used = self.process.cpu_times()
        told = Path(f"/proc/{self.process.pid}/schedstat")
        waited_ns = int(told.read_text().split()[1]) if told.exists() else 0
        return Times(used.user + used.system, waited_ns / 1e9)

    @contextlib.contextmanager
    def profiling(self) -> Iterator[None]:
        """Profile a server that was started for it."""
        self.process.send_signal(signal.SIGUSR1)
        yield
        self.process.send_signal(signal.SIGUSR1)

    def memory_mb(self) -> float:
        """Return what it occupies now."""
        return resident_mb([self.process])


@contextlib.contextmanager
def running_server(profile: Path | None) -> Iterator[RunningServer]:
    """Run ``proconf-tui serve`` as long as the block; ``profile`` is where to write one."""
    profiled = [sys.executable, "-m", "bench.lib.meeting_load_profiled", str(profile)]
    process = subprocess.Popen(
        [*(profiled if profile else PROGRAM), "serve", "--port", "0"],
        env={**os.environ, "PYTHONPATH": _PROJECT},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        greeting = process.stdout.readline()
        if "http" not in greeting:
            raise RuntimeError("The server did not start.")
        url = next(word for word in greeting.split() if word.startswith("http")).rstrip(";")
        yield RunningServer(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.communicate()
