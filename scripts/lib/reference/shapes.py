"""JSON objects as tables: the fields of msgspec structs and typed dicts, their types in words."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, Union

import msgspec

from proconf_tui.protocol.ids import Label, Role, Source
from scripts.lib.reference import markdown as md
from scripts.lib.reference.docstrings import Names, doc_of, docs_of_fields, markdown

LinkTo = Callable[[str], str]
"""Returns the link to the type of that name."""

NAMED_TYPES: Final[dict[str, Any]] = {"Label": Label, "Role": Role, "Source": Source}
_PLAIN: Final[dict[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    Any: "any JSON",
    msgspec.Raw: "JSON",
}


def is_shape(kind: Any) -> bool:
    """Return whether a type is a JSON object with fields of its own."""
    return isinstance(kind, type) and (
        issubclass(kind, msgspec.Struct) or typing.is_typeddict(kind)
    )


def words(kind: Any, link: LinkTo) -> str:
    """Return a type as a reader of JSON says it."""
    for name, known in NAMED_TYPES.items():
        if kind == known:
            return link(name)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_shape(kind) or isinstance(kind, typing.NewType):
        return link(kind.__name__)
    return _compound(typing.get_origin(kind), typing.get_args(kind), link)


def _compound(origin: Any, args: tuple[Any, ...], link: LinkTo) -> str:
    if origin in (Union, types.UnionType):
        return " or ".join(words(each, link) for each in args)
    if origin is Literal:
        return ", ".join(md.code(msgspec.json.encode(each).decode()) for each in args)
    if origin is typing.Annotated:
        return words(args[0], link)
    if origin is dict:
        key, value = args
        if value is Any:
            return "object"
        return f"object of {words(value, link)} by {words(key, link)}"
    if origin in (list, tuple, frozenset):
        return f"list of {words(args[0], link)}"
    raise TypeError(f"there are no words for {origin!r} yet")


# --- what is said of them -----------------------------------------------------------------------


def said_of(kind: type, names: Names) -> str:
    """Return an object's docstring as a reader of JSON needs it."""
    return in_json(doc_of(kind).text, kind, names)


def in_json(text: str, kind: type, names: Names) -> str:
    """Return a text about an object with the wire's names of its fields, and null for None."""
    for name, wire, _, _ in _fields(kind):
        text = text.replace(f"``{name}``", f"``{wire}``")
    return markdown(re.sub(r"\bNone\b", "null", text), names)


# --- fields -------------------------------------------------------------------------------------


def fields(kind: type, link: LinkTo, names: Names, *, has_defaults: bool) -> str:
    """Return the table of an object's fields; empty if it has none."""
    docs = docs_of_fields(kind)
    rows = [
        (md.code(wire), words(type_, link), default, in_json(docs.get(name, ""), kind, names))
        for name, wire, type_, default in _fields(kind)
    ]
    if not has_defaults:
        rows = [(wire, what, "", doc) for wire, what, _, doc in rows]
    return md.table(("Field", "Type", "Default", "Meaning"), rows) if rows else ""


def _fields(kind: Any) -> Iterator[tuple[str, str, Any, str]]:
    if typing.is_typeddict(kind):
        for name, type_ in typing.get_type_hints(kind).items():
            yield name, name, type_, ""
        return
    for field in msgspec.structs.fields(kind):
        yield field.name, field.encode_name, field.type, default_of(field)


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """Return what a field is where it is left out, in code letters, or that it must not be."""
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT:
        made: Any = field.default_factory() if callable(field.default_factory) else None
        return md.code(msgspec.json.encode(made).decode())
    if isinstance(field.default, msgspec.Struct):
        return "its defaults"
    return md.code(msgspec.json.encode(field.default).decode())


def nested(kinds: Iterable[Any]) -> list[type]:
    """Return the objects inside these types, each once, in the order in which they are met."""
    found: dict[type, None] = {}
    for kind in kinds:
        _meet(kind, found)
    return list(found)


def _meet(kind: Any, found: dict[type, None]) -> None:
    if is_shape(kind):
        if kind not in found:
            found[kind] = None
            for inner in fields_of(kind):
                _meet(inner, found)
        return
    for inner in typing.get_args(kind):
        _meet(inner, found)


def fields_of(kind: type) -> list[Any]:
    """Return the types of an object's fields."""
    return [type_ for _, _, type_, _ in _fields(kind)]


def section(kind: type, link: LinkTo, names: Names, *, has_defaults: bool = False) -> str:
    """Return the section that describes one object."""
    return md.join(
        f"### {kind.__name__}",
        md.paragraphs(said_of(kind, names)),
        fields(kind, link, names, has_defaults=has_defaults),
    )
