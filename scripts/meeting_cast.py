"""The other people of the pictured meetings: agents of their own, told what to do by lines."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bench.lib.programs import PROGRAM

ROOM = "design-review"
GIVE_UP_S = 60.0


class Participant:
    """An agent on its own standard input and output; a context manager."""

    def __init__(
        self, command: str, name: str, camera: Path | str, *more: str, mic: str = "tone"
    ) -> None:
        words = [*PROGRAM, command, "--name", name, "--camera", str(camera), "--mic", mic, *more]
        words += ["--speaker", "none", "--headless", "--json"]
        words += [ROOM] if command == "join" else ["--room", ROOM]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=GIVE_UP_S)

    def wait_for(self, wanted: bytes) -> None:
        """Read its events up to one; blocks."""
        assert self._process.stdout is not None
        if not any(wanted in line for line in self._process.stdout):
            raise RuntimeError(f"A participant ended before {wanted!r}.")

    def tell(self, method: str, **params: object) -> None:
        """Let it do something, and wait until it is done; blocks."""
        assert self._process.stdin is not None
        line = json.dumps({"id": 1, "method": method, "params": params})
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        self.wait_for(b'"id":1')


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(GIVE_UP_S):
        while not is_so():  # noqa: ASYNC110 - conditions of any kind, none with an event
            await asyncio.sleep(0.05)
