"""The load of a large meeting, in a small one: people come about, and what is lost is counted."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bench.lib.meeting_load import dropped_datagrams
from bench.meeting_size import doubts, measured


def test_a_meeting_comes_about_and_all_are_sent_all() -> None:
    figures = measured(3, 0.5)
    assert (figures["n"], figures["heard"], figures["seen"]) == (3, 2.0, 2.0)
    assert figures["packets_out_per_s"] > 0
    assert figures["cpu_percent"] >= 0
    assert figures["joins_put_off"] == 0


@pytest.mark.skipif(not Path("/proc/net/udp").exists(), reason="only Linux tells them")
def test_datagrams_that_found_no_room_are_counted() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as full,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        full.bind(("127.0.0.1", 0))
        for _ in range(100):
            sender.sendto(bytes(1000), full.getsockname())
        port = full.getsockname()[1]
        assert 0 < dropped_datagrams()[port] < 100


def test_what_spoils_a_figure_is_told() -> None:
    good = {
        "n": 50,
        "delivered_percent": 100.0,
        "load_sent_percent": 100.0,
        "load_cpu_percent": 20.0,
        "waited_percent": 1.0,
    }
    assert list(doubts(good)) == []
    assert "Only 57.0 %" in next(doubts({**good, "delivered_percent": 57.0}))
    assert "their load" in next(doubts({**good, "load_sent_percent": 80.0}))
    assert "own core" in next(doubts({**good, "load_cpu_percent": 99.0}))
    assert "no core" in next(doubts({**good, "waited_percent": 70.0}))
