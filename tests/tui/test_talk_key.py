"""Talking by the key: in the meeting, with what ends it, and by the bytes of real terminals."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events

from proconf_tui.control import commands as c
from proconf_tui.control.screen import OpenedDevices
from proconf_tui.control.sound import SoundHint
from proconf_tui.errors import PermissionDenied
from proconf_tui.tui.messages import KeyReleased
from proconf_tui.tui.screens.meeting import MeetingScreen
from proconf_tui.tui.widgets.chat import ChatInput
from tests.support.fake_agent import FakeAgent, peer
from tests.support.terminal import TmuxTerminal
from tests.tui.harness import Rig, asked, asks_nothing, meeting, text_of
from tests.tui.test_real_terminal import blocking, until, words

MUTED: dict[str, Any] = {"streams": {"audio": "paused", "video": "live"}}


async def mute(rig: Rig) -> None:
    await rig.agent.change_me(**MUTED)
    await rig.sees("♪ muted")


async def talk(rig: Rig) -> None:
    await rig.press("space")
    await rig.hears(c.Unmute)
    await rig.sees("♪ TALKING")


async def is_silent_again(rig: Rig) -> None:
    await rig.hears(c.Mute)
    await rig.sees_no("TALKING")
    assert len(rig.agent.all_heard(c.Unmute)) == len(rig.agent.all_heard(c.Mute)) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_the_key_begins_and_ends_it(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with meeting(agent, tmp_path, size) as rig:
        await mute(rig)
        await rig.sees("space talk")
        await talk(rig)
        assert text_of(rig.app).count("♪ TALKING") == 2, "in the header and on one's tile"
        await rig.press("space")
        await is_silent_again(rig)


async def test_releases_end_it_at_once(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        rig.app.post_message(KeyReleased("a"))
        await rig.press("space", "space", "space")
        rig.app.post_message(KeyReleased("space"))
        await is_silent_again(rig)


@pytest.mark.parametrize("key", ["s", "question_mark", "ctrl+p", "c", "m"])
async def test_what_takes_the_keys_ends_it(agent: FakeAgent, tmp_path: Path, key: str) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        await rig.press(key)
        await rig.hears(c.Mute)
        await rig.press("escape")
        await is_silent_again(rig)


async def test_a_terminal_without_the_focus_ends_it(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        rig.app.post_message(events.AppBlur())
        await is_silent_again(rig)


async def test_a_microphone_that_is_taken_away_ends_it(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        await agent.change_me(streams={"video": "live"})
        await rig.sees_no("TALKING")
        assert not agent.all_heard(c.Mute)


async def test_a_new_agent_does_not_go_on_talking(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        agent.crash()
        await rig.hears(c.StartMeeting, 2)
        await rig.sees_no("TALKING")
        screen = rig.app.screen
        assert isinstance(screen, MeetingScreen)
        assert screen.talk_key.is_idle


async def test_who_may_not_speak_is_told_and_does_not_talk(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def refuse(command: c.Unmute) -> None:
        raise PermissionDenied("Only moderators may speak.")

    agent.answer(c.Unmute, refuse)
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await rig.press("space")
        await rig.sees("Only moderators may speak.")
        assert "TALKING" not in text_of(rig.app)
        await rig.hears(c.Mute)


async def test_with_a_microphone_that_is_off_one_can_talk_too(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        await agent.change_me(streams={"video": "live"})
        await rig.sees("♪ off", "space talk")
        await rig.press("space")
        await rig.hears(c.EnableAudio)
        await rig.sees("♪ TALKING")
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2", "♪ TALKING")
        await rig.press("space")
        await rig.hears(c.Mute)
        await rig.sees_no("TALKING")
        assert not agent.all_heard(c.Unmute)


@pytest.mark.parametrize(
    ("streams", "sign", "hint"),
    [({"audio": "live"}, "♪ on", "on already"), ({}, "♪ off", "press s to choose one")],
    ids=["live", "none"],
)
async def test_where_one_cannot_talk_there_is_only_a_hint(
    agent: FakeAgent, tmp_path: Path, streams: dict[str, Any], sign: str, hint: str
) -> None:
    if not streams:
        agent.opened = OpenedDevices(None, "Front camera", "Headphones")
    async with meeting(agent, tmp_path) as rig:
        await agent.change_me(streams=streams)
        await rig.sees(sign)
        before = asked(agent)
        await rig.press("space")
        await rig.sees(hint)
        await asks_nothing(rig, before)
        await rig.sees_no("space talk")


async def test_a_space_in_the_chat_is_a_space(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await rig.write("ca b ")
        line = rig.app.screen.query_one(ChatInput)
        await rig.until(lambda: line.value == "a b ")
        assert not agent.all_heard(c.Unmute)


async def test_in_a_dialog_it_stays_what_it_is_there(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await rig.press("C", "space")
        await rig.hears(c.UpdateRoomControls)
        await rig.press("escape", "s", "e", "space")
        await rig.hears(c.SetProcessing, 3)
        assert not agent.all_heard(c.Unmute)


async def test_a_click_on_its_key_toggles(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await rig.sees("space talk")
        chips = rig.app.screen.query(".key-chip")
        await rig.pilot.click(next(chip for chip in chips if "talk" in str(chip.render())))
        await rig.sees("♪ TALKING")
        await rig.press("space")
        await is_silent_again(rig)


async def test_it_can_begin_again_before_the_room_tells_of_the_end(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async def mute_unseen(command: c.Mute) -> None:
        """Be slow to tell."""

    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        rig.app.post_message(KeyReleased("space"))
        await talk(rig)
        await rig.sees("♪ TALKING")
        agent.answer(c.Mute, mute_unseen)
        rig.app.post_message(KeyReleased("space"))
        await rig.sees_no("TALKING")
        await rig.press("space")
        await rig.hears(c.Unmute, 2)
        await rig.sees("♪ TALKING")


async def test_who_talks_is_not_told_to_be_muted(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        await mute(rig)
        await talk(rig)
        await agent.tell(SoundHint("talking-while-muted", "…"))
        await agent.change(peers=[peer("Grace")])
        await rig.sees("People 2")
        assert "You are muted" not in text_of(rig.app)


# --- real terminals ---


@pytest.fixture
def terminal() -> Iterator[TmuxTerminal]:
    with TmuxTerminal(100, 30) as terminal:
        yield terminal


async def test_in_a_terminal_without_releases_it_toggles(
    agent: FakeAgent, terminal: TmuxTerminal, tmp_path: Path
) -> None:
    agent.me = peer("Ada", role="host", peer_id=agent.me.peer_id, **MUTED)
    await blocking(terminal.run, words(agent, tmp_path))
    await blocking(terminal.wait_for, "♪ muted")
    terminal.send_keys("Space")
    await blocking(terminal.wait_for, "♪ TALKING")
    terminal.send_keys("Space")
    await blocking(terminal.wait_for, lambda text: "TALKING" not in text)
    assert len(agent.all_heard(c.Unmute)) == len(agent.all_heard(c.Mute)) == 1


class Kitty:
    """The terminal side of a pseudo-terminal: types what a terminal with releases sends."""

    def __init__(self, argv: list[str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.written = b""
        self.process = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, text: str) -> None:
        """Send these bytes as if typed."""
        os.write(self._ours, text.encode())

    def close(self) -> None:
        """End the program, and hang up."""
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        os.close(self._ours)

    def _read(self) -> None:
        # A pseudo-terminal whose program has ended gives an error, and no end of file.
        with contextlib.suppress(OSError):
            while data := os.read(self._ours, 65536):
                self.written += data


@pytest.fixture
def kitty(agent: FakeAgent, tmp_path: Path) -> Iterator[Kitty]:
    agent.me = peer("Ada", role="host", peer_id=agent.me.peer_id, **MUTED)
    kitty = Kitty(words(agent, tmp_path))
    yield kitty
    kitty.close()


@pytest.mark.parametrize("press", ["\x1b[32;1:1;32u", "\x1b[32;;32u", " "])
async def test_in_a_terminal_with_releases_it_lasts_while_the_key_is_down(
    agent: FakeAgent, kitty: Kitty, press: str
) -> None:
    await until(lambda: b"muted" in kitty.written)
    assert b"\x1b[=2;2u" in kitty.written
    for count in (1, 2):
        kitty.type(press)
        await until(lambda count=count: len(agent.all_heard(c.Unmute)) == count)  # type: ignore[misc]
        kitty.type("\x1b[32;1:2;32u" * 20)
        assert len(agent.all_heard(c.Mute)) == count - 1
        kitty.type("\x1b[32;1:3u")
        await until(lambda count=count: len(agent.all_heard(c.Mute)) == count)  # type: ignore[misc]
    assert len(agent.all_heard(c.Unmute)) == 2


async def test_no_release_is_taken_for_a_key_and_the_terminal_is_given_back(
    agent: FakeAgent, kitty: Kitty
) -> None:
    await until(lambda: b"muted" in kitty.written)
    kitty.type("\x1b[114;1:1;114u\x1b[114;1:3u")
    await until(lambda: agent.all_heard(c.RaiseHand))
    kitty.type("\x1b[106;1:1;106u\x1b[106;1:3u\x1b[1;1:2B\x1b[1;1:3B")
    kitty.type("\x1b[113;1:1;113u\x1b[113;1:3u")
    await until(lambda: b"Leave the meeting?" in kitty.written)
    kitty.type("\x1b[101;1:1;101u\x1b[101;1:3u")
    await asyncio.to_thread(kitty.process.wait, 20)
    await until(lambda: b"\x1b[<u" in kitty.written)
    pushed, popped = re.findall(rb"\x1b\[>\d*u", kitty.written), kitty.written.count(b"\x1b[<u")
    assert len(pushed) == popped == 1
    assert len(agent.all_heard(c.RaiseHand)) == 1
    assert kitty.process.returncode == 0
