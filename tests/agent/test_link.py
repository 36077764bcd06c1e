"""The link: every line is answered, targets keep their order and do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from proconf_tui.agent.link import MAX_WAITING, Link
from proconf_tui.control import codec, commands
from proconf_tui.control.commands import Command
from proconf_tui.control.events import Event
from proconf_tui.errors import PermissionDenied


class _Heard:
    """A printer that remembers."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[tuple[int | None, object]] = asyncio.Queue()

    def event(self, event: Event) -> None:
        raise AssertionError(event)

    newest = event

    def result(self, id_: int, result: object) -> None:
        self.answers.put_nowait((id_, result))

    def failure(
        self, id_: int | None, code: str, message: str, choices: tuple[str, ...] = ()
    ) -> None:
        assert message
        self.answers.put_nowait((id_, code))


async def _next(heard: _Heard) -> tuple[int | None, object]:
    return await asyncio.wait_for(heard.answers.get(), 10)


def _link(handle: Callable[[Command], Awaitable[object]], heard: _Heard) -> Link:
    """Return a link that has ``handle`` called when a command has its turn."""
    return Link(lambda command: partial(handle, command), heard)


async def _echo(command: Command) -> object:
    return command.method


async def test_results_and_refusals_and_accidents_are_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handle(command: Command) -> object:
        if isinstance(command, commands.AdmitAll):
            raise PermissionDenied
        if isinstance(command, commands.GetMetadata):
            raise KeyError("secret detail")
        return {"done": True}

    heard = _Heard()
    link = _link(handle, heard)
    link.accept(codec.encode_command(1, commands.AdmitAll()))
    link.accept(codec.encode_command(2, commands.GetMetadata()))
    link.accept(codec.encode_command(3, commands.MuteEveryone()))
    assert [await _next(heard) for _ in range(3)] == [
        (1, "PERMISSION_DENIED"),
        (2, "ERROR"),
        (3, {"done": True}),
    ]
    assert "secret detail" in caplog.text
    await link.aclose()


async def test_bad_lines_are_answered_with_their_id_if_it_can_be_read() -> None:
    heard = _Heard()
    link = _link(_echo, heard)
    link.accept(b"nonsense")
    link.accept(b'{"id": 7, "method": "no_such"}')
    assert await _next(heard) == (None, "INVALID_COMMAND")
    assert await _next(heard) == (7, "INVALID_COMMAND")
    await link.aclose()


async def test_a_waiting_join_holds_up_only_its_own_target() -> None:
    admitted = asyncio.Event()

    async def handle(command: Command) -> object:
        if isinstance(command, commands.JoinMeeting):
            await admitted.wait()
        return command.method

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.JoinMeeting())
    link.submit(2, commands.StartMeeting())
    link.submit(3, commands.Close())
    assert await _next(heard) == (3, "close")
    admitted.set()
    assert await _next(heard) == (1, "join_meeting")
    assert await _next(heard) == (2, "start_meeting")
    await link.aclose()


async def test_chat_that_waits_for_a_connection_holds_up_chat_alone() -> None:
    back = asyncio.Event()

    async def handle(command: Command) -> object:
        if isinstance(command, commands.SendData) and command.label == "chat":
            await back.wait()
        return command.method

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.SendData("one", label="chat"))
    link.submit(2, commands.SendData("two", label="chat"))
    link.submit(3, commands.Mute())
    assert await _next(heard) == (3, "mute")
    link.submit(4, commands.SendData("passing"))
    assert await _next(heard) == (4, "send_data")
    back.set()
    assert [await _next(heard), await _next(heard)] == [(1, "send_data"), (2, "send_data")]
    await link.aclose()


async def test_an_immediate_command_waits_for_nobody_and_nobody_for_it() -> None:
    played = asyncio.Event()

    async def handle(command: Command) -> object:
        if isinstance(command, commands.TrySound):
            await played.wait()
        return command.method

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.TrySound())
    link.submit(2, commands.TrySound())
    link.submit(3, commands.SetProcessing())
    assert await _next(heard) == (3, "set_processing")
    link.submit(4, commands.StopSoundTest())
    assert await _next(heard) == (4, "stop_sound_test")
    idle = asyncio.create_task(link.idle())
    await asyncio.sleep(0)
    assert not idle.done()
    played.set()
    await asyncio.wait_for(idle, 10)
    assert [heard.answers.get_nowait() for _ in range(2)] == [(1, "test_sound"), (2, "test_sound")]
    await link.aclose()


@pytest.mark.parametrize("command", [commands.Mute(), commands.Unmute()])
async def test_silence_and_voice_overtake_what_waits_for_the_server(command: Command) -> None:
    answered = asyncio.Event()

    async def handle(command: Command) -> object:
        if isinstance(command, commands.React):
            await answered.wait()
        return command.method

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.React("👍"))
    link.submit(2, commands.RaiseHand())
    link.submit(3, command)
    assert await _next(heard) == (3, command.method)
    answered.set()
    assert [await _next(heard) for _ in range(2)] == [(1, "react"), (2, "raise_hand")]
    await link.aclose()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (commands.Pause("audio"), commands.Mute()),
        (commands.Resume("audio"), commands.Unmute()),
        (commands.Pause("video"), commands.Pause("video")),
        (commands.Resume("screen"), commands.Resume("screen")),
    ],
    ids=str,
)
async def test_sound_is_paused_by_muting_and_resumed_by_unmuting(
    asked: Command, meant: Command
) -> None:
    prepared: list[Command] = []

    def prepare(command: Command) -> Callable[[], Awaitable[object]]:
        prepared.append(command)
        return partial(_echo, command)

    heard = _Heard()
    link = Link(prepare, heard)
    link.hold(lambda command: not command.is_immediate)
    link.submit(1, asked)
    assert prepared == [meant]
    assert link.holds_any is not meant.is_immediate
    link.release()
    assert await _next(heard) == (1, meant.method)
    await link.aclose()


async def test_each_is_prepared_as_it_is_accepted_be_it_held_or_not() -> None:
    accepted: list[str] = []

    def prepare(command: Command) -> Callable[[], Awaitable[object]]:
        accepted.append(command.method)
        return partial(_echo, command)

    heard = _Heard()
    link = Link(prepare, heard)
    link.submit(1, commands.EnableAudio())
    link.submit(2, commands.Mute())
    assert accepted == ["enable_audio", "mute"]
    link.hold(lambda command: not isinstance(command, commands.Mute))
    link.submit(3, commands.Produce("audio", "tone"))
    link.submit(4, commands.Mute())
    assert accepted == ["enable_audio", "mute", "produce", "mute"]
    assert {await _next(heard) for _ in range(3)} == {
        (1, "enable_audio"),
        (2, "mute"),
        (4, "mute"),
    }
    link.release()
    assert await _next(heard) == (3, "produce")
    assert len(accepted) == 4
    await link.aclose()


async def test_immediate_commands_are_bounded_and_answered_at_the_end() -> None:
    async def handle(command: Command) -> object:
        return await asyncio.Event().wait()

    heard = _Heard()
    link = _link(handle, heard)
    for number in range(MAX_WAITING + 1):
        link.submit(number, commands.TrySound())
    assert await _next(heard) == (MAX_WAITING, "LIMIT_EXCEEDED")
    await asyncio.sleep(0)
    closing = asyncio.create_task(link.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    answers = dict([await _next(heard) for _ in range(MAX_WAITING)])
    assert answers == dict.fromkeys(range(MAX_WAITING), "ENDING")


async def test_more_than_may_wait_is_refused_and_so_is_at_the_end_what_waits() -> None:
    released = asyncio.Event()

    async def handle(command: Command) -> object:
        await released.wait()
        return "done"

    heard = _Heard()
    link = _link(handle, heard)
    for number in range(MAX_WAITING + 1):
        link.submit(number, commands.AdmitAll())
    assert await _next(heard) == (MAX_WAITING, "LIMIT_EXCEEDED")
    closing = asyncio.create_task(link.aclose())
    released.set()
    await asyncio.wait_for(closing, 10)
    answers = dict([await _next(heard) for _ in range(MAX_WAITING)])
    assert answers.keys() == set(range(MAX_WAITING))
    assert set(answers.values()) <= {"done", "ENDING"}
    assert heard.answers.empty()


async def test_what_runs_at_the_end_is_still_answered() -> None:
    started, released = asyncio.Event(), asyncio.Event()

    async def handle(command: Command) -> object:
        started.set()
        await released.wait()
        return "done"

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.Close())
    link.submit(2, commands.Close())
    await started.wait()
    closing = asyncio.create_task(link.aclose())
    released.set()
    await asyncio.wait_for(closing, 10)
    assert heard.answers.get_nowait() == (2, "ENDING")
    assert heard.answers.get_nowait() == (1, "done")
    assert heard.answers.empty()


async def test_what_comes_after_the_end_is_refused() -> None:
    heard = _Heard()
    link = _link(_echo, heard)
    link.submit(1, commands.RaiseHand())
    assert await _next(heard) == (1, "raise_hand")
    closing = asyncio.create_task(link.aclose())
    await asyncio.sleep(0)
    link.submit(2, commands.RaiseHand())
    await asyncio.wait_for(closing, 10)
    link.submit(3, commands.RaiseHand())
    link.submit(4, commands.Close())
    assert [heard.answers.get_nowait() for _ in range(3)] == [(n, "ENDING") for n in (2, 3, 4)]


async def test_what_takes_too_long_at_the_end_is_interrupted_and_answered() -> None:
    started = asyncio.Event()

    async def handle(command: Command) -> object:
        started.set()
        return await asyncio.Event().wait()

    heard = _Heard()
    link = _link(handle, heard)
    link.submit(1, commands.RaiseHand())
    await started.wait()
    closing = asyncio.create_task(link.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    assert await _next(heard) == (1, "ENDING")


async def test_it_is_idle_once_all_is_answered_though_a_join_still_waits() -> None:
    released, admitted = asyncio.Event(), asyncio.Event()

    async def handle(command: Command) -> object:
        await (admitted if isinstance(command, commands.JoinMeeting) else released).wait()
        return "done"

    heard = _Heard()
    link = _link(handle, heard)
    await link.idle()
    for number, command in enumerate((commands.JoinMeeting(), commands.AdmitAll())):
        link.submit(number, command)
    idle = asyncio.create_task(link.idle())
    await asyncio.sleep(0)
    assert not idle.done()
    released.set()
    await asyncio.wait_for(idle, 10)
    assert heard.answers.get_nowait() == (1, "done")
    admitted.set()
    await link.aclose()


async def test_what_is_held_comes_in_order_after_the_release() -> None:
    heard = _Heard()
    link = _link(_echo, heard)
    link.hold(lambda command: not isinstance(command, commands.Close))
    link.accept(codec.encode_command(1, commands.RaiseHand()))
    link.accept(codec.encode_command(2, commands.LowerHand()))
    link.accept(codec.encode_command(3, commands.Close()))
    assert await _next(heard) == (3, "close")
    link.release()
    assert [await _next(heard) for _ in range(2)] == [(1, "raise_hand"), (2, "lower_hand")]
    link.accept(codec.encode_command(4, commands.RaiseHand()))
    assert await _next(heard) == (4, "raise_hand")
    await link.aclose()


async def test_what_is_held_can_be_refused_and_is_at_the_end() -> None:
    heard = _Heard()
    link = _link(_echo, heard)
    link.hold(lambda command: True)
    link.accept(codec.encode_command(1, commands.RaiseHand()))
    link.release(PermissionDenied())
    assert await _next(heard) == (1, "PERMISSION_DENIED")
    link.hold(lambda command: True)
    for id_ in range(2, MAX_WAITING + 3):
        link.accept(codec.encode_command(id_, commands.RaiseHand()))
    assert await _next(heard) == (MAX_WAITING + 2, "LIMIT_EXCEEDED")
    await link.aclose()
    assert await _next(heard) == (2, "ENDING")
