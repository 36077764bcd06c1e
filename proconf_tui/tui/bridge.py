"""Runs the agent and speaks the control link with it: events come out as messages, commands go in.

It starts an agent that stopped by itself again, a few times; it knows nothing of meetings.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import IO, Any, TypeVar

from textual.message import Message

from proconf_tui.control.codec import (
    Failure,
    Result,
    decode_agent_line,
    encode_command,
    read_result,
)
from proconf_tui.control.commands import Command, Shutdown
from proconf_tui.control.events import Event
from proconf_tui.control.screen import AgentFailed
from proconf_tui.errors import ConnectionLost, InvalidMessage, ProconfError, from_code
from proconf_tui.tui.agent_process import AgentProcess
from proconf_tui.tui.messages import AgentEvent, AgentGone, AgentRestarting
from proconf_tui.tui.restarts import RestartLimit
from proconf_tui.tui.words import one_line

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

AGENT_COMMAND = (sys.executable, "-m", "proconf_tui.agent")
ANSWER_TIMEOUT_S = 20.0


class AgentStopped(ConnectionLost):
    """The agent ended before it answered; a new one may already be starting."""

    default_message = "The media process stopped before it could do that; try again."


class Bridge:
    """One agent at a time, on the screen's own loop. ``post`` gets every message."""

    def __init__(
        self,
        post: Callable[[Message], object],
        log: IO[bytes],
        command: Sequence[str] = AGENT_COMMAND,
        limit: RestartLimit | None = None,
    ) -> None:
        self._post = post
        self._log = log
        self._command = command
        self._limit = limit or RestartLimit()
        self._process: AgentProcess | None = None
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Result]] = {}
        self._failure: AgentFailed | None = None
        self._is_stopping = False

    @property
    def agent_pid(self) -> int | None:
        """The running agent's process id."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep an agent running until `stop`, or until it has stopped too often."""
        while True:
            await self._run_once()
            if self._is_stopping:
                return
            if self._failure is not None:
                self._post(AgentGone(one_line(self._failure.message), self._failure.code))
                return
            if not self._limit.allows(time.monotonic()):
                self._post(AgentGone("The media process keeps stopping; see the log file."))
                return
            self._post(AgentRestarting())

    async def call(self, command: Command, timeout_s: float | None = ANSWER_TIMEOUT_S) -> Any:
        """Send a command and return its result as JSON data.

        Raises:
            AgentStopped: there is no agent, or it ended first.
            ProconfError: what the agent answered, or that it did not within ``timeout_s``.
        """
        return (await self._call(command, timeout_s)).result

    async def call_for(self, command: Command, kind: type[_T]) -> _T:
        """Send a command and return its result as ``kind``; raises what `call` does."""
        return read_result(await self._call(command, ANSWER_TIMEOUT_S), kind)

    def send(self, command: Command) -> None:
        """Send a command whose outcome nobody waits for; without an agent it is lost."""
        if self._process is not None:
            self._process.write(encode_command(next(self._ids), command))

    async def stop(self) -> None:
        """Tell the agent to leave and end, and wait for it a short while; safe to call twice."""
        self._is_stopping = True
        if (process := self._process) is not None:
            self.send(Shutdown())
            await process.end()

    async def _call(self, command: Command, timeout_s: float | None) -> Result:
        if self._process is None:
            raise AgentStopped
        id_ = next(self._ids)
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._answers[id_] = answer
        self._process.write(encode_command(id_, command))
        try:
            return await asyncio.wait_for(answer, timeout_s)
        except TimeoutError:
            raise ProconfError("The media process does not answer; try again.") from None
        finally:
            self._answers.pop(id_, None)

    async def _run_once(self) -> None:
        try:
            self._process = process = await AgentProcess.start(self._command, self._log)
        except OSError as error:
            _log.error("the agent cannot be run: %s", error)
            return
        try:
            async for line in process.lines():
                self._take(line)
        finally:
            self._process = None
            self._fail_answers()
            _log.info("the agent ended with status %s", await process.end())

    def _take(self, line: bytes) -> None:
        try:
            self._dispatch(decode_agent_line(line))
        except InvalidMessage as error:
            _log.warning("%s", error)
        except Exception:
            # One line must not end the meeting, whatever it does to the code behind it.
            _log.exception("a line of the agent could not be handled")

    def _dispatch(self, message: Event | Result | Failure) -> None:
        if isinstance(message, Event):
            if isinstance(message, AgentFailed):
                self._failure = message
            self._post(AgentEvent(message))
            return
        answer = self._answers.get(message.id) if message.id is not None else None
        if answer is None or answer.done():
            return
        if isinstance(message, Failure):
            said = one_line(message.message)
            answer.set_exception(from_code(message.code, said, message.choices))
        else:
            answer.set_result(message)

    def _fail_answers(self) -> None:
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(AgentStopped())
