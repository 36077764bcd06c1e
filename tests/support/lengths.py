"""How long a file of Python, a class and a function may be; see `problems`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

FILE_LINES: Final = 300
CLASS_LINES: Final = 250
FUNCTION_LINES: Final = 40


def problems(path: str, text: str) -> Iterator[str]:
    """Yield what is too long in the module of that text, as sentences that begin with ``path``."""
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        yield f"{path} has {lines} lines, of {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ClassDef():
                yield from _too_long(path, node, CLASS_LINES)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _too_long(path, node, FUNCTION_LINES)


def _too_long(
    path: str, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, most: int
) -> Iterator[str]:
    # Decorators stand before the line of `class` or `def`, and do not count.
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > most:
        yield f"{path}:{node.lineno} {node.name} has {lines} lines, of {most}"
