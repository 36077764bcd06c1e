"""docs/sdk.md against the code: every name has its row, and every test that a row names exists."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import pytest

from proconf_tui import errors, sdk
from proconf_tui.control.events import SDK_EVENTS, Event
from proconf_tui.errors import ProconfError
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions
from scripts.lib.reference.api import NOT_FOR_PROGRAMS

_ROOT: Final = Path(__file__).parents[2]
_TEXT: Final = (_ROOT / "docs" / "sdk.md").read_text("utf-8")
_TEST_ID: Final = re.compile(r"`(tests/[\w/.]+\.py)::(test_\w+)`")
_CALL: Final = re.compile(r"(?:await )?(?:\w+\.)?(\w+)(\(.*\))?")

_NOT_FOR_PROGRAMS: Final = {
    **NOT_FOR_PROGRAMS,
    "AccessToken": {field for field in sdk.AccessToken.__dataclass_fields__ if field != "_"},
}
"""What the parts of the sdk tell each other, and what stands in the constructor's row."""


class Row(NamedTuple):
    """One row of a table: the section it is in, its name, its code, and the tests."""

    section: str
    name: str
    code: str
    tests: list[tuple[str, str]]


def _rows() -> Iterator[Row]:
    section = ""
    for line in _TEXT.splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith("| ") and "`tests/" in line:
            code = line.split(" | ")[0].removeprefix("| ").strip("`")
            found = _CALL.fullmatch(code)
            yield Row(section, found[1] if found else code, code, _TEST_ID.findall(line))


ROWS: Final = list(_rows())


def _named(section: str) -> set[str]:
    return {row.name for row in ROWS if row.section == section}


def _tests_in(path: Path) -> set[str]:
    found = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, found)}


def _public(kind: type) -> set[str]:
    own = [base for base in kind.__mro__ if base.__module__.startswith("proconf_tui.")]
    names = {name for base in own for name in vars(base) if not name.startswith("_")}
    return names - _NOT_FOR_PROGRAMS.get(kind.__name__, set())


def test_every_row_has_tests_and_every_test_exists() -> None:
    assert len(ROWS) > 150
    assert [row for row in ROWS if not row.tests] == []
    for file, name in _TEST_ID.findall(_TEXT):
        assert name in _tests_in(_ROOT / file), f"{file}::{name}"


def test_every_test_of_a_row_is_named_in_the_table() -> None:
    listed = set(_TEST_ID.findall(_TEXT))
    for path in sorted((_ROOT / "tests" / "sdk" / "rows").glob("test_*.py")):
        file = path.relative_to(_ROOT).as_posix()
        tests = {name for name in _tests_in(path) if name.startswith("test_")}
        assert {(file, name) for name in tests} - listed == set()


@pytest.mark.parametrize(
    "kind",
    [sdk.ProconfManager, sdk.Room, sdk.LocalPeer, sdk.RemotePeer, sdk.RoomService, sdk.AccessToken],
)
def test_every_public_name_has_a_row(kind: type) -> None:
    assert _public(kind) - _named(kind.__name__) == set()


def _calls() -> Iterator[tuple[str, Callable[..., object]]]:
    for row in ROWS:
        kind = getattr(sdk, row.section, None)
        if kind is None or not row.code.endswith(")"):
            continue
        yield row.code, kind if row.name == row.section else getattr(kind, row.name)


@pytest.mark.parametrize(("code", "called"), list(_calls()))
def test_a_row_has_the_parameters_of_its_call(code: str, called: Callable[..., object]) -> None:
    names: dict[str, Any] = {}
    parameters = code[code.index("(") :]
    exec(f"def documented{parameters}: ...", names)
    documented = inspect.signature(names["documented"])
    assert _shape(documented) == _shape(inspect.signature(called))


def _shape(signature: inspect.Signature) -> list[tuple[str, object, object]]:
    return [
        (one.name, one.kind, one.default)
        for one in signature.parameters.values()
        if one.name != "self"
    ]


def test_every_event_has_a_row_with_its_payload() -> None:
    assert SDK_EVENTS.keys() == _named("Events") == {row.code for row in _section("Events")}
    for row in _section("Events"):
        line = next(line for line in _TEXT.splitlines() if line.startswith(f"| `{row.code}`"))
        payload = re.search(r"`\{([\w, ]+)\}`", line)
        fields = payload[1].split(", ") if payload else []
        assert sorted(fields) == sorted(_fields(SDK_EVENTS[row.code])), row.code


def _section(name: str) -> list[Row]:
    return [row for row in ROWS if row.section == name]


def _fields(kind: type[Event]) -> tuple[str, ...]:
    return kind.__struct_encode_fields__


def test_every_role_permission_and_control_has_a_row() -> None:
    roles = {*BY_ROLE, *(field.name for field in msgspec.structs.fields(Permissions))}
    assert _named("Roles and permissions") == roles
    assert _named("Controls") == {field.name for field in msgspec.structs.fields(Controls)}


def test_every_error_has_a_row() -> None:
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, ProconfError) and kind is not ProconfError
    }
    assert _named("Errors") == kinds
