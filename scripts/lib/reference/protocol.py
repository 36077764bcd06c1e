"""The generated part of docs/protocol.md: every message, room event, shape, type and limit."""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterable, Iterator
from typing import Any, Final

from proconf_tui.protocol import ids, limits
from proconf_tui.protocol.messages import NOTIFICATIONS, REQUESTS, Empty, Notification, Request
from proconf_tui.room import events
from proconf_tui.room.model import RoomState
from proconf_tui.server import limits as rates
from scripts.lib.reference import markdown as md
from scripts.lib.reference import shapes
from scripts.lib.reference.docstrings import Names, docs_of_fields, markdown
from scripts.lib.reference.refusals import REFUSALS

Message = type[Request] | type[Notification]

ROOM_EVENTS: Final[tuple[type, ...]] = typing.get_args(events.Event)
MESSAGES: Final[tuple[Message, ...]] = (*REQUESTS.values(), *NOTIFICATIONS.values())

_TYPE_NAMES: Final = ("RoomId", "PeerId", "Identity", "Mid", "Label", "Source", "Role")


def generated() -> str:
    """Return the generated part."""
    return md.join(
        "## Requests",
        *(_request(kind) for kind in REQUESTS.values()),
        "## Notifications",
        *(_notification(kind) for kind in NOTIFICATIONS.values()),
        "## What happens in a room",
        "Each is an object with its name as `type`, and these fields.",
        *(shapes.section(kind, md.link, names()) for kind in ROOM_EVENTS),
        "## Shapes",
        *(_shape(kind) for kind in shapes_here()),
        "## Types",
        _types(),
        "## Limits",
        _limits(),
    )


@functools.cache
def names() -> Names:
    """Return what the names of messages and shapes become in the text of docstrings."""
    methods = {kind.__name__: md.link(kind.method) for kind in reversed(MESSAGES)}
    described = {kind.__name__: md.link(kind.__name__) for kind in (*ROOM_EVENTS, *shapes_here())}
    return described | methods


@functools.cache
def shapes_here() -> list[type]:
    """Return the objects that messages and room events consist of, the snapshot first."""
    inside = shapes.nested(
        field for kind in (*MESSAGES, *ROOM_EVENTS) for field in shapes.fields_of(kind)
    )
    results = shapes.nested(kind.result for kind in REQUESTS.values() if kind.result is not Empty)
    return list(dict.fromkeys((RoomState, *shapes.nested([RoomState]), *inside, *results)))


def _shape(kind: type) -> str:
    return shapes.section(kind, md.link, names(), has_defaults=kind in _asked())


@functools.cache
def _asked() -> list[type]:
    """Return the objects that a client sends, of which it may leave parts out."""
    return shapes.nested(field for kind in REQUESTS.values() for field in shapes.fields_of(kind))


def _request(kind: type[Request]) -> str:
    answer = "" if kind.result is Empty else f"Result: {md.link(kind.result.__name__)}."
    errors = ", ".join(md.code(each) for each in REFUSALS[kind.method])
    return md.join(
        _message(kind, has_defaults=True),
        " ".join(part for part in (answer, f"Errors: {errors}." if errors else "") if part),
    )


def _notification(kind: type[Notification]) -> str:
    return _message(kind, has_defaults=False)


def _message(kind: Message, *, has_defaults: bool) -> str:
    return md.join(
        f"### {kind.method}",
        md.paragraphs(shapes.said_of(kind, names())),
        shapes.fields(kind, md.link, names(), has_defaults=has_defaults),
    )


# --- types and limits ---------------------------------------------------------------------------


def _types() -> str:
    docs = docs_of_fields(ids)
    return md.join(*(f"### {name}\n\n{_type(name, docs.get(name, ''))}" for name in _TYPE_NAMES))


def _type(name: str, doc: str) -> str:
    said = markdown(doc, {})
    if name not in shapes.NAMED_TYPES:
        return f"A string. {said}"
    values = ", ".join(md.code(value) for value in typing.get_args(shapes.NAMED_TYPES[name]))
    return f"One of {values}. {said}".rstrip()


def _limits() -> str:
    docs = docs_of_fields(limits)
    sizes = [(md.code(name), value, docs.get(name, "")) for name, value in _sizes()]
    return md.join(
        md.table(("Limit", "Value", "Meaning"), sizes),
        "How often and how many:",
        "\n".join(f"- {text}" for text in _rates()),
    )


def _sizes() -> Iterator[tuple[str, str]]:
    for name, value in vars(limits).items():
        if name.isupper() and name != "KIB":
            yield name, _amount(name, value)


def _amount(name: str, value: float) -> str:
    if name.endswith("_S"):
        return f"{value:,.9g} s"
    if name.endswith("_BYTES"):
        kib = int(value) // limits.KIB
        return f"{kib} KiB" if kib % limits.KIB else f"{kib // limits.KIB} MiB"
    return f"{value:,}"


def _rates() -> Iterable[str]:
    found: dict[str, Any] = vars(rates)
    yield from (rate.text for rate in found.values() if isinstance(rate, rates.Rate))
    most = rates.UNJOINED
    yield f"{most.of_one} connections of one address that have not joined"
    yield f"{most.of_this_machine} such connections from this machine"
