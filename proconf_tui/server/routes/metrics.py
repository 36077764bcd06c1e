"""Measurements of the running server, for Prometheus; rooms are named only to who has a token."""

from __future__ import annotations

import asyncio
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.responses import Response

from proconf_tui.server.metrics import People, RoomSeries, Seen, ServerSeries
from proconf_tui.server.routes.base import Call, Operation
from proconf_tui.server.services import Server

METRICS: Final = "/metrics"
_TYPES: Final = ("text/plain", "application/openmetrics-text")


async def metrics(call: Call, _: None) -> Response:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return await _written(call, registry, ServerSeries(_look(call.server)))


async def room_metrics(call: Call, _: None) -> Response:
    return await _written(call, CollectorRegistry(), RoomSeries(_look(call.server)))


def _look(server: Server) -> Seen:
    rooms = {room.room_id: room.state for room in server.hub.rooms}
    stats, tally = server.hub.counting.count(), server.hub.counting.tally
    return Seen(
        engine=stats,
        websockets=len(server.conversations),
        people={
            room_id: People(len(state.participants), len(state.lobby))
            for room_id, state in rooms.items()
        },
        totals=tally.everything,
        room_totals=tally.rooms,
    )


async def _written(call: Call, registry: CollectorRegistry, series: Collector) -> Response:
    registry.register(series)
    write, media_type = choose_encoder(call.request.headers.get("accept", ""))
    # Of a hundred rooms it takes long enough to hold up packets.
    text = await asyncio.to_thread(write, registry)
    return Response(text, headers={"Content-Type": media_type})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path=METRICS,
        summary="Measure the server, for Prometheus",
        handler=metrics,
        text_types=_TYPES,
        is_open_here=True,
    ),
    Operation(
        method="GET",
        path=f"{METRICS}/rooms",
        summary="Measure each room, under its name, for Prometheus",
        handler=room_metrics,
        text_types=_TYPES,
    ),
)
