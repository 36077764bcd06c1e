"""What is no part of the API: whether the server lives, and an invite opened in a browser."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from proconf_tui.config.hosts import ip_of
from proconf_tui.errors import InvalidMessage, RoomNotFound
from proconf_tui.protocol.text import is_valid_room_id
from proconf_tui.server.routes.base import API
from proconf_tui.server.routes.failures import EXCEPTION_HANDLERS, GUARD, Refused, status_of
from proconf_tui.server.routes.notices import is_browser
from proconf_tui.server.routes.page_files import SAFETY, Page, PageFile, PageOnDemand

_BY_ACCEPT: Final = {"Vary": "Accept"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


async def health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def invite(request: Request) -> Response:
    """Answer a browser with the page, and whatever reads only text with the command to join."""
    room_id = request.path_params["roomId"]
    is_valid = is_valid_room_id(room_id)
    if is_browser(request):
        # Of a name that is none, the page says so.
        return await _document(request, 200 if is_valid else 404)
    if not is_valid:
        # A command to be pasted into a shell is made of it.
        raise Refused(status_of(RoomNotFound), RoomNotFound(), _BY_ACCEPT)
    url = f"{_own_url(request)}/j/{room_id}"
    return PlainTextResponse(
        "This is an invitation to a meeting. Open it in a browser, or join from a terminal:\n\n"
        f"    proconf-tui join '{url}'\n\n"
        "with the whole link you were given, the part after # included.\n",
        headers={**GUARD, **_BY_ACCEPT},
    )


async def page_file(request: Request) -> Response:
    page = await _page(request)
    file = page.files.get(request.path_params["path"])
    if file is None or request.path_params["release"] != page.release:
        raise HTTPException(404)
    return _sent(request, file, {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"})


async def nothing_here(request: Request, error: Exception) -> Response:
    """Answer a browser with the page, which says that this address names no meeting."""
    is_of_api = request.url.path.startswith(f"{API}/")
    if request.method in ("GET", "HEAD") and is_browser(request) and not is_of_api:
        return await _document(request, 404)
    answer = await EXCEPTION_HANDLERS[HTTPException](request, error)
    answer.headers.update(_BY_ACCEPT)
    return answer


async def _page(request: Request) -> Page:
    on_demand: PageOnDemand = request.app.state.page
    return await on_demand.get()


async def _document(request: Request, status: int) -> Response:
    page = await _page(request)
    # Weak, since it is of the page however it is compressed.
    tag = f'W/"{page.release}"'
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding", "ETag": tag}
    if status == HTTPStatus.OK and _has(request, tag):
        return Response(None, HTTPStatus.NOT_MODIFIED, {**_safety(request), **headers})
    return _sent(request, page.document, headers, status)


def _safety(request: Request) -> dict[str, str]:
    """Return the headers that guard the page; browsers complain of one that HTTP cannot carry."""
    if request.url.scheme != "https":
        return SAFETY
    return {**SAFETY, "Cross-Origin-Opener-Policy": "same-origin"}


def _has(request: Request, tag: str) -> bool:
    """Return whether the page with this tag is known where the request comes from."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in (each.strip() for each in known.split(","))


def _own_url(request: Request) -> str:
    """Return where the request was sent, of nothing but a scheme, a checked host and a port.

    Raises:
        Refused: the port is none.
    """
    sent_to = urlsplit(f"//{request.headers['host']}")
    host = sent_to.hostname or ""
    ip = ip_of(host)
    if isinstance(ip, IPv6Address):
        # Its zone may be any text, and means nothing on another machine.
        host = f"[{IPv6Address(int(ip))}]"
    try:
        port = sent_to.port
    except ValueError:
        error = InvalidMessage("The port in the Host header is none.")
        raise Refused(status_of(InvalidMessage), error, _BY_ACCEPT) from None
    return f"{request.url.scheme}://{host}" + (f":{port}" if port else "")


def _sent(request: Request, file: PageFile, headers: dict[str, str], status: int = 200) -> Response:
    is_compressed = "gzip" in request.headers.get("accept-encoding", "")
    encoding = {"Content-Encoding": "gzip"} if is_compressed else {}
    content = file.compressed if is_compressed else file.content
    return Response(content, status, {**_safety(request), **headers, **encoding}, file.media_type)


ROUTES: Final = (
    Route("/healthz", health),
    Route("/j/{roomId}", invite),
    Route("/j/{roomId}/", invite),
    Route("/page/{release}/{path:path}", page_file),
)
