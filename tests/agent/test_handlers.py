"""The link and the sdk are held to each other: every method and property is a command, or says why.

What a command is called, what it takes and what is assumed where nothing is given must be the
same on both sides.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import msgspec
import pytest

from proconf_tui.agent import handlers
from proconf_tui.control import commands
from proconf_tui.control.commands import COMMANDS, Command, Target
from proconf_tui.control.results import LocalPeerInfo, RemotePeerInfo
from proconf_tui.sdk import LocalPeer, ProconfManager, RemotePeer, Room
from proconf_tui.sdk.emitter import Emitter, EventSource

_OBJECTS: Final[dict[Target, type]] = {
    "room": Room,
    "local_peer": LocalPeer,
    "remote_peer": RemotePeer,
}

_NO_COMMAND: Final = {
    Room.connect: "start_meeting, join_meeting and join_room have called it",
    Room.publish: "takes the program's tracks; produce takes a source",
    Room.mixer: "samples for a loudspeaker; open_devices chooses one",
    Room.media_trouble: "the snapshot has it, and room-notification tells it",
    Room.levels: "the agent shows them in the picture buffer",
    LocalPeer.tracks: "the program's tracks; open_devices tells of devices",
    LocalPeer.replace_track: "takes a program's track; open_devices changes devices",
    LocalPeer.source_lost: "how the agent tells of its own devices",
    RemotePeer.peer_id: "is what says whose command it is",
    RemotePeer.find_track: "get_track tells the same",
    RemotePeer.update: "how the sdk itself hears of the room",
    RemotePeer.gone: "how the sdk itself hears of the room",
}
"""Why there is no command. Callbacks and event streams are the link's events."""

_OTHER_PARAMETERS: Final[dict[type[Command], dict[str, Any]]] = {
    # On the link the agent's open device is the track at hand, and none is opened unasked.
    commands.EnableAudio: {"device": None},
    commands.EnableVideo: {"device": None},
    # A source is opened by its name where a program hands over a track.
    commands.Produce: {
        "label": inspect.Parameter.empty,
        "source": inspect.Parameter.empty,
    },
}
"""Where a parameter of the sdk is a Python object, what the command takes, with its defaults."""


def _members(owner: type) -> list[tuple[str, Any]]:
    return [
        (name, getattr(owner, name))
        for name in dir(owner)
        if not (name.startswith("_") or (hasattr(EventSource, name) and issubclass(owner, Emitter)))
    ]


_MEMBERS: Final = [
    pytest.param(target, name, member, id=f"{target}.{name}")
    for target, owner in _OBJECTS.items()
    for name, member in _members(owner)
]
_BY_NAME: Final = {(kind.target, handlers.member_name(kind)): kind for kind in COMMANDS.values()}


@pytest.mark.parametrize(("target", "name", "member"), _MEMBERS)
def test_the_link_carries_it_with_the_same_parameters(
    target: Target, name: str, member: Any
) -> None:
    kind = _BY_NAME.get((target, name))
    assert (kind is None) == (member in _NO_COMMAND)
    if kind is not None:
        expected = _OTHER_PARAMETERS.get(kind, _taken_by(member))
        assert list(_given_by(kind).items()) == list(expected.items())


def _taken_by(member: Any) -> dict[str, Any]:
    if isinstance(member, property):
        return {}
    _, *parameters = inspect.signature(member).parameters.values()
    named = [one for one in parameters if one.kind is not inspect.Parameter.VAR_KEYWORD]
    return {one.name: one.default for one in named}


def _given_by(kind: type[Command]) -> dict[str, Any]:
    fields = msgspec.structs.fields(kind)
    given = {
        field.name: inspect.Parameter.empty if field.required else field.default for field in fields
    }
    if kind.target == "remote_peer":
        assert given.pop("peer_id") is inspect.Parameter.empty
    return given


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=lambda kind: kind.method)
def test_it_is_carried_out_by_a_function_here_or_by_the_sdk(kind: type[Command]) -> None:
    if kind not in {*handlers._HANDLERS, *handlers._PREPARED} - {commands.Mute}:
        assert hasattr(_OBJECTS[kind.target], handlers.member_name(kind))


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=lambda kind: kind.method)
def test_its_name_says_whose_it_is_only_where_it_must(kind: type[Command]) -> None:
    name = handlers.member_name(kind)
    is_shared = any(hasattr(owner, name) for owner in (Room, RemotePeer))
    needs_owner = kind.target == "remote_peer" or (kind.target == "local_peer" and is_shared)
    assert kind.method == (f"{kind.target}.{name}" if needs_owner else name)


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=lambda kind: kind.method)
def test_it_is_described(kind: type[Command]) -> None:
    assert kind.__doc__
    assert kind.__doc__ != Command.__doc__


def test_screens_alone_attach_and_show() -> None:
    for_screens = {kind.method for kind in COMMANDS.values() if kind.is_for_screens}
    assert for_screens == {"attach_screen", "show_tiles"}


@pytest.mark.parametrize(
    ("owner", "info"), [(LocalPeer, LocalPeerInfo), (RemotePeer, RemotePeerInfo)]
)
def test_a_peer_is_answered_with_all_its_properties(
    owner: type, info: type[msgspec.Struct]
) -> None:
    properties = {name for name, member in _members(owner) if isinstance(member, property)}
    assert {field.name for field in msgspec.structs.fields(info)} == properties - {"tracks"}


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (commands.StartMeeting, ProconfManager.start_meeting),
        (commands.JoinMeeting, ProconfManager.join_meeting),
        (commands.JoinRoom, ProconfManager.join_room),
    ],
)
def test_the_ways_in_take_what_the_manager_takes(
    kind: type[Command], method: Callable[..., object]
) -> None:
    # Python objects, and what belongs to the manager itself, have words of the link's own.
    own = {"url", "token", "with_audio", "with_video", "seat"}
    python = {"tracks", "resume", "has_media", "on_room"}
    given = {name: default for name, default in _given_by(kind).items() if name not in own}
    taken = {name: default for name, default in _taken_by(method).items() if name not in python}
    assert given == taken
