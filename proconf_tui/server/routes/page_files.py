"""The browser guests' page: its files, read once, and the headers that go with them.

The page is plain HTML, CSS and modules below ``server/page``; nothing is built. It is served with
every file's address under a digest of them all, so that browsers keep the files for good and never
mix two releases. It knows no room. Sources: CSP Level 3, HTML (modulepreload).
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import gzip
import hashlib
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parent.parent / "page"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_INDEX: Final = "index.html"
_PRELOADS: Final = "<!-- modules -->"

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SAFETY: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclasses.dataclass(frozen=True, slots=True)
class PageFile:
    """What is sent of one file; ``compressed`` by gzip, to whoever takes that."""

    content: bytes
    media_type: str
    compressed: bytes

    @classmethod
    def of(cls, content: bytes, media_type: str) -> PageFile:
        """Return the file with this content."""
        return cls(content, media_type, gzip.compress(content, mtime=0))


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """The page itself, and by their paths the files that it loads, all of one ``release``."""

    release: str
    document: PageFile
    files: dict[str, PageFile]


class PageOnDemand:
    """The page, loaded when it is first asked for, in a thread: media waits for none of it."""

    def __init__(self) -> None:
        self._loading: asyncio.Future[Page] | None = None

    async def get(self) -> Page:
        """Return it once it is there."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(None, load_page)
        # Others may wait for it too when this one is cancelled.
        return await asyncio.shield(self._loading)


@functools.cache
def load_page() -> Page:
    """Return the page as it was when it was first asked for; reads and compresses its files."""
    files = {
        path.relative_to(_ROOT).as_posix(): PageFile.of(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(_ROOT.rglob("*"))
        if path.suffix in _TYPES
    }
    release = _digest(files)
    document = files.pop(_INDEX)
    return Page(release, _addressed(document, release, files), files)


def _digest(files: dict[str, PageFile]) -> str:
    digest = hashlib.sha256()
    for path, file in files.items():
        digest.update(path.encode())
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()[:16]


def _addressed(document: PageFile, release: str, files: dict[str, PageFile]) -> PageFile:
    """Name the release in each address; let all modules come at once and not one by one."""
    modules = "\n    ".join(
        f'<link rel="modulepreload" href="/page/{path}">' for path in files if path.endswith(".js")
    )
    text = document.content.decode().replace(_PRELOADS, modules)
    addressed = text.replace('"/page/', f'"/page/{release}/').encode()
    return PageFile.of(addressed, document.media_type)
