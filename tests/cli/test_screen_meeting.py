"""The commands in a real terminal: what happens to the server, and what is said at the end."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import psutil
import pytest

from proconf_tui.config.local_servers import local_servers
from proconf_tui.control import commands, events
from proconf_tui.protocol.ids import PeerId
from tests.support.agent_child import PATIENCE_S, AgentChild
from tests.support.terminal import PRISTINE, TmuxTerminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

_PROGRAM = [sys.executable, "-m", "proconf_tui"]
_SILENT = ["--camera", "none", "--mic", "none", "--speaker", "none"]
_START = ["start", "--room", "plaza", "--open", "--yes", "--port", "0", *_SILENT]
_JOIN = ["join", "plaza", *_SILENT]
_LINES = ["--headless", "--json"]


@pytest.fixture
def terminal() -> Iterator[TmuxTerminal]:
    with TmuxTerminal(100, 30) as made:
        yield made


@pytest.fixture
def guest(terminal: TmuxTerminal) -> Iterator[AgentChild]:
    """Somebody without a screen in the meeting that the terminal has started."""
    terminal.run([*_PROGRAM, *_START])
    terminal.wait_for("1 in", timeout_s=PATIENCE_S)
    with AgentChild([*_PROGRAM, *_JOIN, *_LINES]) as child:
        child.wait_for(events.RoomJoined)
        terminal.wait_for("2 in", timeout_s=PATIENCE_S)
        yield child


def test_the_server_stays_for_the_others_and_ends_with_the_last(
    terminal: TmuxTerminal, guest: AgentChild
) -> None:
    (server,) = local_servers()
    terminal.send_keys("q")
    terminal.wait_for("last moderator")
    terminal.send_keys("k")
    assert terminal.wait_for_exit(PATIENCE_S) == 0
    assert "The meeting goes on" in terminal.screen()
    assert terminal.modes == PRISTINE
    guest.wait_for(events.PeerLeft)
    guest.ask(commands.RaiseHand())
    guest.close_input()
    assert guest.wait_until_ended() == 0
    terminal.wait_until(lambda: not psutil.pid_exists(server.pid), "it runs on", PATIENCE_S)
    assert not local_servers()


def test_ending_it_for_all_ends_the_server(terminal: TmuxTerminal, guest: AgentChild) -> None:
    terminal.send_keys("q")
    terminal.wait_for("last moderator")
    terminal.send_keys("e")
    assert terminal.wait_for_exit(PATIENCE_S) == 0
    assert not local_servers()
    assert guest.wait_until_ended() == 0


def test_who_is_kicked_is_told_on_the_normal_screen(terminal: TmuxTerminal) -> None:
    with AgentChild([*_PROGRAM, *_START, *_LINES]) as host:
        host.wait_for(events.RoomJoined)
        terminal.run([*_PROGRAM, *_JOIN, "--yes", "--name", "Bob"])
        bob = host.wait_for(events.NewPeerJoined)
        terminal.wait_for("2 in", timeout_s=PATIENCE_S)
        host.ask(commands.KickPeer(PeerId(bob.peer_id)))
        assert terminal.wait_for_exit(PATIENCE_S) == 3
        assert "removed you" in terminal.screen()
        assert terminal.modes == PRISTINE
        host.close_input()
        host.wait_until_ended()


def test_without_a_server_no_screen_opens(terminal: TmuxTerminal) -> None:
    terminal.run([*_PROGRAM, *_JOIN])
    assert terminal.wait_for_exit(PATIENCE_S) == 5
    assert terminal.screen().strip().count("\n") <= 1
