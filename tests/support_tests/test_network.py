from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from proconf_tui.control import events as told
from tests.support.meeting import until
from tests.support.network import ADVERTISED, Network, cuttable_meeting, needs_loopback_network

pytestmark = needs_loopback_network

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SILENCE_S = 0.2


class Answering:
    """A TCP server that keeps the connections it gets."""

    def __init__(self) -> None:
        self.accepted: asyncio.Queue[Streams] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Serve on the port that is yielded."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]
            for writer in self._writers:
                writer.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.accepted.put_nowait((reader, writer))


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[tuple[Network, Streams, Streams, Answering]]:
    """A network with one TCP connection: the client's streams, and the server's."""
    answering = Answering()
    async with answering.serving() as port, Network(port) as network:
        client = await asyncio.open_connection(network.host, network.port)
        server = await answering.accepted.get()
        server[1].write(b"Welcome")
        assert await client[0].readexactly(7) == b"Welcome"
        yield network, client, server, answering
        client[1].close()


async def test_media_of_one_whose_network_is_cut_stops_and_goes_on() -> None:
    # Without heartbeats that anybody could miss meanwhile.
    async with cuttable_meeting(people=3, heartbeat_s=600.0) as meeting:
        hana, ben = await meeting.host("Hana"), await meeting.join("Ben")
        cleo = await meeting.join("Cleo")
        await until(lambda: hana.hears(ben, cleo) and ben.hears(hana, cleo))
        meeting.network_of(ben).cut()
        await hana.room.local_peer.send_data("held up", label="chat")
        await cleo.until_told(told.ReceiveData, payload="held up")
        await until(lambda: ben.hears() and hana.hears(cleo) and cleo.hears(hana))
        assert ben.told(told.ReceiveData) == []
        meeting.network_of(ben).restore()
        await ben.until_told(told.ReceiveData, payload="held up")
        await until(lambda: hana.hears(ben, cleo) and ben.hears(hana, cleo))
        assert ben.told(told.RoomReconnecting) == []


async def test_bytes_stall_while_it_is_cut_and_come_in_order_after_it() -> None:
    async with connected() as (network, client, server, _):
        network.cut()
        for (reader, _), (_, writer) in ((client, server), (server, client)):
            writer.write(b"one ")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), SILENCE_S)
            writer.write(b"two")
        server[1].write_eof()
        network.restore()
        assert await server[0].readexactly(7) == b"one two"
        assert await client[0].read() == b"one two"


async def test_a_connection_made_while_it_is_cut_gets_its_answer_after_it() -> None:
    async with connected() as (network, _, _, answering):
        network.cut()
        reader, writer = await asyncio.open_connection(network.host, network.port)
        writer.write(b"anybody?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answering.accepted.get(), SILENCE_S)
        network.restore()
        server_reader, server_writer = await answering.accepted.get()
        assert await server_reader.readexactly(8) == b"anybody?"
        server_writer.write(f"at {ADVERTISED}".encode())
        server_writer.close()
        assert await reader.read() == f"at {network.host}".encode()
        writer.close()


async def test_a_reset_breaks_both_sides_and_only_what_is_there() -> None:
    async with connected() as (network, client, server, answering):
        network.reset()
        for reader, _ in (client, server):
            with pytest.raises(ConnectionResetError):
                await reader.read()
        _, writer = await asyncio.open_connection(network.host, network.port)
        await answering.accepted.get()
        writer.close()


async def test_who_breaks_a_connection_breaks_it_for_the_other_side() -> None:
    async with connected() as (_, client, server, _):
        client[1].transport.abort()
        assert await server[0].read() == b""
