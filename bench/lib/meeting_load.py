"""All the people of a large meeting: ``python -m bench.lib.meeting_load URL COUNT``.

It makes a room, fills it in small groups, has everybody talk, send pictures and watch others, and
says a line of JSON once all of them hear and see whom they are to. From then on each line of input
is answered by one with the counters as they are; it ends with its input.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.lib.load_client import LoadSender
from bench.lib.meeting_load_person import Person
from bench.lib.meeting_load_process import Failed, Ready, Snapshot
from bench.lib.meeting_load_voices import Voices
from proconf_tui.config.credentials import load_or_create_credentials
from proconf_tui.errors import ProconfError
from proconf_tui.sdk.access import AccessToken
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.service import RoomService

ROOM: Final = "large"
HEARD: Final = 6
WATCHED: Final = 6
_GROUP: Final = 10
_LEVELS_PERIOD_S: Final = 0.1
_SETTLED_WITHIN_S: Final = 30.0
_UDP_TABLES: Final = (Path("/proc/net/udp"), Path("/proc/net/udp6"))


class Crowd:
    """Everybody in the meeting, from the first join until all are gone."""

    def __init__(self, server: ServerAddress, count: int) -> None:
        self._slots_changed = asyncio.Event()
        self.people = [Person(self._slots_changed.set) for _ in range(count)]
        self._server = server
        self._voices = Voices(count)
        self._sender = LoadSender(())
        self._talking = asyncio.create_task(self._talk())
        self._began_at = time.perf_counter()

    async def gather(self) -> None:
        """Let everybody in who is to be there, and wait until media flows as it should.

        Raises:
            ProconfError: the server refuses somebody, or is not there.
            ConnectionError: a connection cannot be made.
            TimeoutError: not everybody hears and sees others.
        """
        credentials = load_or_create_credentials()
        key, secret = credentials.api_key, credentials.api_secret
        service = RoomService(self._server.url, key, secret)
        await service.create_room(ROOM, max_peers=len(self.people))
        roles = ["host", *("guest" for _ in self.people[1:])]
        tokens = [AccessToken(key, secret, ROOM, role=role).to_jwt() for role in roles]
        # The host alone at first: nobody is let in before.
        await self._bring_in(self.people[:1], tokens[:1])
        for group, theirs in zip(_groups(self.people[1:]), _groups(tokens[1:]), strict=True):
            await self._bring_in(group, theirs)
        await _by_groups(self.people, self._watch_next)
        async with asyncio.timeout(_SETTLED_WITHIN_S):
            while not all(map(self._is_settled, self.people)):
                self._slots_changed.clear()
                await self._slots_changed.wait()

    async def _bring_in(self, group: Sequence[Person], tokens: Sequence[str]) -> None:
        async def bring(person: Person, token: str) -> None:
            await person.enter(self._server, token)
            await person.watch(())
            await person.publish()

        await asyncio.gather(*map(bring, group, tokens))
        await self._sender.stop()
        self._sender = LoadSender([*self._sender.clients, *(each.client for each in group)])
        self._sender.start()

    async def _watch_next(self, person: Person) -> None:
        count = len(self.people)
        first = self.people.index(person) + 1
        watched = range(first, first + min(WATCHED, count - 1))
        await person.watch(self.people[number % count].peer_id for number in watched)

    def _is_settled(self, person: Person) -> bool:
        others = len(self.people) - 1
        return person.heard >= min(HEARD, others) and person.seen == min(WATCHED, others)

    async def _talk(self) -> None:
        while True:
            at_s = time.perf_counter() - self._began_at
            for number, person in enumerate(self.people):
                person.client.level_dbov = -self._voices.level(number, at_s)
            await asyncio.sleep(_LEVELS_PERIOD_S)

    def snapshot(self, server_port: int) -> Snapshot:
        """Return the counters as they are now."""
        people, counters = self.people, [person.client.counter for person in self.people]
        ports = {port for person in people for port in person.ports}
        dropped = dropped_datagrams()
        return Snapshot(
            at_s=time.perf_counter(),
            cpu_s=time.process_time(),
            sent=sum(counter.sent for counter in counters),
            received=sum(counter.received for counter in counters),
            dropped=sum(dropped.get(port, 0) for port in ports),
            server_dropped=dropped.get(server_port, 0),
            levels=sum(person.levels for person in people),
            slot_changes=sum(person.slot_changes for person in people),
            heard=sum(person.heard for person in people),
            seen=sum(person.seen for person in people),
            trouble=next((person.trouble for person in people if person.trouble), None),
        )

    async def aclose(self) -> None:
        """Send everybody home."""
        self._talking.cancel()
        await asyncio.gather(self._talking, return_exceptions=True)
        await self._sender.stop()
        await asyncio.gather(*(person.aclose() for person in self.people))


def dropped_datagrams() -> dict[int, int]:
    """Return by port how many datagrams its socket had no room for; {} where nothing tells it."""
    dropped: dict[int, int] = {}
    for table in _UDP_TABLES:
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            port = int(fields[1].rpartition(":")[2], 16)
            dropped[port] = dropped.get(port, 0) + int(fields[-1])
    return dropped


async def _by_groups(people: Sequence[Person], act: Callable[[Person], Awaitable[None]]) -> None:
    for group in _groups(people):
        await asyncio.gather(*map(act, group))


def _groups(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(items), _GROUP):
        yield items[first : first + _GROUP]


def _tell(what: msgspec.Struct) -> None:
    print(msgspec.json.encode(what).decode(), flush=True)


async def run(server: ServerAddress, count: int) -> None:
    """Play the meeting until the input ends."""
    crowd = Crowd(server, count)
    port = int(server.url.rpartition(":")[2])
    try:
        began_at = time.perf_counter()
        await crowd.gather()
        gc.freeze()
        people = crowd.people
        offers, waits = sum(each.offers for each in people), sum(each.waits for each in people)
        _tell(Ready(time.perf_counter() - began_at, offers, waits))
        while await asyncio.to_thread(sys.stdin.readline):
            _tell(crowd.snapshot(port))
    except (ProconfError, OSError) as error:
        trouble = next((each.trouble for each in crowd.people if each.trouble), None)
        _tell(Failed(trouble or str(error) or "Not everybody heard and saw others in time."))
    finally:
        await crowd.aclose()


if __name__ == "__main__":
    asyncio.run(run(ServerAddress.parse(sys.argv[1]), int(sys.argv[2])))
