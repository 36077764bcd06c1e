"""The table of roles, and how a participant's permissions meet the room's controls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import Role, Source
from proconf_tui.room.permissions import (
    BY_ROLE,
    Controls,
    Permissions,
    Rights,
    Sources,
    merge,
)

SOURCES: tuple[Source, ...] = ("mic", "cam", "screen")
sources = st.builds(Sources, cam=st.booleans(), mic=st.booleans(), screen=st.booleans())
controls = st.builds(
    Controls,
    allow_produce=st.booleans(),
    allow_produce_sources=sources,
    allow_consume=st.booleans(),
    allow_send_data=st.booleans(),
)


@pytest.mark.parametrize(
    ("role", "publishes", "sends", "admin"),
    [
        ("host", {"mic", "cam", "screen"}, True, True),
        ("coHost", {"mic", "cam", "screen"}, True, True),
        ("guest", {"mic", "cam", "screen"}, True, False),
        ("speaker", {"mic"}, True, False),
        ("listener", set(), True, False),
        ("bot", set(), False, False),
    ],
)
def test_each_role_has_its_rights(
    role: Role, publishes: set[Source], sends: bool, admin: bool
) -> None:
    rights = Rights(BY_ROLE[role], Controls())
    assert {source for source in SOURCES if rights.may_produce(source)} == publishes
    assert rights.may_send_data() == sends
    assert rights.is_moderator == admin
    assert rights.may_consume()
    assert rights.may_update_metadata() == admin


@given(controls)
def test_controls_never_bind_moderators(room: Controls) -> None:
    rights = Rights(BY_ROLE["host"], room)
    assert all(rights.may_produce(source) for source in SOURCES)
    assert rights.may_consume()
    assert rights.may_send_data()


@given(controls)
def test_controls_bind_guests(room: Controls) -> None:
    rights = Rights(BY_ROLE["guest"], room)
    for source in SOURCES:
        allowed = room.allow_produce and room.allow_produce_sources.allows(source)
        assert rights.may_produce(source) == allowed
    assert rights.may_consume() == room.allow_consume
    assert rights.may_send_data() == room.allow_send_data


def test_merging_changes_only_what_is_named() -> None:
    changes = {"canSendData": False, "canProduceSources": {"cam": False}}
    assert merge(BY_ROLE["guest"], changes) == Permissions(
        can_send_data=False, can_produce_sources=Sources(cam=False)
    )
    assert merge(BY_ROLE["bot"], {}) == BY_ROLE["bot"]


@pytest.mark.parametrize(
    "changes",
    [
        {"canFly": True},
        {"admin": "yes"},
        {"canProduceSources": True},
        {"canProduceSources": {"smell": True}},
        {"canProduceSources": {"mic": 1}},
    ],
)
def test_what_is_no_permission_is_an_invalid_message(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        merge(BY_ROLE["guest"], changes)
