"""The control link's lines: what is encoded comes back, anything else is `InvalidMessage`."""

from __future__ import annotations

import functools
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.control import codec, commands, events, screen
from proconf_tui.control.codec import Failure, InvalidCommand, Result
from proconf_tui.errors import InvalidMessage

_ids = st.integers(min_value=0, max_value=2**53)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
_floats = st.floats(allow_nan=False, allow_infinity=False)


@functools.cache
def _of(kind: Any) -> st.SearchStrategy[Any]:
    """Return any value of a msgspec struct type, field by field."""
    fields = {field.encode_name: _field(field.type) for field in msgspec.structs.fields(kind)}
    plain = st.fixed_dictionaries(fields)
    return plain.map(lambda values: msgspec.convert(values, kind, str_keys=True))


def _field(kind: Any) -> st.SearchStrategy[Any]:
    described = msgspec.inspect.type_info(kind)
    return _described(described)


def _described(info: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    inspect = msgspec.inspect
    simple: dict[type, st.SearchStrategy[Any]] = {
        inspect.StrType: st.text(),
        inspect.IntType: st.integers(-(2**53), 2**53),
        inspect.FloatType: _floats,
        inspect.BoolType: st.booleans(),
        inspect.NoneType: st.none(),
        inspect.AnyType: _json,
    }
    if type(info) in simple:
        return simple[type(info)]
    if isinstance(info, inspect.LiteralType):
        return st.sampled_from(info.values)
    if isinstance(info, inspect.UnionType):
        return st.one_of([_described(one) for one in info.types])
    if isinstance(info, inspect.ListType):
        return st.lists(_described(info.item_type), max_size=2)
    if isinstance(info, inspect.DictType):
        keys, values = _described(info.key_type), _described(info.value_type)
        return st.dictionaries(keys, values, max_size=2)
    assert isinstance(info, inspect.StructType)
    return _of(info.cls).map(msgspec.to_builtins)


_EVENTS = [*events.SDK_EVENTS.values(), *screen.SCREEN_EVENTS.values()]


@given(st.sampled_from(_EVENTS).flatmap(_of))
def test_every_event_comes_back(event: events.Event) -> None:
    line = codec.encode_event(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line)["event"] == events.name_of(event)
    assert codec.decode_agent_line(line) == event


@given(_ids, st.sampled_from(list(commands.COMMANDS.values())).flatmap(_of))
def test_every_command_comes_back(id_: int, command: commands.Command) -> None:
    line = codec.encode_command(id_, command)
    assert line.count(b"\n") == 1
    assert codec.decode_command_line(line) == (id_, command)


@given(_ids, _json)
def test_results_and_failures_come_back(id_: int, value: Any) -> None:
    assert codec.decode_agent_line(codec.encode_result(id_, value)) == Result(id_, value)
    failure = codec.encode_error(id_, "DENIED", "No.")
    assert codec.decode_agent_line(failure) == Failure(id_, "DENIED", "No.")
    several = codec.encode_error(id_, "AMBIGUOUS", "Several.", ("one", "two"))
    assert codec.decode_agent_line(several) == Failure(id_, "AMBIGUOUS", "Several.", ("one", "two"))


@given(st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_an_invalid_message_and_nothing_worse(line: bytes) -> None:
    with pytest.raises(InvalidMessage):
        codec.decode_command_line(line)
    with pytest.raises(InvalidMessage):
        codec.decode_agent_line(line)


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b"nonsense", None),
        (b"[1]", None),
        (b"[" * 5000, None),
        (b'{"id": 4}', 4),
        (b'{"id": 5, "method": "no_such"}', 5),
        (b'{"id": 6, "method": "admit_peer", "params": {}}', 6),
        (b'{"id": 7, "method": "admit_all", "params": {"peer_id": "p"}}', 7),
        (b'{"id": 8, "method": "admit_all", "extra": 1}', 8),
        (b'{"id": "x", "method": "admit_all"}', None),
        (b'{"id": 9, "method": "' + b"x" * codec.MAX_COMMAND_BYTES + b'"}', None),
    ],
)
def test_a_bad_command_says_why_and_keeps_its_id(line: bytes, id_: int | None) -> None:
    with pytest.raises(InvalidCommand) as caught:
        codec.decode_command_line(line)
    assert caught.value.id == id_
    assert str(caught.value)


def test_a_command_without_parameters_needs_no_params() -> None:
    line = b'{"id": 1, "method": "admit_all"}'
    assert codec.decode_command_line(line) == (1, commands.AdmitAll())


def test_a_result_is_read_as_the_type_it_should_be() -> None:
    opened = screen.OpenedDevices("tone", None, None, {"camera": "busy"})
    line = codec.encode_result(3, opened)
    answer = codec.decode_agent_line(line)
    assert isinstance(answer, Result)
    assert codec.read_result(answer, screen.OpenedDevices) == opened
    with pytest.raises(InvalidMessage):
        codec.read_result(Result(3, 5), screen.OpenedDevices)
