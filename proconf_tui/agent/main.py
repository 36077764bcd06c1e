"""The agent's process: standard streams, signals, memory; and its end, always in time.

`main` is the child of a screen, `run_headless` the same agent in the command line's own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from proconf_tui.agent import process
from proconf_tui.agent.body import GOODBYE_S, Agent
from proconf_tui.agent.entry import Entry
from proconf_tui.agent.lines import LineWriter, read_lines
from proconf_tui.agent.participant import EntryCancelled
from proconf_tui.agent.printer import JsonPrinter, Printer
from proconf_tui.control.commands import Close, Command, Mute, OpenDevices, SetProcessing
from proconf_tui.control.events import Event, RoomAwaiting, RoomClosed, RoomLeft
from proconf_tui.control.screen import DeviceLost
from proconf_tui.errors import ProconfError, choices_of

_STDIN: Final = 0
_LAST_LINES_S: Final = 0.5
_LOOK_EVERY_S: Final = 1.0
_ENTRY_S: Final = 20.0
"""How long an input that has ended waits for the way in, to have its commands carried out."""
_BY_FORCE_S: Final = GOODBYE_S + 2 * _LAST_LINES_S

ENTRY_ID: Final = 0
"""The id under which the meeting that was entered without a command is answered."""

Ending = RoomClosed | ProconfError | None
"""What ended a headless meeting; None is that one left."""


@dataclass(frozen=True, slots=True)
class Headless:
    """One meeting without a screen: what to open, where to go, how to speak.

    ``problem`` says why it cannot go on, None while it can.
    """

    devices: OpenDevices
    entry: Entry
    make_printer: Callable[[LineWriter], Printer]
    takes_commands: bool
    processing: SetProcessing = field(default_factory=SetProcessing)
    log: Path | None = None
    problem: Callable[[], str | None] = lambda: None


def main() -> int:
    """Be the agent of the screen at the other end of the pipes; return the exit status."""
    countdown = process.Countdown(_BY_FORCE_S)
    with process.own_streams(None) as stdout:
        asyncio.run(_serve_screen(stdout, countdown))
    return 0


def run_headless(wanted: Headless) -> Ending:
    """Take part until the meeting ends, a signal comes, or commands do no longer."""
    countdown = process.Countdown(_BY_FORCE_S)
    with process.own_streams(wanted.log) as stdout:
        try:
            return asyncio.run(_take_part(wanted, stdout, countdown))
        finally:
            countdown.cancel()


async def _serve_screen(stdout: int, countdown: process.Countdown) -> None:
    async with _running(stdout, JsonPrinter, countdown) as agent:
        read_lines(_STDIN, agent.link.accept, agent.input_ended)
        await agent.stopped()


async def _take_part(wanted: Headless, stdout: int, countdown: process.Countdown) -> Ending:
    closed: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    waiting = asyncio.Event()

    def watch(event: Event) -> None:
        if isinstance(event, RoomAwaiting):
            waiting.set()
        if isinstance(event, RoomClosed | RoomLeft) and not closed.done():
            closed.set_result(event if isinstance(event, RoomClosed) else None)

    async with _running(stdout, wanted.make_printer, countdown, watch) as agent:
        stopped = asyncio.create_task(agent.stopped())
        failing = asyncio.create_task(_failure(wanted.problem))
        entering = asyncio.create_task(_enter(agent, wanted))
        if wanted.takes_commands:
            agent.link.hold(_needs_room)
            settled = functools.partial(_until_settled, entering, waiting)
            read_lines(_STDIN, agent.link.accept, functools.partial(agent.input_ended, settled))
        try:
            await _first_of(entering, stopped, failing)
            if entering.done() and (error := entering.result()):
                return None if isinstance(error, EntryCancelled) else error
            if entering.done():
                await _first_of(closed, stopped, failing)
            ended = failing if failing.done() else closed
            return ended.result() if ended.done() else None
        finally:
            for task in (entering, stopped, failing):
                task.cancel()


async def _failure(problem: Callable[[], str | None]) -> Ending:
    """Return, once there is one, what keeps the meeting from going on."""
    while (said := problem()) is None:  # noqa: ASYNC110 - another thread knows it
        await asyncio.sleep(_LOOK_EVERY_S)
    return ProconfError(said)


async def _first_of(*ends: asyncio.Future[Any], timeout_s: float | None = None) -> None:
    await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)


def _needs_room(command: Command) -> bool:
    """Return whether it waits until one is in; leaving and muting never do."""
    is_of_meeting = command.target in ("room", "local_peer", "remote_peer")
    return is_of_meeting and not isinstance(command, Close | Mute)


async def _until_settled(entering: asyncio.Task[Any], waiting: asyncio.Event) -> None:
    """Return once one is in, or refused, or has to wait for others."""
    kept_waiting = asyncio.create_task(waiting.wait())
    await _first_of(entering, kept_waiting, timeout_s=_ENTRY_S)
    kept_waiting.cancel()


async def _enter(agent: Agent, wanted: Headless) -> ProconfError | None:
    """Open the devices, go in, and answer as if somebody had asked for it; return what failed.

    What was asked meanwhile is carried out after that, or fails alike.
    """
    participant, asked = agent.participant, wanted.devices
    await participant.devices.process(wanted.processing)
    opened = await participant.devices.open(asked.microphone, asked.camera, asked.speaker)
    for kind, problem in opened.problems.items():
        agent.tell(DeviceLost(kind, problem))
    try:
        place = await participant.enter_unless_left(wanted.entry)
    except ProconfError as error:
        agent.printer.failure(ENTRY_ID, error.code, error.message, choices_of(error))
        agent.link.release(error)
        return error
    agent.printer.result(ENTRY_ID, place)
    agent.link.release()
    return None


@contextlib.asynccontextmanager
async def _running(
    stdout: int,
    make_printer: Callable[[LineWriter], Printer],
    countdown: process.Countdown,
    watch: Callable[[Event], None] | None = None,
) -> AsyncIterator[Agent]:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    writer = LineWriter(stdout, on_broken=lambda: loop.call_soon_threadsafe(stopping.set))
    agent = Agent(make_printer(writer), stopping, watch)
    process.on_end_signals(agent.stop)
    process.settle_memory()
    agent.say_ready()
    try:
        yield agent
    finally:
        countdown.start()
        await agent.aclose()
        await asyncio.to_thread(writer.close, _LAST_LINES_S)
