"""What each command does: the sdk's method or property of its name, or a small function here."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from proconf_tui.agent.answers import answer
from proconf_tui.agent.device_list import list_devices
from proconf_tui.agent.entry import Entry
from proconf_tui.agent.link import Ending, Work
from proconf_tui.agent.participant import Participant
from proconf_tui.control import commands
from proconf_tui.control.commands import Command, TileRequest
from proconf_tui.errors import ConnectionLost


class Host(Protocol):
    """The process a participant lives in."""

    @property
    def participant(self) -> Participant: ...

    async def attach_screen(self, pictures: Path) -> None:
        """Speak to a screen from now on."""

    async def show_tiles(self, tiles: list[TileRequest]) -> None:
        """Write pictures for these tiles."""

    def stop(self) -> None:
        """End, once what was asked is answered."""


_Handler = Callable[[Host, Any], Awaitable[object]]


def prepare(host: Host, command: Command) -> Work:
    """Do what must not wait for the command's turn, and return what carries it out then.

    That returns its result. Raises:
        Ending: one has left before it was done.
        ProconfError: what the room or a device refuses.
    """
    prepared = _PREPARED.get(type(command))
    work = prepared(host, command) if prepared else partial(_carry_out, host, command)
    return partial(_unless_left, host, work)


async def _unless_left(host: Host, work: Work) -> object:
    try:
        return await work()
    except ConnectionLost as error:
        if host.participant.has_left:
            raise Ending("You have left the meeting.") from error
        raise


async def _carry_out(host: Host, command: Command) -> object:
    own = _HANDLERS.get(type(command))
    if own is not None:
        return await own(host, command)
    return answer(await _ask(_TARGETS[command.target](host, command), command))


async def _ask(target: object, command: Command) -> object:
    asked = getattr(target, member_name(command))
    if not inspect.ismethod(asked):
        return asked
    result = asked(**parameters(command))
    return await result if inspect.isawaitable(result) else result


def member_name(command: Command | type[Command]) -> str:
    """Return the name of the sdk's method or property; the link's may have its object in front."""
    return command.method.rpartition(".")[2]


def parameters(command: Command) -> dict[str, Any]:
    """Return what the sdk's method is called with; a remote peer's id only says whose it is."""
    fields = msgspec.structs.asdict(command)
    if command.target == "remote_peer":
        del fields["peer_id"]
    return fields


_TARGETS: Final[dict[str, Callable[[Host, Any], object]]] = {
    "room": lambda host, command: host.participant.room,
    "local_peer": lambda host, command: host.participant.room.local_peer,
    "remote_peer": lambda host, command: host.participant.room.get_remote_peer_by_id(
        command.peer_id
    ),
}


async def _attach_screen(host: Host, command: commands.AttachScreen) -> None:
    await host.attach_screen(Path(command.pictures))


async def _list_devices(host: Host, command: commands.ListDevices) -> object:
    return await list_devices()


async def _open_devices(host: Host, command: commands.OpenDevices) -> object:
    return await host.participant.devices.open(command.microphone, command.camera, command.speaker)


async def _set_processing(host: Host, command: commands.SetProcessing) -> object:
    return await host.participant.devices.process(command)


async def _try_sound(host: Host, command: commands.TrySound) -> object:
    return await host.participant.sound_check.run(command.seconds)


async def _stop_sound_test(host: Host, command: commands.StopSoundTest) -> None:
    host.participant.sound_check.end()


async def _show_tiles(host: Host, command: commands.ShowTiles) -> None:
    await host.show_tiles(command.tiles)


async def _shutdown(host: Host, command: commands.Shutdown) -> None:
    host.stop()


async def _enter(host: Host, command: Entry) -> object:
    return await host.participant.enter(command)


async def _close(host: Host, command: commands.Close) -> None:
    await host.participant.close(command.reason)


async def _unmute(host: Host, command: commands.Unmute) -> None:
    await host.participant.unmute()


def _mute(host: Host, command: commands.Mute) -> Work:
    host.participant.wishes.silence()
    return partial(_carry_out, host, command)


def _enable_audio(host: Host, command: commands.EnableAudio) -> Work:
    is_overtaken = host.participant.wishes.be_heard()
    return partial(host.participant.enable, "audio", command.device, is_overtaken)


def _enable_video(host: Host, command: commands.EnableVideo) -> Work:
    is_overtaken = host.participant.wishes.be_heard()
    return partial(host.participant.enable, "video", command.device, is_overtaken)


def _produce(host: Host, command: commands.Produce) -> Work:
    is_overtaken = host.participant.wishes.be_heard()
    return partial(host.participant.produce, command.label, command.source, is_overtaken)


_HANDLERS: Final[dict[type[Command], _Handler]] = {
    commands.AttachScreen: _attach_screen,
    commands.ListDevices: _list_devices,
    commands.OpenDevices: _open_devices,
    commands.SetProcessing: _set_processing,
    commands.TrySound: _try_sound,
    commands.StopSoundTest: _stop_sound_test,
    commands.ShowTiles: _show_tiles,
    commands.Shutdown: _shutdown,
    commands.StartMeeting: _enter,
    commands.JoinMeeting: _enter,
    commands.JoinRoom: _enter,
    commands.Close: _close,
    commands.Unmute: _unmute,
}

_PREPARED: Final[dict[type[Command], Callable[[Host, Any], Work]]] = {
    commands.Mute: _mute,
    commands.EnableAudio: _enable_audio,
    commands.EnableVideo: _enable_video,
    commands.Produce: _produce,
}
"""For those whose order counts beyond that of their turns."""
