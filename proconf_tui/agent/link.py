"""Lines in, answers out: each command goes to its handler, and its outcome becomes one line.

Commands of one target are carried out in order; targets do not wait for each other, so that one
may chat, or leave, while a join waits to be admitted. Nor does anything but its like wait for a
patient command: one can be silent at once while chat waits for a connection. An immediate command
waits for none, and none for it. What is held waits until it is released, with no place in a queue.
It knows no command's meaning.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from proconf_tui.agent.printer import Printer
from proconf_tui.control import codec
from proconf_tui.control.commands import Command, Target
from proconf_tui.errors import LimitExceeded, ProconfError, choices_of

_log = logging.getLogger(__name__)

MAX_WAITING: Final = 256
"""Commands of one target that may wait, and immediate ones that may run; more are refused."""

_ENTRIES: Final[Target] = "manager"

Work = Callable[[], Awaitable[object]]
"""Carries a command out and returns its result, JSON data or a msgspec struct."""

Prepare = Callable[[Command], Work]
"""Called for each command as it is accepted, before any waiting; what it returns has its turn."""


class Ending(ProconfError):
    """A command came too late to be carried out."""

    code = "ENDING"
    default_message = "The agent is ending; this was not carried out."


class _Asked(NamedTuple):
    id: int
    command: Command


class _Turn(NamedTuple):
    asked: _Asked
    work: Work


_Queue = asyncio.Queue[_Turn | None]
"""None ends the worker."""


class Link:
    """Takes command lines in the event loop; make it there."""

    def __init__(self, prepare: Prepare, printer: Printer) -> None:
        self._prepare = prepare
        self._printer = printer
        self._waiting: dict[str, _Queue] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._begun: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self._is_held: Callable[[Command], bool] = lambda command: False
        self._held: list[_Turn] = []
        self._released = asyncio.Event()
        self._released.set()

    @property
    def holds_any(self) -> bool:
        """Whether a command waits for `release`."""
        return bool(self._held)

    def hold(self, which: Callable[[Command], bool]) -> None:
        """Keep back the commands for which ``which`` holds, until `release`."""
        self._is_held = which
        self._released.clear()

    def release(self, refusal: ProconfError | None = None) -> None:
        """Carry out what was held in its order, or refuse it with ``refusal``; hold no more."""
        held, self._held = self._held, []
        self._released.set()
        for turn in held:
            if refusal is None:
                self._dispatch(turn)
            else:
                self._fail(turn.asked, refusal)

    def accept(self, line: bytes) -> None:
        """Take one line; whatever is wrong with it is answered."""
        try:
            id_, command = codec.decode_command_line(line)
        except codec.InvalidCommand as error:
            self._printer.failure(error.id, error.code, error.message)
            return
        self.submit(id_, command)

    def submit(self, id_: int, command: Command) -> None:
        """Carry out what ``command`` means after those before it and answer it under ``id_``."""
        command = command.meaning
        asked = _Asked(id_, command)
        if self._is_closing:
            self._refuse(asked)
            return
        is_held = not self._released.is_set() and self._is_held(command)
        if is_held and len(self._held) >= MAX_WAITING:
            self._fail(asked, _too_many())
            return
        turn = _Turn(asked, self._prepare(command))
        if is_held:
            self._held.append(turn)
        else:
            self._dispatch(turn)

    async def idle(self) -> None:
        """Return once all is answered but ways into a meeting, which may wait for ever."""
        if self._held:
            await self._released.wait()
        waiting = [queue for lane, queue in self._waiting.items() if lane != _ENTRIES]
        await asyncio.gather(*(queue.join() for queue in waiting))
        if self._begun:
            await asyncio.wait(self._begun)

    async def aclose(self) -> None:
        """Refuse what waits or comes; let what runs be answered, or cut it short if cancelled."""
        self._is_closing = True
        self.release(Ending())
        for waiting in self._waiting.values():
            while not waiting.empty():
                if (turn := waiting.get_nowait()) is not None:
                    self._refuse(turn.asked)
            waiting.put_nowait(None)
        await asyncio.gather(*self._workers, *self._begun)

    def _dispatch(self, turn: _Turn) -> None:
        """Begin a turn, or put it behind those before it."""
        if self._is_closing:
            self._refuse(turn.asked)
            return
        try:
            if not turn.asked.command.is_immediate:
                self._queue_of(_lane(turn.asked.command)).put_nowait(turn)
            elif len(self._begun) < MAX_WAITING:
                self._begin(turn)
            else:
                raise asyncio.QueueFull
        except asyncio.QueueFull:
            self._fail(turn.asked, _too_many())

    def _begin(self, turn: _Turn) -> None:
        task = asyncio.create_task(self._answer(turn), name=turn.asked.command.method)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)

    def _queue_of(self, lane: str) -> _Queue:
        if lane not in self._waiting:
            self._waiting[lane] = asyncio.Queue(MAX_WAITING)
            worker = self._work(self._waiting[lane])
            self._workers.append(asyncio.create_task(worker, name=f"commands of {lane}"))
        return self._waiting[lane]

    async def _work(self, waiting: _Queue) -> None:
        while (turn := await waiting.get()) is not None:
            await self._answer(turn)
            waiting.task_done()

    async def _answer(self, turn: _Turn) -> None:
        asked = turn.asked
        try:
            result = await turn.work()
        except ProconfError as error:
            self._fail(asked, error)
        except asyncio.CancelledError:
            self._refuse(asked)
            raise
        except Exception:
            _log.exception("%s failed", asked.command.method)
            self._printer.failure(
                asked.id, ProconfError.code, "That failed inside the agent; its log says why."
            )
        else:
            self._printer.result(asked.id, result)

    def _refuse(self, asked: _Asked) -> None:
        self._fail(asked, Ending())

    def _fail(self, asked: _Asked, error: ProconfError) -> None:
        self._printer.failure(asked.id, error.code, error.message, choices_of(error))


def _too_many() -> LimitExceeded:
    return LimitExceeded(f"At most {MAX_WAITING} commands may wait.")


def _lane(command: Command) -> str:
    """Return the name of the queue in which a command waits for those before it."""
    return command.method if command.is_patient else command.target
