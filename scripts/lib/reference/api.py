"""The generated part of docs/api.md: every public class, what it has, what it can be asked."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

import proconf_tui
from proconf_tui.control.events import SDK_EVENTS, Event, name_of
from proconf_tui.room import model, permissions
from proconf_tui.sdk import answers
from scripts.lib.reference import errors, shapes
from scripts.lib.reference import markdown as md
from scripts.lib.reference.docstrings import (
    Names,
    assigned,
    body_of,
    doc_of,
    markdown,
    strings_after,
)
from scripts.lib.reference.signatures import annotation, call_of

CLASSES: Final[tuple[type, ...]] = tuple(
    getattr(proconf_tui, name) for name in proconf_tui.__all__ if name != "__version__"
)
ANSWERS: Final[tuple[type, ...]] = (
    answers.RoomInfo,
    answers.PeerInfo,
    answers.StreamInfo,
    answers.LobbyPeer,
    answers.Controls,
    answers.ClosedStream,
)

NOT_FOR_PROGRAMS: Final[Mapping[str, frozenset[str]]] = {
    "LocalPeer": frozenset({"source_lost"}),
    "RemotePeer": frozenset({"aclose", "emit", "gone", "update"}),
    "RemoteTrack": frozenset({"aclose", "begin", "emit", "show", "update"}),
    "Room": frozenset({"aclose", "emit", "emit_event", "end_streams"}),
}
"""What is public between modules only: the sdk calls it to keep its objects up to date."""

_PROTOCOL: Final = "protocol.md"
_MODEL: Final = (
    model.ChatLine,
    model.RoomState,
    permissions.Controls,
    permissions.Permissions,
)
_WORD: Final = re.compile(r"\w+")


class Member(NamedTuple):
    """A method or property under its name."""

    name: str
    value: Any


def generated() -> str:
    """Return the generated part."""
    return md.join(
        *(_class(kind) for kind in CLASSES),
        "## Events of a room",
        "What `Room.on` calls back with, as a dictionary of these fields; `Room.events` yields the "
        "same as objects, with snake_case attributes.",
        _events(),
        "## What RoomService answers",
        "Dictionaries of these keys.",
        *(_answer(kind) for kind in ANSWERS),
        "## Errors",
        "All in `proconf_tui.errors`. `error.code` is stable, `str(error)` is the sentence; "
        "[errors.md](errors.md) says when each is raised and what to do about it.",
        errors.table(errors.all_errors(), names()),
    )


@functools.cache
def names() -> Names:
    """Return what the names of classes, errors, events and methods become in the text."""
    found = {kind.__name__: md.link(kind.__name__, _PROTOCOL) for kind in _MODEL}
    found |= {kind.__name__: f"[`{kind.__name__}`](#errors)" for kind in errors.all_errors()}
    found |= {kind.__name__: md.code(name) for name, kind in SDK_EVENTS.items()}
    return found | {kind.__name__: md.link(kind.__name__) for kind in (*ANSWERS[:-2], *CLASSES)}


# --- classes ------------------------------------------------------------------------------------


def _class(kind: type) -> str:
    found = list(members(kind))
    return md.join(
        f"## {kind.__name__}",
        md.paragraphs(markdown(doc_of(kind).text, names())),
        _code(_construction(kind)) if _is_made_by_programs(kind) else "",
        _attributes(kind, [each for each in found if isinstance(each.value, property)]),
        *(_method(kind, each) for each in found if not isinstance(each.value, property)),
    )


def members(kind: type) -> Iterator[Member]:
    """Yield the methods and properties of a class for programs, its own before inherited ones."""
    hidden = NOT_FOR_PROGRAMS.get(kind.__name__, frozenset())
    seen: dict[str, Any] = {}
    for owner in kind.__mro__:
        if not owner.__module__.startswith("proconf_tui."):
            continue
        for name, value in vars(owner).items():
            is_member = inspect.isfunction(value) or isinstance(value, property | classmethod)
            if name.startswith("_") or name in seen or not is_member:
                continue
            seen[name] = value
            if name not in hidden:
                yield Member(name, value)


def _is_made_by_programs(kind: type) -> bool:
    return kind.__name__ not in ("Room", "LocalPeer", "RemotePeer", "RemoteTrack")


def _construction(kind: type) -> str:
    if issubclass(kind, msgspec.Struct):
        # Its constructor is not written in Python.
        fields = ", ".join(f"{name}: {type_}" for name, type_ in kind.__annotations__.items())
        return f"{kind.__name__}({fields})"
    # A named tuple's own constructor is __new__.
    maker = kind.__new__ if issubclass(kind, tuple) else kind.__init__
    return call_of(kind.__name__, maker, has_result=False)


def _attributes(kind: type, properties: list[Member]) -> str:
    rows = [(md.code(name), _typed(type_), doc) for name, type_, doc in _variables(kind)]
    for name, value in properties:
        type_ = annotation(inspect.signature(value.fget).return_annotation)
        rows.append((md.code(name), _typed(type_), doc_of(value).text))
    said = [(name, type_, markdown(doc, names())) for name, type_, doc in rows]
    return md.table(("Attribute", "Type", "Meaning"), said) if said else ""


def _typed(type_: str) -> str:
    """Return a type in code letters, with links to what is described of it."""
    return " ".join(part for part in (md.code(type_), _links_in(type_)) if part) if type_ else ""


def _links_in(text: str) -> str:
    known = [names()[word] for word in dict.fromkeys(_WORD.findall(text)) if word in names()]
    return f"({', '.join(known)})" if known else ""


def _variables(kind: type) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and docstring of what ``__init__`` makes that is public."""
    init = vars(kind).get("__init__")
    if init is None or not init.__code__.co_filename.endswith(".py"):
        return
    body = body_of(init)
    docs = strings_after(body)
    parameters = inspect.signature(init).parameters
    for node in body:
        name = assigned(node)
        if name is None or name.startswith("_"):
            continue
        if isinstance(node, ast.AnnAssign):
            type_ = ast.unparse(node.annotation)
        elif name in parameters:
            type_ = annotation(parameters[name].annotation)
        else:
            assert isinstance(node, ast.Assign)
            assert isinstance(node.value, ast.Constant)
            type_ = type(node.value.value).__name__
        yield name, type_, docs.get(name, "")


# --- methods ------------------------------------------------------------------------------------


def _method(kind: type, member: Member) -> str:
    function = member.value.__func__ if isinstance(member.value, classmethod) else member.value
    title = f"### {kind.__name__}.{member.name}"
    if function.__name__ != member.name:
        return md.join(title, f"Another name of {md.link(f'{kind.__name__}.{function.__name__}')}.")
    doc, signature = doc_of(function), _defined(member, function)
    return md.join(
        title,
        _code(signature),
        md.paragraphs(markdown(doc.text, names())),
        _raised(doc.raises),
        _see(kind, signature),
    )


def _defined(member: Member, function: Callable[..., Any]) -> str:
    start = "async def " if inspect.iscoroutinefunction(function) else "def "
    decorator = "@classmethod\n" if isinstance(member.value, classmethod) else ""
    return f"{decorator}{start}{call_of(member.name, function)}"


def _raised(raises: Sequence[tuple[str, str]]) -> str:
    said = [(names().get(name, md.code(name)), markdown(when, names())) for name, when in raises]
    return "\n".join(f"- Raises {name}: {when}" for name, when in said)


def _see(kind: type, signature: str) -> str:
    mentioned = [
        names()[word]
        for word in dict.fromkeys(_WORD.findall(signature))
        if word in names() and word != kind.__name__
    ]
    return f"See {', '.join(mentioned)}." if mentioned else ""


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


# --- events and answers -------------------------------------------------------------------------


def _events() -> str:
    rows = [
        (md.code(name), _fields(kind), markdown(doc_of(kind).text, names()))
        for name, kind in SDK_EVENTS.items()
    ]
    return md.table(("Event", "Fields", "When"), rows)


def _fields(kind: type[Event]) -> str:
    assert name_of(kind) in SDK_EVENTS
    return ", ".join(md.code(field.encode_name) for field in msgspec.structs.fields(kind))


def _answer(kind: type) -> str:
    return shapes.section(kind, _link, names())


def _link(name: str) -> str:
    is_here = any(kind.__name__ == name for kind in ANSWERS)
    return md.link(name, "" if is_here else _PROTOCOL)
