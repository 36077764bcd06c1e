"""What is no part of the API: whether the server lives, and an invite opened in a browser."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from proconf_tui.errors import RoomNotFound
from proconf_tui.protocol.text import is_valid_room_id


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def invite(request: Request) -> Response:
    room_id = request.path_params["roomId"]
    if not is_valid_room_id(room_id):
        # A command to be pasted into a shell is made of it.
        raise RoomNotFound
    url = f"{request.url.scheme}://{request.url.netloc}/j/{room_id}"
    return PlainTextResponse(
        "This is an invitation to a meeting. Join it from a terminal:\n\n"
        f"    proconf-tui join '{url}'\n\n"
        "with the whole link you were given, the part after # included.\n"
    )


ROUTES: Final = (Route("/healthz", health), Route("/j/{roomId}", invite))
