"""What the server says, in rows: what is bad stands out, and everything fits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from proconf_tui.control import commands as c
from proconf_tui.errors import ConnectionLost, InvalidMessage
from proconf_tui.protocol.messages import ServerLoad, ServerReport
from proconf_tui.tui.widgets.server_statistics import ServerSide, rows_of
from proconf_tui.tui.widgets.statistics import ASK_EVERY_S
from tests.support.fake_agent import FakeAgent
from tests.support.reports import report
from tests.tui.harness import meeting

LOAD = ServerLoad(0.12, 50.0, 400.0)
NARROW_CELLS, WIDE_CELLS = 46, 72


def lines(told: ServerReport, *, is_wide: bool = False) -> list[str]:
    return ["".join(piece.text for piece in row) for row in rows_of(told, is_wide=is_wide)]


def tones(told: ServerReport) -> dict[str, str]:
    return {piece.text: piece.tone for row in rows_of(told, is_wide=False) for piece in row}


@pytest.mark.parametrize(("is_wide", "cells"), [(False, NARROW_CELLS), (True, WIDE_CELLS)])
def test_the_longest_numbers_fit(is_wide: bool, cells: int) -> None:
    worst = report(
        rtt_ms=12_345.6,
        loss_up=1.0,
        loss_down=1.0,
        bps_up=99_900_000,
        bps_down=99_900_000,
        available_bps=998_000,
        held_back=23,
    )
    shown = lines(replace(worst, server=ServerLoad(1.0, 0.0, 0.0)), is_wide=is_wide)
    assert len(shown) == 3
    assert max(cell_len(line) for line in shown) <= cells


def test_bad_lines_and_busy_servers_stand_out() -> None:
    fine = tones(report())
    assert fine["↑0.2%"] == "text"
    assert fine["↓6.0%"] == "bad"
    assert fine["12%"] == "text"
    poor = report(loss_up=0.02, available_bps=2_400_000, held_back=1)
    poor = replace(poor, server=replace(LOAD, cpu=0.91))
    assert tones(poor)["↑2.0%"] == "warning"
    assert tones(poor)["91%"] == "warning"
    assert tones(poor)["line carries 2.4 Mbit/s"] == "warning"
    assert tones(poor)["  1 picture held back"] == "warning"


def test_what_is_not_known_yet_is_a_dash() -> None:
    told = report(rtt_ms=None, loss_up=None, bps_up=None, bps_down=None)
    assert lines(replace(told, server=ServerLoad(None, None, None))) == [
        "server rtt –  loss ↑– ↓6.0%",
        "↑– ↓–  server cpu –",
    ]
    assert lines(replace(told, you=None)) == ["The server has no media of yours  server cpu 12%"]


@pytest.mark.parametrize(
    ("bps_down", "held_back", "is_told"),
    [(640_000, 0, True), (100_000, 0, False), (100_000, 2, True), (None, 0, False)],
)
def test_what_a_line_carries_is_told_while_it_limits(
    bps_down: int | None, held_back: int, is_told: bool
) -> None:
    told = report(available_bps=700_000, bps_down=bps_down, held_back=held_back)
    assert ("line carries 700 kbit/s" in "\n".join(lines(told))) == is_told


def test_of_nothing_no_share_is_lost_nor_kept() -> None:
    assert lines(report(bps_up=0, bps_down=0, loss_up=0.0, loss_down=0.0)) == [
        "server rtt 42 ms  loss ↑– ↓–",
        "↑0 kbit/s ↓0 kbit/s  server cpu 12%",
    ]
    assert "↑0.2% ↓–" in lines(report(bps_down=0))[0]


async def test_one_question_waits_for_an_answer_at_a_time() -> None:
    answer: asyncio.Future[ServerReport] = asyncio.get_running_loop().create_future()
    asked: list[bool] = []

    async def ask() -> ServerReport:
        asked.append(True)
        return await answer

    side = ServerSide(ask)
    first = asyncio.create_task(side.renew())
    await asyncio.sleep(0)
    assert not await side.renew()
    answer.set_result(report())
    assert await first
    assert len(asked) == 1
    assert side.rows(is_wide=False) == rows_of(report(), is_wide=False)


async def test_a_server_that_does_not_know_the_question_is_not_asked_again() -> None:
    asked: list[bool] = []

    async def ask() -> ServerReport:
        asked.append(True)
        raise ConnectionLost if len(asked) == 1 else InvalidMessage

    side = ServerSide(ask)
    assert await side.renew()
    assert await side.renew()
    assert not await side.renew()
    assert len(asked) == 2
    assert "No word" in side.rows(is_wide=True)[0][0].text


async def test_the_server_is_asked_only_while_the_statistics_are_open(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        assert not agent.all_heard(c.ServerStatistics)
        await rig.press("t")
        await rig.sees("The server has no media of yours")
        agent.server_report = report()
        await rig.sees("640 kbit/s")
        await rig.press("t")
        count = len(agent.all_heard(c.ServerStatistics))
        await rig.pilot.pause(2 * ASK_EVERY_S)
        assert len(agent.all_heard(c.ServerStatistics)) == count
