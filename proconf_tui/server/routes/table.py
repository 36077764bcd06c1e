"""Every operation of the HTTP API, in one table; the API's own description is one of them."""

from __future__ import annotations

from functools import cache
from typing import Final, NoReturn

from starlette.exceptions import HTTPException

from proconf_tui.protocol.messages import Json
from proconf_tui.server.openapi import describe
from proconf_tui.server.routes import data, guests, metrics, people, rooms
from proconf_tui.server.routes.base import API, Call, Operation, Refusal

SIGNALLING: Final = f"{API}/ws"

_UPGRADE: Final = Refusal(426, "UPGRADE_REQUIRED", "The request asks for no websocket.")


async def openapi(_call: Call, _: None) -> Json:
    return _document()


async def signalling(_call: Call, _: None) -> NoReturn:
    text = "This is where participants connect; it speaks websocket only."
    raise HTTPException(_UPGRADE.status, text, {"Upgrade": "websocket", "Connection": "Upgrade"})


OPERATIONS: Final = (
    *rooms.OPERATIONS,
    *people.OPERATIONS,
    *data.OPERATIONS,
    *guests.OPERATIONS,
    *metrics.OPERATIONS,
    Operation(
        method="GET",
        path=SIGNALLING,
        summary="Open the websocket of a participant",
        handler=signalling,
        status=101,
        own_refusals=(_UPGRADE,),
        is_open=True,
    ),
    Operation(
        method="GET",
        path=f"{API}/openapi.json",
        summary="Describe this API",
        handler=openapi,
        answer=Json,
        is_open=True,
    ),
)


@cache
def _document() -> Json:
    return describe(OPERATIONS)
