"""Lines in and out: split however the bytes come, written without waiting, broken pipes noticed."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import warnings

from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.agent.lines import LineSplitter, LineWriter, read_lines


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda b: b"\n" not in b)), st.data())
def test_lines_come_out_whole_however_they_are_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter, found = LineSplitter(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += splitter.feed(stream[:size])
        stream = stream[size:]
    assert found == [line for line in lines if line.strip()]


def test_an_endless_line_takes_no_memory_and_is_seen_to_be_too_long() -> None:
    splitter = LineSplitter(max_bytes=10)
    for _ in range(1000):
        assert splitter.feed(b"x" * 100) == []
        assert len(splitter._rest) == 11
    assert splitter.feed(b"\nnext\n") == [b"x" * 11, b"next"]
    assert splitter.end() == []


async def test_what_is_read_arrives_in_the_loop_and_then_the_end() -> None:
    reading, writing = os.pipe()
    seen: list[bytes] = []
    ended = asyncio.Event()
    read_lines(reading, seen.append, ended.set)
    os.write(writing, b"one\ntw")
    os.write(writing, b"o\n\nthree")
    os.close(writing)
    await asyncio.wait_for(ended.wait(), 10)
    os.close(reading)
    assert seen == [b"one", b"two", b"three"]


async def test_a_pipe_that_does_not_wait_is_not_taken_for_one_that_has_ended() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    seen: asyncio.Queue[bytes | None] = asyncio.Queue()
    read_lines(reading, seen.put_nowait, lambda: seen.put_nowait(None))
    async with asyncio.timeout(10):
        # Each comes once the one before it has been read.
        for line in (b"one", b"two"):
            os.write(writing, line + b"\n")
            assert await seen.get() == line
        os.close(writing)
        assert await seen.get() is None
    os.close(reading)


def test_what_is_read_after_the_loop_has_ended_leaves_nothing_behind() -> None:
    reading, writing = os.pipe()

    async def begin() -> list[threading.Thread]:
        before = threading.enumerate()
        read_lines(reading, print, print)
        return [thread for thread in threading.enumerate() if thread not in before]

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        (reader,) = asyncio.run(begin())
        os.write(writing, b"anybody?\n")
        reader.join(10)
        gc.collect()
    os.close(writing)
    os.close(reading)
    assert not reader.is_alive()
    assert [str(warning.message) for warning in warned] == []


def test_a_full_pipe_that_does_not_wait_gets_all_the_same() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    broken = threading.Event()
    writer = LineWriter(writing, on_broken=broken.set)
    writer.put(b"x" * 1_000_000)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read(1_000_000) == b"x" * 1_000_000
        writer.close(10)
    os.close(writing)
    assert not broken.is_set()


def test_a_stalled_reader_never_blocks_who_writes() -> None:
    reading, writing = os.pipe()
    writer = LineWriter(writing, on_broken=lambda: None)
    for _ in range(100):
        writer.put(b"x" * 65536)
        writer.put_newest("state", b"y" * 65536)
    os.close(reading)  # the writer's thread, stuck in the full pipe, ends
    writer.close(10)
    os.close(writing)


def test_close_writes_what_still_waits() -> None:
    reading, writing = os.pipe()
    writer = LineWriter(writing, on_broken=lambda: None)
    writer.put(b"last\n")
    writer.close(10)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"last\n"


def test_a_reader_that_is_gone_is_noticed() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    broken = threading.Event()
    writer = LineWriter(writing, on_broken=broken.set)
    writer.put(b"anybody?\n")
    assert broken.wait(10)
    writer.close(10)
    os.close(writing)
