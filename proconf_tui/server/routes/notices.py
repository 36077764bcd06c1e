"""Plain pages for people, where the page of the meeting cannot be: a title, and a way on.

They load nothing: who is sent one may be let have nothing else from here.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from proconf_tui.server.routes.failures import GUARD

_STYLE: Final = (
    ":root{color-scheme:light dark;font:100%/1.5 system-ui,sans-serif}"
    "body{max-width:34rem;margin:15vh auto;padding:0 1.5rem}"
    "h1{font-size:1.5rem;line-height:1.25}"
)
_STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_GUARD: Final = {
    **GUARD,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{_STYLE_DIGEST}'",
    "Vary": "Accept",
}


def is_browser(request: HTTPConnection) -> bool:
    """Return whether whoever asks wants to be shown a page."""
    return "text/html" in request.headers.get("accept", "")


def notice(status: int, title: str, *sentences: str) -> Response:
    """Return a page that says this, and nothing else."""
    paragraphs = "".join(f"<p>{escape(sentence)}</p>\n" for sentence in sentences)
    return HTMLResponse(
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n{paragraphs}</html>\n",
        status,
        _GUARD,
    )
