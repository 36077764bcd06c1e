"""Whole meetings without a screen: real commands, a real server child, real media, real endings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from proconf_tui.cli.main import run
from proconf_tui.config.local_servers import local_servers
from proconf_tui.config.paths import data_dir
from proconf_tui.control import commands, events
from proconf_tui.control.codec import Failure, Result
from proconf_tui.protocol.ids import PeerId
from tests.support.agent_child import PATIENCE_S, AgentChild

_TONE_HZ = 440.0
_PROGRAM = (sys.executable, "-m", "proconf_tui")
_LINES = ("--headless", "--json")
_SILENT = ("--camera", "none", "--mic", "none", "--speaker", "none")


class Meeting(NamedTuple):
    """A host, and a way to send others in."""

    host: AgentChild
    stack: ExitStack

    def join(self, *arguments: str, where: str = "plaza") -> AgentChild:
        command = (*_PROGRAM, "join", where, *_LINES, *(arguments or _SILENT))
        return self.stack.enter_context(AgentChild(command))

    def admit(self) -> PeerId:
        """Let in whoever knocks next, and return who it was."""
        knocked = self.host.wait_for(
            events.LobbyPeersUpdated, lambda event: bool(set(event.peer_ids) - self._seen())
        )
        (peer_id,) = set(knocked.peer_ids) - self._seen()
        self.host.ask(commands.AdmitPeer(peer_id))
        return peer_id

    def _seen(self) -> set[PeerId]:
        joined = [line for line in self.host.lines if isinstance(line, events.NewPeerJoined)]
        return {event.peer_id for event in joined}


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    with ExitStack() as stack:
        media = ("--camera", "test", "--mic", "tone", "--speaker", "none", "--port", "0")
        command = (*_PROGRAM, "start", "--room", "plaza", "--name", "Host", *_LINES, *media)
        host = stack.enter_context(AgentChild(command))
        host.wait(lambda line: isinstance(line, Result) and line.id == 0)
        yield Meeting(host, stack)


def _complaint(child: AgentChild) -> str:
    assert child.process.stderr is not None
    return child.process.stderr.read().decode()


def _sound_in(path: Path) -> npt.NDArray[np.float32]:
    if not path.exists() or path.stat().st_size < 100:
        return np.zeros(0, np.float32)
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return (samples / 32768).astype(np.float32)


def _wait_for_tone(path: Path) -> float:
    """Return the strongest frequency of a second of sound, once there is that much."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        sound = _sound_in(path)
        if np.count_nonzero(np.abs(sound) > 0.05) > 24_000:
            second = sound[-48_000:]
            return float(np.abs(np.fft.rfft(second)).argmax() * 48_000 / len(second))
        time.sleep(0.05)
    raise AssertionError("no sound came")


def test_a_guest_knocks_is_admitted_hears_and_chats(meeting: Meeting, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    guest = meeting.join("--camera", "none", "--mic", "none", "--speaker", str(heard))
    guest.wait_for(events.RoomAwaiting)
    guest_id = meeting.admit()
    guest.wait_for(events.RoomJoined)
    place = guest.wait(lambda line: isinstance(line, Result) and line.id == 0)
    assert isinstance(place, Result)
    assert place.result["peerId"] == guest_id
    assert _wait_for_tone(heard) == pytest.approx(_TONE_HZ, abs=3)
    guest.ask(commands.SendData("hello", label="chat"))
    said = meeting.host.wait_for(events.ReceiveData)
    assert (said.from_, said.payload, said.label) == (guest_id, "hello", "chat")
    meeting.host.ask(commands.SendData("welcome", label="chat"))
    assert guest.wait_for(events.ReceiveData).payload == "welcome"
    guest.close_input()
    assert guest.wait_until_ended() == 0
    assert meeting.host.wait_for(events.PeerLeft).peer_id == guest_id


def test_who_is_denied_or_kicked_is_told_and_ends_with_3(meeting: Meeting) -> None:
    denied = meeting.join()
    knock = meeting.host.wait_for(events.LobbyPeersUpdated, lambda event: bool(event.peer_ids))
    meeting.host.ask(commands.DenyPeer(knock.peer_ids[0]))
    assert denied.wait_until_ended() == 3
    assert _complaint(denied).count("\n") == 1
    meeting.host.ask(commands.UpdateRoomControls(room_locked=False))
    kicked = meeting.join()
    kicked.wait_for(events.RoomJoined)
    peer_id = meeting.host.wait_for(events.NewPeerJoined).peer_id
    meeting.host.ask(commands.KickPeer(peer_id))
    assert kicked.wait_until_ended() == 3
    assert "removed" in _complaint(kicked)


def test_one_who_waits_can_leave_the_lobby(meeting: Meeting) -> None:
    guest = meeting.join()
    guest.wait_for(events.RoomAwaiting)
    guest.ask(commands.Close())
    assert guest.wait_until_ended() == 0
    meeting.host.wait_for(events.LobbyPeersUpdated, lambda event: not event.peer_ids)


def test_the_end_for_all_ends_everybody_and_the_server(meeting: Meeting) -> None:
    (server,) = psutil.Process(meeting.host.process.pid).children()
    meeting.host.ask(commands.UpdateRoomControls(room_locked=False))
    guest = meeting.join()
    guest.wait_for(events.RoomJoined)
    meeting.host.ask(commands.Close("CLOSED"))
    assert guest.wait_until_ended() == 0
    assert meeting.host.wait_until_ended() == 0
    server.wait(PATIENCE_S)


def test_the_server_dies_with_a_starter_that_was_killed(meeting: Meeting) -> None:
    (server,) = psutil.Process(meeting.host.process.pid).children()
    meeting.host.process.kill()
    server.wait(PATIENCE_S)
    assert not server.is_running()


def test_the_meeting_goes_on_when_its_server_was_killed(meeting: Meeting) -> None:
    (server,) = psutil.Process(meeting.host.process.pid).children()
    meeting.host.ask(commands.UpdateRoomControls(room_locked=False))
    guest = meeting.join()
    guest.wait_for(events.RoomJoined)
    server.kill()
    for each in (meeting.host, guest):
        each.wait_for(events.RoomReconnected)
    (successor,) = psutil.Process(meeting.host.process.pid).children()
    assert successor.pid != server.pid
    guest.ask(commands.SendData("still here", label="chat"))
    assert meeting.host.wait_for(events.ReceiveData).payload == "still here"
    late = meeting.join()
    late.wait_for(events.RoomJoined)
    meeting.host.ask(commands.Close("CLOSED"))
    assert [each.wait_until_ended() for each in (meeting.host, guest, late)] == [0, 0, 0]
    successor.wait(PATIENCE_S)
    assert not list((data_dir() / "meetings").iterdir())


def test_the_invite_leads_in_and_a_broken_one_does_not(meeting: Meeting) -> None:
    meeting.host.ask(commands.UpdateRoomControls(room_locked=False))
    entry = meeting.host.wait(lambda line: isinstance(line, Result) and line.id == 0)
    assert isinstance(entry, Result)
    invite = entry.result["inviteUrl"]
    meeting.join(where=invite).wait_for(events.RoomJoined)
    broken = meeting.join(where=invite[:-4])
    answer = broken.wait(lambda line: isinstance(line, Failure) and line.id == 0)
    assert isinstance(answer, Failure)
    assert answer.code == "BAD_TOKEN"
    assert broken.wait_until_ended() == 3


def test_a_wrong_room_is_an_error_of_one_line(meeting: Meeting) -> None:
    lost = meeting.join(where="nowhere")
    assert lost.wait_until_ended() == 4
    assert _complaint(lost).count("\n") == 1


def test_rooms_are_listed(meeting: Meeting, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rooms", "list"]) == 0
    _, line = capsys.readouterr().out.splitlines()
    assert line.split()[0] == "plaza"


def test_for_people_it_prints_lines_not_json(meeting: Meeting) -> None:
    meeting.host.ask(commands.UpdateRoomControls(room_locked=False))
    command = (*_PROGRAM, "join", "plaza", "--headless", *_SILENT)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as guest:
        assert guest.stdout is not None
        lines = iter(guest.stdout.readline, b"")
        said = [next(lines), next(lines)]
        assert said == [b"Connecting.\n", b"You are in the meeting.\n"]
        guest.send_signal(signal.SIGINT)
        rest = b"".join(lines)
        assert b"You have left the meeting." in rest
        assert guest.wait(PATIENCE_S) == 0


def test_a_log_goes_where_it_is_asked_to(meeting: Meeting, tmp_path: Path) -> None:
    log = tmp_path / "deep" / "own.log"
    guest = meeting.join(*_SILENT, "--log-file", str(log))
    guest.wait_for(events.RoomAwaiting)
    assert log.exists()


def test_a_server_that_keeps_stopping_ends_the_meeting_with_a_reason() -> None:
    start = ("start", "--room", "plaza", "--open", "--port", "0")
    with AgentChild((*_PROGRAM, *start, *_LINES, *_SILENT)) as host:
        host.wait_for(events.RoomJoined)
        killed: set[int] = set()
        while host.process.poll() is None:
            for server in local_servers():
                if server.pid not in killed:
                    killed.add(server.pid)
                    os.kill(server.pid, signal.SIGKILL)
            time.sleep(0.1)
        assert host.process.wait() == 1
        assert "The meeting's server keeps stopping; its log is in" in _complaint(host)
