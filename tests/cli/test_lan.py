"""Meetings for other machines: their invites, and what stands in the way of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from proconf_tui.cli.join import find_destination
from proconf_tui.cli.main import run
from proconf_tui.config.interfaces import addresses_for_others
from proconf_tui.config.local_servers import local_servers
from proconf_tui.config.paths import data_dir
from proconf_tui.config.settings import Settings
from proconf_tui.control import events
from proconf_tui.control.codec import Result
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.address import Invite, ServerAddress
from tests.support.agent_child import AgentChild
from tests.support.certificates import Pair, der_of, make_pair

_PROGRAM = (sys.executable, "-m", "proconf_tui")
_SILENT = ("--headless", "--json", "--camera=none", "--mic=none", "--speaker=none")

needs_lan = pytest.mark.skipif(
    not addresses_for_others(), reason="this machine has no address but its loopback's"
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered


def _in_meeting(stack: ExitStack, *arguments: str) -> tuple[AgentChild, Invite]:
    """Return who is in the meeting, and the invite they can pass on."""
    child = stack.enter_context(AgentChild((*_PROGRAM, *arguments, *_SILENT)))
    place = child.wait(lambda line: isinstance(line, Result) and line.id == 0)
    assert isinstance(place, Result)
    invite = Invite.parse(place.result["inviteUrl"])
    assert invite is not None
    return child, invite


@needs_lan
def test_people_come_by_the_invite_and_by_being_here(
    stack: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    host, invite = _in_meeting(stack, "start", "--lan", "--open", "--room=plaza", "--port=0")
    address = addresses_for_others()[0].ip
    assert urlsplit(invite.server.url).hostname == str(address)
    assert invite.server.pin
    assert invite.token

    _, passed_on = _in_meeting(stack, "join", str(invite))
    assert passed_on.server == invite.server
    _, from_here = _in_meeting(stack, "join")
    assert from_here.server == invite.server
    host.wait(lambda _: _count(host, events.NewPeerJoined) == 2)

    (local,) = local_servers()
    assert ServerAddress.parse(local.url).is_loopback
    assert run(["rooms", "list", "--json"]) == 0
    (room,) = json.loads(capsys.readouterr().out)
    assert len(room["peers"]) == 3
    assert run(["token", "create", "--invite", "--room=plaza"]) == 0
    printed = Invite.parse(capsys.readouterr().out.strip())
    assert printed is not None
    assert printed.server == invite.server


@needs_lan
def test_a_host_comes_back_by_the_pin_when_the_server_crashes_on_a_machine_that_has_moved(
    stack: ExitStack, tmp_path: Path
) -> None:
    kept = make_pair(tmp_path, "192.0.2.1", days=(-1, 300))
    pem = data_dir() / "self-signed.pem"
    pem.write_bytes(kept.cert.read_bytes() + kept.key.read_bytes())
    host, invite = _in_meeting(stack, "start", "--lan", "--room=plaza", "--port=0")
    assert invite.server.pin == pin_of(der_of(kept.cert))
    os.kill(local_servers()[0].pid, signal.SIGKILL)
    host.wait(lambda line: isinstance(line, events.RoomReconnected))


@needs_lan
def test_invites_name_what_the_certificate_is_for(stack: ExitStack, tmp_path: Path) -> None:
    own = make_pair(tmp_path, "*.example.org", "meet.example.org")
    start = ("start", "--lan", f"--tls-cert={own.cert}", f"--tls-key={own.key}", "--port=0")
    for more, name in (((), "meet.example.org"), (("--allowed-host=a.test",), "a.test")):
        with ExitStack() as meeting:
            _, invite = _in_meeting(meeting, *start, *more, "--open", "--room=plaza")
            assert urlsplit(invite.server.url).hostname == name
            assert invite.server.pin == pin_of(der_of(own.cert))
            _, from_here = _in_meeting(meeting, "join", "plaza")
            assert from_here.server == invite.server


def test_an_own_certificate_is_pinned_on_this_machine(stack: ExitStack, pair: Pair) -> None:
    files = (f"--tls-cert={pair.cert}", f"--tls-key={pair.key}")
    _, invite = _in_meeting(stack, "start", *files, "--open", "--room=plaza", "--port=0")
    assert ServerAddress.parse(local_servers()[0].url) == invite.server
    assert invite.server.is_loopback
    _, again = _in_meeting(stack, "join", f"--server={invite.server.url}", "plaza")
    assert again.server == invite.server


@needs_lan
def test_serve_says_how_others_reach_it() -> None:
    command = [*_PROGRAM, "serve", "--lan", "--port=0", "--store=memory"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        first, second, third = (server.stdout.readline().decode() for _ in range(3))
        (known,) = local_servers()
        assert first == f"Serving at {known.url.partition('#')[0]}; Ctrl-C stops.\n"
        assert "every IPv4 address; media" in second
        assert third == f"Links for other machines name it {known.url_for_others}\n"
        assert "#pin=sha256:" in third
        server.terminate()
        assert server.wait(40) == 0


@pytest.mark.parametrize("command", ["start", "serve"])
def test_files_are_checked_before_anything_starts(
    command: str, pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expired = make_pair(tmp_path, "127.0.0.1", days=(-9, -1))
    for arguments, said in (
        ([f"--tls-cert={pair.cert}"], "name both with --tls-cert and --tls-key"),
        ([f"--tls-cert={tmp_path / 'x'}", f"--tls-key={pair.key}"], "There is no file"),
        ([f"--tls-cert={pair.cert}", f"--tls-key={expired.key}"], "is not the key"),
        ([f"--tls-cert={expired.cert}", f"--tls-key={expired.key}"], "expired on"),
    ):
        shape = ["--headless"] if command == "start" else []
        assert run([command, *shape, "--port=0", *arguments]) == 2
        (told,) = capsys.readouterr().err.splitlines()
        assert said in told
    assert local_servers() == []


def test_a_server_of_ones_own_and_another_exclude_each_other(
    pair: Pair, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in ("--lan", f"--tls-cert={pair.cert}", f"--tls-key={pair.key}", "--allowed-host=h"):
        assert run(["start", "--headless", option, "--server=http://127.0.0.1:1"]) == 2
        assert f"{option.split('=')[0]} is for a server of your own" in capsys.readouterr().err
    monkeypatch.setenv("PROCONF_SERVER", "http://127.0.0.1:1")
    assert run(["start", "--headless", "--lan"]) == 2
    assert "leave out one of them" in capsys.readouterr().err
    assert run(["serve", "--lan", "--host=127.0.0.1"]) == 2
    assert "leave out --host" in capsys.readouterr().err


def test_what_is_named_with_a_pin_is_looked_for_with_it() -> None:
    server = f"https://192.0.2.5:1#pin={pin_of(b'')}"
    invite = str(Invite(ServerAddress.parse(server), RoomId("plaza"), "a.b.c"))
    assert find_destination(invite, None, Settings()) == (server, "plaza", "a.b.c")
    assert find_destination(server, None, Settings()) == (server, None, None)
    named = find_destination("plaza", None, Settings(server=server))
    assert named == (server, "plaza", None)


def test_doctor_looks_at_the_certificate_and_the_network(
    pair: Pair, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCONF_TLS_CERT", str(pair.cert))
    for key, level in ((pair.key, "ok"), (pair.cert, "fail")):
        monkeypatch.setenv("PROCONF_TLS_KEY", str(key))
        run(["doctor"])
        lines = capsys.readouterr().out.splitlines()
        assert any(line.startswith(level) and str(pair.cert) in line for line in lines)
        assert any("--lan" in line for line in lines)


def test_the_help_tells_of_tls(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("start", "serve"):
        assert run([command, "--help"]) == 0
        said = capsys.readouterr().out
        assert all(option in said for option in ("--lan", "--tls-cert", "--tls-key"))


def _count(child: AgentChild, kind: type[events.Event]) -> int:
    return sum(isinstance(line, kind) for line in child.lines)
