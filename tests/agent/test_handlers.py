"""Every command of the link has something that carries it out, with the same parameters."""

from __future__ import annotations

import inspect

import msgspec
import pytest

from proconf_tui.agent import handlers
from proconf_tui.control.commands import COMMANDS, Command
from proconf_tui.sdk import LocalPeer, RemotePeer, Room

_CLASSES = {"room": Room, "local_peer": LocalPeer, "remote_peer": RemotePeer}
_BY_NAME = [kind for kind in COMMANDS.values() if kind not in handlers._HANDLERS]


@pytest.mark.parametrize("kind", _BY_NAME, ids=lambda kind: kind.method)
def test_the_sdk_has_the_method_with_these_parameters(kind: type[Command]) -> None:
    method = getattr(_CLASSES[kind.target], handlers.method_name(kind))
    taken = inspect.signature(method).parameters
    given = {field.name for field in msgspec.structs.fields(kind)}
    if kind.target == "remote_peer":
        given -= {"peer_id"}
    assert given <= set(taken)
    positional_only = inspect.Parameter.POSITIONAL_ONLY
    assert all(taken[name].kind is not positional_only for name in given)


def test_what_is_handled_here_are_commands_of_the_link() -> None:
    assert set(handlers._HANDLERS) <= set(COMMANDS.values())
