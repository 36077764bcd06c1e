"""Docstrings as Markdown, and the strings after fields and constants, which only the source has."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

_RAISES = "Raises:"
_QUOTED = re.compile(r"``(.+?)``|`([^`]+)`", re.DOTALL)

Names = Mapping[str, str]
"""What the name of a class or function becomes in the text: a link, most often."""


class Doc(NamedTuple):
    """What a docstring says, and what is raised when."""

    text: str
    raises: Sequence[tuple[str, str]] = ()


def doc_of(thing: object) -> Doc:
    """Return the docstring of a class, a function or a property; empty if there is none."""
    own = thing.fget if isinstance(thing, property) else thing
    # The indentation that Python 3.13 takes out of docstrings is taken out in any case.
    text = inspect.cleandoc(getattr(own, "__doc__", None) or "")
    said, _, raised = text.partition(_RAISES)
    return Doc(said.strip(), _raises(raised))


def _raises(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        name, colon, when = line.strip().partition(": ")
        if colon and name.isidentifier():
            found.append((name, when))
        elif line.strip() and found:
            name, when = found.pop()
            found.append((name, f"{when} {line.strip()}"))
    return found


def markdown(text: str, names: Names) -> str:
    """Return the text of a docstring with its quoted names as code, or as ``names`` has them."""

    def replaced(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal is not None:
            return f"`{literal}`"
        return names.get(name, names.get(name.rpartition(".")[2], f"`{name}`"))

    return _QUOTED.sub(replaced, text)


def docs_of_fields(owner: type | ModuleType) -> dict[str, str]:
    """Return the strings that stand after the fields of a class or the constants of a module."""
    return strings_after(body_of(owner))


def body_of(owner: Any) -> list[ast.stmt]:
    """Return the statements of a class, a function or a module."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    if isinstance(owner, ModuleType):
        return tree.body
    defined = tree.body[0]
    assert isinstance(defined, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return defined.body


def strings_after(body: Sequence[ast.stmt]) -> dict[str, str]:
    """Return each assigned name (``x`` or ``self.x``) that a string follows, and the string."""
    found = {}
    for node, after in itertools.pairwise(body):
        name = assigned(node)
        if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[name] = inspect.cleandoc(str(after.value.value))
    return found


def assigned(node: ast.stmt) -> str | None:
    """Return the name that a statement assigns to, if it is one name or one of ``self``'s."""
    if isinstance(node, ast.AnnAssign):
        target: ast.expr = node.target
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    else:
        return None
    if isinstance(target, ast.Name):
        return target.id
    return target.attr if isinstance(target, ast.Attribute) else None
