"""`serve`: it announces itself, keeps its rooms where it should, and stops when told."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from proconf_tui.cli.main import run
from proconf_tui.config.paths import data_dir
from proconf_tui.config.settings import DEFAULT_PORT
from tests.support.ipv6 import needs_ipv6

_PROGRAM = (sys.executable, "-m", "proconf_tui")


@contextlib.contextmanager
def _serving(*arguments: str) -> Iterator[tuple[str, str]]:
    """A server with these arguments; its address, and what it says of where it listens."""
    command = [*_PROGRAM, "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        line = server.stdout.readline().decode()
        assert line.startswith("Serving at http://127.0.0.1:")
        yield line.split()[2].rstrip(";"), server.stdout.readline().decode().rstrip()
        server.terminate()
        assert server.wait(40) == 0


def test_serve_keeps_its_rooms_in_a_file_of_its_port() -> None:
    with _serving():
        assert run(["rooms", "create", "plaza"]) == 0
    assert (data_dir() / "rooms-0.sqlite").exists()


def test_serve_keeps_its_rooms_where_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "deep" / "rooms.sqlite"
    with _serving("--store", f"sqlite:{store}", "--history-kept", "1h"):
        assert store.exists()
    monkeypatch.setenv("PROCONF_STORE", "memory")
    with _serving():
        assert run(["rooms", "create", "plaza"]) == 0
    assert not list(data_dir().glob("*.sqlite"))


@pytest.mark.parametrize(
    ("arguments", "hosts", "media"),
    [
        ((), "127.0.0.1", "127.0.0.1"),
        (
            ("--host", "0.0.0.0", "--public-address", "203.0.113.5"),
            "every IPv4 address",
            "203.0.113.5",
        ),
        pytest.param(
            ("--host=::", "--public-address=203.0.113.5", "--public-address=2001:db8::5"),
            "every IPv6 address and every IPv4 address",
            "203.0.113.5 and 2001:db8::5",
            marks=needs_ipv6,
        ),
    ],
)
def test_serve_says_where_it_listens_and_what_clients_are_told(
    arguments: tuple[str, ...], hosts: str, media: str
) -> None:
    with _serving("--store", "memory", *arguments) as (url, said):
        port = url.rpartition(":")[2]
        assert said == f"Listening on {hosts}; media at UDP port {port} of {media}."


def test_where_it_serves_is_said_once() -> None:
    command = [*_PROGRAM, "serve", "--port=0", "--store=memory"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        url = server.stdout.readline().decode().split()[2].rstrip(";")
        server.terminate()
        said, logged = (stream.decode() for stream in server.communicate())
    assert "event=stopped" in logged
    assert url not in said + logged


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "::1%lo"], "choose ::1 alone with --host"),
        (["--host", "fe80::1%nosuch"], "link-local"),
        (["--host", "0.0.0.0", "--public-address", "2001:db8::5"], "use --host ::"),
        ([f"--public-address=192.0.2.{n}" for n in range(9)], "leave some out"),
    ],
)
def test_an_address_that_cannot_work_is_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--port", "0", "--store", "memory", *arguments]) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("proconf-tui: ")
    assert said in told


@pytest.mark.parametrize("command", ["start", "serve"])
def test_the_help_names_the_port_that_is_used(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{DEFAULT_PORT} unless your settings name another" in said


def test_the_help_says_what_a_public_address_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "does not change where the server listens" in said
