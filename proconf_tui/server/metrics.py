"""What Prometheus is told: the names of the series, and their values from one look at the server.

Base units and names as https://prometheus.io/docs/practices/naming asks for; ``in`` is what comes
to the server. It reads nothing itself, so that it can be written out in another thread.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from proconf_tui.engine.base import EngineStats
from proconf_tui.protocol.ids import RoomId
from proconf_tui.server.tally import Totals

MOST_ROOMS: Final = 100
"""Rooms with series of their own, those that are open longest; every name costs Prometheus."""


class People(NamedTuple):
    """How many are in a room, and how many wait for it."""

    participants: int
    waiting: int


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One look at a server; ``totals`` are since its first look."""

    engine: EngineStats
    websockets: int
    people: Mapping[RoomId, People]
    totals: Totals
    room_totals: Mapping[RoomId, Totals]


class _Series(NamedTuple):
    """A counter: the end of its name, what it is, and which of the totals."""

    name: str
    text: str
    field: str


_Values = Iterable[tuple[list[str], float]]
"""The labels of each sample, and its value."""

_PEOPLE: Final = {"participants": "People who are in.", "waiting": "People in the lobby."}
_TRAFFIC: Final = {
    "packets": "Datagrams on the media port, of every kind.",
    "bytes": "Bytes in the datagrams on the media port.",
}
_COUNTED: Final = (
    _Series("packets_resent", "Packets sent once more to who asked for them.", "resent"),
    _Series("packets_lost", "Packets of published streams that never came.", "lost"),
    _Series(
        "packets_repaired", "Packets of published streams that came late or again.", "repaired"
    ),
    _Series("keyframes", "Keyframes of published pictures.", "keyframes"),
    _Series("keyframe_requests", "Keyframes that were asked for.", "keyframe_requests"),
)


class _Row(NamedTuple):
    """The values of one room, or of all together; ``labels`` says which."""

    labels: list[str]
    people: People
    traffic: EngineStats | Totals
    totals: Totals


class ServerSeries(Collector):
    """The series of a whole server; nothing in them tells of a room or a person."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        """Yield each series with its value."""
        seen, engine = self._seen, self._seen.engine
        held_back = sum(peer.held_back for peer in engine.peers.values())
        yield _gauge("rooms", "Rooms that are open.", [], [([], len(seen.people))])
        yield _gauge("websockets", "Signalling connections.", [], [([], seen.websockets)])
        yield _gauge("media_peers", "People with media.", [], [([], len(engine.peers))])
        text = "Watched pictures that the line to somebody cannot carry."
        yield _gauge("pictures_held_back", text, [], [([], held_back)])
        text = "Datagrams of strangers, forged or garbled."
        yield _counter("packets_refused", text, [], [([], engine.refused)])
        text = "Processor time of the process that forwards media."
        yield _counter("engine_cpu_seconds", text, [], [([], engine.cpu_s)])
        people = People(
            sum(each.participants for each in seen.people.values()),
            sum(each.waiting for each in seen.people.values()),
        )
        yield from _common("", [], [_Row([], people, engine, seen.totals)])


class RoomSeries(Collector):
    """The series of each room, under its name; at most `MOST_ROOMS` of them."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        """Yield each series with its values."""
        rows = []
        for room_id, people in itertools.islice(self._seen.people.items(), MOST_ROOMS):
            totals = self._seen.room_totals.get(room_id, Totals())
            rows.append(_Row([room_id], people, totals, totals))
        yield from _common("room_", ["room"], rows)


def _common(prefix: str, labels: list[str], rows: Sequence[_Row]) -> Iterator[Metric]:
    """Yield what is told of the whole server and of each room alike."""
    for field, text in _PEOPLE.items():
        people = [(row.labels, getattr(row.people, field)) for row in rows]
        yield _gauge(f"{prefix}{field}", text, labels, people)
    for unit, text in _TRAFFIC.items():
        carried = [
            ([*row.labels, direction], getattr(row.traffic, f"{unit}_{direction}"))
            for row, direction in itertools.product(rows, ("in", "out"))
        ]
        yield _counter(f"{prefix}{unit}", text, [*labels, "direction"], carried)
    for series in _COUNTED:
        counted = [(row.labels, getattr(row.totals, series.field)) for row in rows]
        yield _counter(f"{prefix}{series.name}", series.text, labels, counted)


def _gauge(name: str, text: str, labels: list[str], values: _Values) -> Metric:
    gauge = GaugeMetricFamily(f"proconf_{name}", text, labels=labels)
    for named, value in values:
        gauge.add_metric(named, value)
    return gauge


def _counter(name: str, text: str, labels: list[str], values: _Values) -> Metric:
    counter = CounterMetricFamily(f"proconf_{name}", text, labels=labels)
    for named, value in values:
        counter.add_metric(named, value)
    return counter
