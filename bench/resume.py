"""How soon a meeting is back after its server was killed, and after a network was cut.

``server_restart_back_ms``: from kill -9 of the server of a meeting of five until a client is
connected again and hears another's voice; the median of all clients. ``cut_10s_back_ms``: the same
from the moment at which a network that was cut for ten seconds lets everything pass again.
Everybody chats all the while: ``chat_lost`` and ``chat_doubled`` count lines over all clients, and
``seats_lost`` those who came back as somebody else.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lib.programs import own_directories
from bench.lib.report import arguments, tell
from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.control.events import ReceiveData, RoomReconnected
from tests.support.meeting import Meeting, Person, until
from tests.support.network import cuttable_meeting
from tests.support.signalling import RunningServer

CUT_S: Final = 10.0
LINE_EVERY_S: Final = 0.5
STAGGER_S: Final = 0.7
"""Between joins, so that heartbeats fall at different moments."""


class Outcome(NamedTuple):
    """What one interruption did to everybody."""

    back_ms: list[float]
    lost: int
    doubled: int
    seats_lost: int


async def gather_people(meeting: Meeting, count: int) -> list[Person]:
    """Start a meeting of ``count`` who can all be heard."""
    people = [await meeting.host()]
    for number in range(1, count):
        await asyncio.sleep(STAGGER_S)
        people.append(await meeting.join(f"guest {number}"))
    await until(lambda: all(is_hearing_all(person, people) for person in people))
    return people


def is_hearing_all(person: Person, people: Sequence[Person]) -> bool:
    """Return whether ``person`` hears everybody else."""
    return person.hears(*[other for other in people if other is not person])


async def interrupted(
    people: list[Person], hit: Sequence[Person], interrupt: Callable[[], asyncio.Future[float]]
) -> Outcome:
    """Let everybody chat through an interruption of those ``hit``; it tells when it was over."""
    seats = [person.room.seat for person in people]
    said: list[list[str]] = [[] for _ in people]
    is_over = asyncio.Event()
    talking = [
        asyncio.create_task(chat(person, lines, is_over))
        for person, lines in zip(people, said, strict=True)
    ]
    before = {person: len(person.told(RoomReconnected)) for person in hit}
    over_at = await interrupt()
    back_ms = await asyncio.gather(
        *(back_after_ms(person, before[person], over_at) for person in hit)
    )
    is_over.set()
    await asyncio.gather(*talking)
    lost, doubled = await compare(people, said)
    moved = sum(seat != person.room.seat for seat, person in zip(seats, people, strict=True))
    return Outcome(list(back_ms), lost, doubled, moved)


async def chat(person: Person, lines: list[str], is_over: asyncio.Event) -> None:
    """Say a new line every now and then, and note each that was accepted."""
    while not is_over.is_set():
        text = f"{person.name} {time.monotonic_ns()}"
        await person.room.local_peer.send_data(text, label="chat")
        lines.append(text)
        await asyncio.sleep(LINE_EVERY_S)


async def back_after_ms(person: Person, reconnections: int, over_at: float) -> float:
    """Return when ``person`` was connected again and heard somebody."""
    await until(lambda: len(person.told(RoomReconnected)) > reconnections, timeout_s=60)
    await until(person.hears_anything, timeout_s=60)
    return (time.perf_counter() - over_at) * 1000.0


async def compare(people: Sequence[Person], said: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many lines somebody did not get, and how many somebody got twice."""
    wanted = [line for lines in said for line in lines]
    last = {line for lines in said for line in lines[-1:]}
    await until(lambda: all(last <= set(heard(person)) for person in people))
    lost = sum(len(set(wanted) - set(heard(person))) for person in people)
    doubled = sum(len(got) - len(set(got)) for got in map(heard, people))
    told = [[each.payload for each in person.told(ReceiveData)] for person in people]
    return lost, doubled + sum(len(got) - len(set(got)) for got in told)


def heard(person: Person) -> list[str]:
    """Return the chat as ``person`` has it."""
    return [line.text for line in person.room.chat]


# --- the two interruptions ------------------------------------------------------------------------


async def server_killed(times: int) -> list[Outcome]:
    """Kill the server of a meeting of five, again and again."""
    process = ServerProcess(0)
    url = await asyncio.to_thread(process.url)
    port = int(url.rpartition(":")[2])
    meeting = Meeting(RunningServer(url, port, load_or_create_credentials(), []))

    async def kill() -> float:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        return time.perf_counter()

    try:
        people = await gather_people(meeting, 5)
        return [
            await interrupted(people, people, lambda: asyncio.ensure_future(kill()))
            for _ in range(times)
        ]
    finally:
        await meeting.aclose()
        await asyncio.to_thread(process.stop)


async def network_cut(times: int) -> list[Outcome]:
    """Cut two of three people off for ten seconds, again and again."""
    async with cuttable_meeting(3) as meeting:
        people = await gather_people(meeting, 3)
        hit = people[1:]

        async def cut() -> float:
            for person in hit:
                meeting.network_of(person).cut()
            await asyncio.sleep(CUT_S)
            for person in hit:
                meeting.network_of(person).restore()
            return time.perf_counter()

        return [
            await interrupted(people, hit, lambda: asyncio.ensure_future(cut()))
            for _ in range(times)
        ]


def main() -> None:
    """Measure and tell."""
    is_quick = arguments(__doc__).quick
    with own_directories():
        restarts = asyncio.run(server_killed(2 if is_quick else 5))
        cuts = asyncio.run(network_cut(1 if is_quick else 5))
    both = [*restarts, *cuts]
    figures = {
        "server_restart_back_ms": statistics.median(ms for one in restarts for ms in one.back_ms),
        "cut_10s_back_ms": statistics.median(ms for one in cuts for ms in one.back_ms),
        "cut_10s_back_max_ms": max(ms for one in cuts for ms in one.back_ms),
        "chat_lost": sum(one.lost for one in both),
        "chat_doubled": sum(one.doubled for one in both),
        "seats_lost": sum(one.seats_lost for one in both),
    }
    title = f"{len(restarts)} kills of the server, {len(cuts)} cuts of two networks"
    tell(title, [["figure", "value"], *figures.items()], figures)


if __name__ == "__main__":
    main()
