"""An agent as a child process, spoken to over its pipes as a screen does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from proconf_tui.control import codec
from proconf_tui.control.codec import Failure, Result
from proconf_tui.control.commands import Command
from proconf_tui.control.events import Event

E = TypeVar("E", bound=Event)
Line = Event | Result | Failure

AGENT = (sys.executable, "-m", "proconf_tui.agent")
PATIENCE_S = 40.0


class AgentChild:
    """Remembers every line it has read, so that none is missed by who asks for it late."""

    def __init__(self, command: Sequence[str] = AGENT) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.lines: list[Line] = []
        self._arriving: Queue[bytes] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self._last_id = 100

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def close_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def ask(self, command: Command) -> Any:
        """Send a command and return its result's JSON data."""
        answer = self.ask_for_answer(command)
        assert isinstance(answer, Result), answer
        return answer.result

    def ask_for_answer(self, command: Command) -> Result | Failure:
        id_ = self.send(command)
        found = self.wait(lambda line: isinstance(line, Result | Failure) and line.id == id_)
        assert isinstance(found, Result | Failure)
        return found

    def send(self, command: Command) -> int:
        self._last_id += 1
        self.write(codec.encode_command(self._last_id, command))
        return self._last_id

    def wait_for(self, kind: type[E], accept: Callable[[E], bool] = lambda event: True) -> E:
        """Return the first event of this kind, past or to come, that ``accept`` takes."""
        found = self.wait(lambda line: isinstance(line, kind) and accept(line))
        assert isinstance(found, kind)
        return found

    def wait(self, accept: Callable[[Line], bool]) -> Line:
        for line in self.lines:
            if accept(line):
                return line
        deadline = time.monotonic() + PATIENCE_S
        while True:
            line = self._next(deadline)
            if accept(line):
                return line

    def wait_until_ended(self) -> int:
        """Wait for its end, of its own will, and return the status."""
        return self.process.wait(PATIENCE_S)

    def _next(self, deadline: float) -> Line:
        try:
            raw = self._arriving.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            raise AssertionError(f"nothing more came after {self.lines[-8:]}") from None
        if not raw:
            raise AssertionError(f"it ended after {self.lines[-8:]}: {self._complaint()!r}")
        line = codec.decode_agent_line(raw)
        self.lines.append(line)
        return line

    def _complaint(self) -> bytes:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._arriving.put(line)
        self._arriving.put(b"")
