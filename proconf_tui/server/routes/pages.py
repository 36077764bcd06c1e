"""What is no part of the API: whether the server lives, and an invite opened in a browser."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from proconf_tui.errors import RoomNotFound
from proconf_tui.protocol.text import is_valid_room_id
from proconf_tui.server.routes.failures import GUARD, Refused, status_of
from proconf_tui.server.routes.page_files import SAFETY, PageFile, load_page

_BY_ACCEPT: Final = {"Vary": "Accept"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def invite(request: Request) -> Response:
    """Answer a browser with the page, and whatever reads only text with the command to join."""
    room_id = request.path_params["roomId"]
    is_valid = is_valid_room_id(room_id)
    if _is_browser(request):
        # Of a name that is none, the page says so.
        return _document(request, 200 if is_valid else 404)
    if not is_valid:
        # A command to be pasted into a shell is made of it.
        raise Refused(status_of(RoomNotFound), RoomNotFound(), _BY_ACCEPT)
    url = f"{request.url.scheme}://{request.url.netloc}/j/{room_id}"
    return PlainTextResponse(
        "This is an invitation to a meeting. Open it in a browser, or join from a terminal:\n\n"
        f"    proconf-tui join '{url}'\n\n"
        "with the whole link you were given, the part after # included.\n",
        headers={**GUARD, **_BY_ACCEPT},
    )


async def no_invite(request: Request) -> Response:
    """Answer a browser with the page, which says that this address names no meeting."""
    if _is_browser(request):
        return _document(request, 404)
    raise HTTPException(404, headers=_BY_ACCEPT)


async def page_file(request: Request) -> Response:
    page = load_page()
    file = page.files.get(request.path_params["path"])
    if file is None or request.path_params["release"] != page.release:
        raise HTTPException(404)
    return _sent(request, file, {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"})


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _document(request: Request, status: int) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    return _sent(request, load_page().document, headers, status)


def _sent(request: Request, file: PageFile, headers: dict[str, str], status: int = 200) -> Response:
    is_compressed = "gzip" in request.headers.get("accept-encoding", "")
    encoding = {"Content-Encoding": "gzip"} if is_compressed else {}
    content = file.compressed if is_compressed else file.content
    return Response(content, status, {**SAFETY, **headers, **encoding}, file.media_type)


ROUTES: Final = (
    Route("/healthz", health),
    Route("/", no_invite),
    Route("/j/{roomId}", invite),
    Route("/j/{roomId}/", invite),
    Route("/page/{release}/{path:path}", page_file),
)
