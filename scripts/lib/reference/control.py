"""The generated part of docs/control.md: every command, event, shape and code of the link."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proconf_tui.agent.link import Ending
from proconf_tui.agent.participant import EntryCancelled
from proconf_tui.control.codec import InvalidCommand
from proconf_tui.control.command import Command, Target
from proconf_tui.control.commands import COMMANDS
from proconf_tui.control.events import SDK_EVENTS, Event, name_of
from proconf_tui.control.screen import SCREEN_EVENTS
from proconf_tui.control.sound import SoundTestEnded
from proconf_tui.errors import ProconfError
from scripts.lib.reference import errors, protocol, shapes
from scripts.lib.reference import markdown as md
from scripts.lib.reference.docstrings import Names

OWN_ERRORS: Final[tuple[type[ProconfError], ...]] = (
    InvalidCommand,
    Ending,
    EntryCancelled,
    SoundTestEnded,
)

_PROTOCOL: Final = "protocol.md"
_TITLES: Final[dict[Target, str]] = {
    "manager": "Ways into a meeting",
    "room": "The room",
    "local_peer": "Oneself",
    "remote_peer": "The others",
    "agent": "Devices and the end",
}


def generated() -> str:
    """Return the generated part."""
    return md.join(
        "## Commands",
        *(_target(target, title) for target, title in _TITLES.items()),
        "## Events",
        _events(SDK_EVENTS),
        "## Shapes",
        *(shapes.section(kind, link, names()) for kind in _results()),
        "## For screens",
        "What only a program that draws a screen needs; the picture buffer behind it is an "
        "interface inside this program and may change.",
        _commands([kind for kind in COMMANDS.values() if kind.is_for_screens]),
        _events(SCREEN_EVENTS),
        *(shapes.section(kind, link, names()) for kind in _screen_shapes()),
        "## Codes",
        "The errors of the sdk, which [errors.md](errors.md) lists, and those of the link itself:",
        errors.table(OWN_ERRORS, names()),
    )


def link(name: str) -> str:
    """Return the link to a shape or type, be it described here or with the protocol."""
    is_here = any(kind.__name__ == name for kind in (*_results(), *_screen_shapes()))
    return md.link(name, "" if is_here else _PROTOCOL)


@functools.cache
def names() -> Names:
    """Return what the names of events and shapes become in the text of docstrings."""
    events = {
        kind.__name__: md.code(name) for name, kind in {**SCREEN_EVENTS, **SDK_EVENTS}.items()
    }
    return {kind.__name__: link(kind.__name__) for kind in _all_shapes()} | events


# --- commands -----------------------------------------------------------------------------------


def _target(target: Target, title: str) -> str:
    found = [
        kind for kind in COMMANDS.values() if kind.target == target and not kind.is_for_screens
    ]
    return md.join(f"### {title}", _commands(found))


def _commands(kinds: list[type[Command]]) -> str:
    rows = [(md.code(kind.method), _parameters(kind), _result(kind), _said(kind)) for kind in kinds]
    return md.table(("Command", "Parameters", "Result", "What it does"), rows)


def _parameters(kind: type[Command]) -> str:
    return "<br>".join(_parameter(field) for field in msgspec.structs.fields(kind))


def _parameter(field: msgspec.structs.FieldInfo) -> str:
    default = "" if field.required else f" = {shapes.default_of(field)}"
    return f"`{field.encode_name}`: {shapes.words(field.type, link)}{default}"


def _result(kind: type[Command]) -> str:
    return "null" if kind.result is None else shapes.words(kind.result, link)


def _said(kind: type) -> str:
    return shapes.said_of(kind, names())


# --- events and shapes --------------------------------------------------------------------------


def _events(kinds: dict[str, type[Event]]) -> str:
    rows = [(md.code(name_of(kind)), _payload(kind), _said(kind)) for kind in kinds.values()]
    return md.table(("Event", "Fields", "When"), rows)


def _payload(kind: type[Event]) -> str:
    return "<br>".join(
        f"`{field.encode_name}`: {shapes.words(field.type, link)}"
        for field in msgspec.structs.fields(kind)
    )


@functools.cache
def _all_shapes() -> list[type]:
    return shapes.nested(_types())


def _types() -> Iterator[Any]:
    for kind in COMMANDS.values():
        yield kind.result
        yield from shapes.fields_of(kind)
    for event in (*SDK_EVENTS.values(), *SCREEN_EVENTS.values()):
        yield from shapes.fields_of(event)


@functools.cache
def shapes_here() -> list[type]:
    """Return the shapes that are described here and not with the protocol."""
    elsewhere = protocol.shapes_here()
    return [kind for kind in _all_shapes() if kind not in elsewhere]


@functools.cache
def _screen_shapes() -> list[type]:
    asked = [kind for kind in COMMANDS.values() if kind.is_for_screens]
    told = shapes.nested(
        field for kind in (*asked, *SCREEN_EVENTS.values()) for field in shapes.fields_of(kind)
    )
    return [kind for kind in shapes_here() if kind in told]


@functools.cache
def _results() -> list[type]:
    return [kind for kind in shapes_here() if kind not in _screen_shapes()]
