"""`/metrics`: read as Prometheus reads it, by those who may, and what it says."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as families
from prometheus_client.registry import Collector

from proconf_tui.engine.base import EngineStats, PeerStats
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.messages import SubscriptionOffer
from proconf_tui.server.metrics import MOST_ROOMS, People, RoomSeries, Seen, ServerSeries
from proconf_tui.server.tally import Totals
from tests.support.signalling import ROOM, RunningServer

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
LIMITED = PeerStats(True, True, 1, 2, 3, 4, slots=0, slots_fed=0, rtt_s=None, loss=0.0, held_back=2)
SEEN = Seen(
    engine=EngineStats(1, 10, 1000, 20, 2000, {PeerId("ann"): LIMITED}, refused=7, cpu_s=1.5),
    websockets=4,
    people={RoomId("one"): People(3, 1), RoomId('t"w\\o'): People(0, 0)},
    totals=Totals(resent=5, lost=6, repaired=8, keyframes=9, keyframe_requests=11),
    room_totals={RoomId("one"): Totals(1, 2, 3, 4, 5, 6, 8, 9, 11)},
)


def samples(text: str) -> dict[str, float]:
    """Return each sample by its name and labels."""
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in families(text)
        for sample in family.samples
    }


def written(series: Collector) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(series)
    return samples(generate_latest(registry).decode())


async def scrape(server: RunningServer, path: str = "/metrics", **options: Any) -> httpx.Response:
    return await server.http("GET", path, **options)


def test_the_series_of_a_server() -> None:
    assert written(ServerSeries(SEEN)) == {
        "proconf_rooms": 2,
        "proconf_participants": 3,
        "proconf_waiting": 1,
        "proconf_websockets": 4,
        "proconf_media_peers": 1,
        "proconf_pictures_held_back": 2,
        "proconf_packets_total in": 10,
        "proconf_packets_total out": 20,
        "proconf_bytes_total in": 1000,
        "proconf_bytes_total out": 2000,
        "proconf_packets_refused_total": 7,
        "proconf_packets_resent_total": 5,
        "proconf_packets_lost_total": 6,
        "proconf_packets_repaired_total": 8,
        "proconf_keyframes_total": 9,
        "proconf_keyframe_requests_total": 11,
        "proconf_engine_cpu_seconds_total": 1.5,
    }


def test_the_series_of_rooms() -> None:
    told = written(RoomSeries(SEEN))
    assert {name: value for name, value in told.items() if name.endswith(" one")} == {
        "proconf_room_participants one": 3,
        "proconf_room_waiting one": 1,
        "proconf_room_packets_total in one": 1,
        "proconf_room_bytes_total in one": 2,
        "proconf_room_packets_total out one": 3,
        "proconf_room_bytes_total out one": 4,
        "proconf_room_packets_resent_total one": 5,
        "proconf_room_packets_lost_total one": 6,
        "proconf_room_packets_repaired_total one": 8,
        "proconf_room_keyframes_total one": 9,
        "proconf_room_keyframe_requests_total one": 11,
    }
    assert told['proconf_room_keyframes_total t"w\\o'] == 0


def test_no_more_rooms_have_series_than_are_bounded() -> None:
    people = {RoomId(f"room-{n}"): People(1, 0) for n in range(MOST_ROOMS + 5)}
    told = written(RoomSeries(dataclasses.replace(SEEN, people=people, room_totals={})))
    shown = [name for name in told if name.startswith("proconf_room_participants")]
    assert shown == [f"proconf_room_participants room-{n}" for n in range(MOST_ROOMS)]


async def test_this_machine_scrapes_without_a_token(server: RunningServer) -> None:
    host = await server.host(roomLocked=True)
    await server.join("ann")
    answer = await scrape(server, headers={})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    told = samples(answer.text)
    assert (told["proconf_rooms"], told["proconf_websockets"]) == (1.0, 2.0)
    assert (told["proconf_participants"], told["proconf_waiting"]) == (1.0, 1.0)
    assert ROOM not in answer.text
    assert host.peer_id not in answer.text


async def test_open_metrics_is_written_for_who_asks_for_it(server: RunningServer) -> None:
    answer = await scrape(server, headers={"Accept": OPEN_METRICS})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in open_families(answer.text)}  # type: ignore[no-untyped-call]
    assert {"proconf_packets", "proconf_rooms"} <= names


@pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
async def test_who_comes_through_a_proxy_needs_a_token(server: RunningServer, header: str) -> None:
    passed_on = {header: "for=127.0.0.1" if header == "Forwarded" else "127.0.0.1"}
    assert (await scrape(server, headers=passed_on)).status_code == 401
    with_token = passed_on | {"Authorization": f"Bearer {server.server_token()}"}
    assert (await scrape(server, headers=with_token)).status_code == 200


async def test_names_of_rooms_are_for_who_has_a_token(server: RunningServer) -> None:
    await server.create_room()
    host = await (await server.join("host", role="host", has_media=True)).until_in()
    await host.next(SubscriptionOffer)
    assert (await scrape(server, "/metrics/rooms", headers={})).status_code == 401
    told = samples((await scrape(server, "/metrics/rooms")).text)
    assert told[f"proconf_room_participants {ROOM}"] == 1.0
    assert told[f"proconf_room_packets_total in {ROOM}"] == 0.0
    assert samples((await scrape(server)).text)["proconf_media_peers"] == 1.0
    await host.ask(messages.EndRoom())
    await host.end()
    assert samples((await scrape(server, "/metrics/rooms")).text) == {}
