"""What must hold of every module of the page, looked for in its text; see `problems`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

FILE_LINES: Final = 250
FUNCTION_LINES: Final = 40

_LAYERS: Final = ("core", "net", "media", "meeting", "ui", "main.js")
"""From the bottom to the top; each imports itself and what is below it."""

_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*(["'`])(?P<path>[^"'`]+)\1""")
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"(^|\s)//[^\n]*")
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_FUNCTION = re.compile(
    r"^(?P<indent> *)(?:export )?(?!(?:if|for|while|switch|catch|test)\b)"
    r"(?:.*=> \{|(?:async )?function.*\{|(?:(?:static|get|set|async) )*\*?[#\w]+\(.*\) \{)$"
)

_MARKUP: Final = (
    r"\b(?:inner|outer)HTML\b",
    r"\binsertAdjacentHTML\b",
    r"\bcreateContextualFragment\b",
    r"\bDOMParser\b",
    r"\bsrcdoc\b",
    r"\bdocument\s*\.\s*write",
    r"\beval\s*\(",
    r"\bFunction\s*\(",
    r"""setAttribute\(\s*["'](?:style|on\w+)["']""",
)
"""What could make markup or program of text."""

_SCREEN: Final = (r"(?<!\.)\b(?:document|window)\b\s*[.\[(]",)
_TIME: Final = (
    r"(?<![.\w])(?:setTimeout|setInterval)\s*\(",
    r"(?<!\.)\bperformance\.",
    r"\b(?:Date\.now|Math\.random)\b",
)
"""Time and chance, which below the screen come from the platform: tests have their own."""

_PLATFORM: Final = "net/platform.js"

_OUTSIDE: Final = (
    r"\bnew (?:WebSocket|BroadcastChannel|Date|Worker|RTC\w+)\b",
    r"\b(?:setTimeout|setInterval|queueMicrotask|requestAnimationFrame)\s*\(",
    r"(?<!\.)\bfetch\s*\(",
    r"\bDate\.now\b",
    r"\bMath\.random\b",
    r"(?<!\.)\b(?:performance|navigator|crypto|localStorage|sessionStorage)\.",
)
"""Time, chance, the network and what is kept: the core is handed what it needs of them."""


def problems(files: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the modules, whose texts are given by their paths below ``js``."""
    return [f"{path}: {found}" for path, text in files.items() for found in _of(path, text, files)]


def _of(path: str, text: str, files: Mapping[str, str]) -> Iterator[str]:
    layer = path.split("/", maxsplit=1)[0]
    without_comments = _LINE_COMMENT.sub(r"\1", _BLOCK_COMMENT.sub("", text))
    code = _STRING.sub('""', without_comments)
    yield from _wrong_imports(path, layer, without_comments, files)
    yield from _found(_MARKUP, without_comments, "makes markup or program of text")
    if layer not in ("ui", "main.js"):
        yield from _found(_SCREEN, code, "touches the screen")
    if layer == "core":
        yield from _found(_OUTSIDE, code, "is not pure")
    if layer in ("net", "media", "meeting") and path != _PLATFORM:
        yield from _found(_TIME, code, "takes time or chance past the platform")
    yield from _too_long(text)


def _wrong_imports(path: str, layer: str, text: str, files: Mapping[str, str]) -> Iterator[str]:
    for match in _IMPORT.finditer(text):
        named = match["path"]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), named))
        if not named.startswith(".") or target not in files:
            yield f"imports {named}, which is no module of the page"
        elif _LAYERS.index(target.split("/")[0]) > _LAYERS.index(layer):
            yield f"imports {named} from above"


def _found(patterns: tuple[str, ...], code: str, what: str) -> Iterator[str]:
    for pattern in patterns:
        for match in re.finditer(pattern, code):
            yield f"{what}: {match[0]}"


def _too_long(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > FILE_LINES:
        yield f"has {len(lines)} lines"
    for start, line in enumerate(lines):
        begun = _FUNCTION.match(line)
        if begun:
            closing = f"{begun['indent']}}}"
            length = next(
                (end for end, each in enumerate(lines[start:]) if each.startswith(closing)), 0
            )
            if length + 1 > FUNCTION_LINES:
                yield f"has a function of {length + 1} lines: {line.strip()}"
