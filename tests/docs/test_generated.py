"""The reference documents: complete, current, and every link in them leads somewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import proconf_tui
from proconf_tui.control.commands import COMMANDS
from proconf_tui.control.events import SDK_EVENTS
from proconf_tui.control.screen import SCREEN_EVENTS
from proconf_tui.protocol.messages import NOTIFICATIONS, REQUESTS
from scripts import docs
from scripts.lib.reference import api, control, errors, protocol
from scripts.lib.reference.docstrings import doc_of
from scripts.lib.reference.markdown import anchor
from scripts.lib.reference.refusals import REFUSALS

_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_DOCUMENTS = sorted(
    (docs.PROJECT / "README.md", *docs.DOCS.glob("*.md"), *docs.DOCS.glob("decisions/*.md"))
)


def _prose(path: Path) -> str:
    return _FENCED.sub("", path.read_text(encoding="utf-8"))


def _anchors(path: Path) -> list[str]:
    return [anchor(title) for title in _HEADING.findall(_prose(path))]


def _text(name: str) -> str:
    return (docs.DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_document_is_what_the_code_says(name: str) -> None:
    assert _text(name) == docs.page(name), "run: make docs"


# --- nothing is missing -------------------------------------------------------------------------


@pytest.mark.parametrize("method", [*REQUESTS, *NOTIFICATIONS])
def test_every_message_has_its_section(method: str) -> None:
    assert f"\n### {method}\n" in _text("protocol.md")


@pytest.mark.parametrize("kind", [*protocol.ROOM_EVENTS, *protocol.shapes_here()])
def test_every_room_event_and_shape_has_its_section(kind: type) -> None:
    assert f"\n### {kind.__name__}\n" in _text("protocol.md")


@pytest.mark.parametrize("method", COMMANDS)
def test_every_command_has_its_row(method: str) -> None:
    assert f"\n| `{method}` |" in _text("control.md")


@pytest.mark.parametrize("name", [*SDK_EVENTS, *SCREEN_EVENTS])
def test_every_event_has_its_row(name: str) -> None:
    assert f"\n| `{name}` |" in _text("control.md")


@pytest.mark.parametrize("name", sorted({*proconf_tui.__all__} - {"__version__"}))
def test_every_public_class_has_its_section(name: str) -> None:
    assert f"\n## {name}\n" in _text("api.md")


def test_every_error_has_its_row() -> None:
    for kind in errors.all_errors():
        assert f"\n| `{kind.code}` | `{kind.__name__}` |" in _text("api.md")


def test_what_is_left_out_of_the_api_is_there_to_be_left_out() -> None:
    for kind in api.CLASSES:
        hidden = api.NOT_FOR_PROGRAMS.get(kind.__name__, frozenset())
        assert [name for name in hidden if not hasattr(kind, name)] == []
    assert api.NOT_FOR_PROGRAMS.keys() <= {kind.__name__ for kind in api.CLASSES}


# --- everything is described --------------------------------------------------------------------


def _described() -> Iterator[type]:
    yield from (*protocol.MESSAGES, *protocol.ROOM_EVENTS, *protocol.shapes_here())
    yield from (*COMMANDS.values(), *SDK_EVENTS.values(), *SCREEN_EVENTS.values())
    yield from (*api.CLASSES, *api.ANSWERS, *control.shapes_here())


@pytest.mark.parametrize("kind", dict.fromkeys(_described()))
def test_a_class_is_described_in_a_sentence(kind: type) -> None:
    text = doc_of(kind).text
    assert text.endswith(".")
    assert len(text.split()) > 1


def test_a_method_for_programs_is_described() -> None:
    silent = [
        f"{kind.__name__}.{member.name}"
        for kind in api.CLASSES
        for member in api.members(kind)
        if not isinstance(member.value, property) and not doc_of(member.value).text
    ]
    assert silent == []


def test_refusals_are_known_for_every_request_and_are_errors_of_ours() -> None:
    assert REFUSALS.keys() == REQUESTS.keys()
    codes = {kind.code for kind in errors.all_errors()}
    assert {code for refused in REFUSALS.values() for code in refused} <= codes


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", _DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = [target for target in _LINK.findall(_prose(path)) if not _is_there(path, target)]
    assert broken == []


@pytest.mark.parametrize("name", docs.PAGES)
def test_no_two_headings_have_one_anchor(name: str) -> None:
    twice = [each for each, count in Counter(_anchors(docs.DOCS / name)).items() if count > 1]
    assert twice == []


def _is_there(path: Path, target: str) -> bool:
    if "://" in target:
        return True
    file, _, fragment = target.partition("#")
    found = path.parent / file if file else path
    if not found.exists():
        return False
    return not fragment or fragment in _anchors(found)
