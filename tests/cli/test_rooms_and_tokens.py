"""The operators' commands against a real server: rooms, tokens, and who gets in with them."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from proconf_tui.cli.main import run
from proconf_tui.cli.server_process import ServerProcess
from proconf_tui.config.credentials import load_credentials, load_or_create_credentials
from proconf_tui.control import commands, events
from proconf_tui.protocol.pin import pin_of
from proconf_tui.sdk.service import RoomService
from tests.support.agent_child import AgentChild

_PROGRAM = (sys.executable, "-m", "proconf_tui")
_SILENT = ("--headless", "--json", "--camera", "none", "--mic", "none", "--speaker", "none")


class Terminal:
    """The commands in this process, and what they print."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def out(self, *arguments: str) -> str:
        status = run(arguments)
        output = self._captured.readouterr()
        assert (status, output.err) == (0, "")
        return output.out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.out(*arguments, "--json"))

    def complaint(self, *arguments: str, status: int = 2) -> str:
        found = run(arguments)
        output = self._captured.readouterr()
        assert (found, output.out, output.err.count("\n")) == (status, "", 1)
        return output.err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def url() -> Iterator[str]:
    with ServerProcess(0) as server:
        yield server.url()


def _claims(token: str, audience: str = "proconf-room") -> dict[str, Any]:
    key = load_credentials()
    assert key is not None
    found: dict[str, Any] = jwt.decode(
        token, key.api_secret, ["HS256"], audience=audience, options={"require": ["exp"]}
    )
    return found


def _enter(terminal: Terminal, *arguments: str) -> Any:
    """Join the plaza as said, and return what the server tells of the one who is in."""
    with AgentChild((*_PROGRAM, "join", *arguments, *_SILENT)) as child:
        child.wait_for(events.RoomJoined)
        (peer,) = terminal.json("rooms", "show", "plaza")["peers"]
        child.close_input()
        assert child.wait_until_ended() == 0
    return peer


# --- rooms --------------------------------------------------------------------------------------


def test_a_room_is_made_seen_and_ended(url: str, terminal: Terminal) -> None:
    assert terminal.out("rooms", "list") == f"There are no rooms on {url}.\n"
    assert terminal.json("rooms", "list") == []
    said = terminal.out("rooms", "create", "plaza", "--locked", "--passcode", "sesame")
    assert said.startswith(f"Made the room plaza on {url}.")
    assert "People wait to be admitted and it asks for a passcode." in said
    assert "proconf-tui token create --room plaza --role host --link " in said
    titles, line = terminal.out("rooms", "list").splitlines()
    assert titles.split() == ["room", "state", "in", "waiting", "since", "expires", "server"]
    assert line.startswith("plaza  not started, locked, passcode  0")
    assert line.endswith(url)
    assert "Nobody is in." in terminal.out("rooms", "show", "plaza")
    assert terminal.out("rooms", "end", "plaza", "--yes") == f"The room plaza on {url} has ended.\n"
    assert terminal.json("rooms", "list") == []


def test_programs_get_one_json_document(url: str, terminal: Terminal) -> None:
    choices = ("--max-peers", "5", "--expires", "2h", "--metadata", '{"topic": "plans"}')
    made = terminal.json("rooms", "create", "plaza", "--server", url, *choices)
    assert (made["roomId"], made["maxPeers"], made["server"]) == ("plaza", 5, url)
    assert made["metadata"] == {"topic": "plans"}
    assert made["expiresAt"] - made["createdAt"] == pytest.approx(7200, abs=1)
    assert terminal.json("rooms", "list") == [made]
    assert terminal.json("rooms", "show", "plaza") == made
    ended = terminal.json("rooms", "end", "plaza", "--yes")
    assert ended == {"roomId": "plaza", "server": url, "isEnded": True}


def test_the_server_names_a_room_that_has_none(url: str, terminal: Terminal) -> None:
    made = terminal.json("rooms", "create")
    assert terminal.json("rooms", "show", made["roomId"]) == made


def test_a_passcode_can_be_given_where_no_list_of_processes_shows_it(
    url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCONF_PASSCODE", "sesame")
    assert terminal.json("rooms", "create")["hasPasscode"]
    monkeypatch.setenv("PROCONF_PASSCODE", "")
    assert not terminal.json("rooms", "create")["hasPasscode"]


def test_columns_stand_under_their_titles(url: str, terminal: Terminal) -> None:
    terminal.out("rooms", "create", "a")
    terminal.out("rooms", "create", "a-much-longer-name", "--locked")
    lines = terminal.out("rooms", "list").splitlines()
    assert {line.index("http") for line in lines[1:]} == {lines[0].index("server")}


def test_people_are_shown_without_what_commands_a_terminal(url: str, terminal: Terminal) -> None:
    terminal.out("rooms", "create", "plaza", "--metadata", '{"a": "\\u001b]0;owned\\u0007x"}')
    token = terminal.out("token", "create", "--room", "plaza", "--role", "host", "--name", "Ada")
    command = (*_PROGRAM, "join", "plaza", "--token", token.strip(), *_SILENT)
    with AgentChild(command) as ada:
        ada.wait_for(events.RoomJoined)
        page = terminal.out("rooms", "show", "plaza")
        assert ("Ada" in page, "host" in page, "owned" in page, "\x1b" in page) == (
            *(True, True),
            *(False, False),
        )
        ada.close_input()
        assert ada.wait_until_ended() == 0


def test_a_room_on_two_servers_is_not_guessed(url: str, terminal: Terminal) -> None:
    with ServerProcess(0) as other:
        key = load_or_create_credentials()
        for each in (url, other.url()):
            service = RoomService(each, key.api_key, key.api_secret)
            asyncio.run(service.create_room("plaza"))
        assert len(terminal.json("rooms", "list")) == 2
        assert "--server" in terminal.complaint("rooms", "end", "plaza", status=1)
        terminal.out("rooms", "end", "plaza", "--server", url, "--yes")
        (left,) = terminal.json("rooms", "list")
        assert left["server"] == other.url()


def test_what_is_not_there(url: str, terminal: Terminal) -> None:
    assert "no room nowhere" in terminal.complaint("rooms", "show", "nowhere", status=4)
    assert "no room nowhere" in terminal.complaint("rooms", "end", "nowhere", status=4)
    terminal.out("rooms", "create", "plaza")
    assert "exists already" in terminal.complaint("rooms", "create", "plaza")


def test_the_key_found_here_is_shown_to_no_other_server(terminal: Terminal) -> None:
    load_or_create_credentials()
    said = terminal.complaint("rooms", "list", "--server", "http://192.0.2.1:7880")
    assert "not that of http://192.0.2.1:7880" in said
    assert "PROCONF_API_KEY" in said


def test_without_a_server_or_a_key(terminal: Terminal) -> None:
    for arguments in (("list",), ("create",), ("show", "plaza"), ("end", "plaza")):
        assert "--server" in terminal.complaint("rooms", *arguments, status=5)
    said = terminal.complaint("rooms", "list", "--server", "127.0.0.1:1")
    assert "PROCONF_API_KEY" in said
    terminal.out("token", "create", "--room", "plaza")
    terminal.complaint("rooms", "list", "--server", "127.0.0.1:1", status=5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no/room"], "room's name"),
        (["--max-peers", "0"], "--max-peers"),
        (["--passcode", ""], "--passcode is empty"),
        (["--expires", "soon"], "--expires must be a time like"),
        (["--expires", "400d"], "a year"),
        (["--metadata", "[]"], "--metadata must be a JSON object"),
        (["--metadata", '{"a": "' + "x" * 9000 + '"}'], "8 KiB"),
    ],
)
def test_a_room_that_makes_no_sense(arguments: list[str], said: str, terminal: Terminal) -> None:
    assert said in terminal.complaint("rooms", "create", *arguments)


@pytest.mark.parametrize(("answer", "is_ended"), [(b"y\n", True), (b"n\n", False)])
def test_at_a_terminal_it_asks_before_it_ends_a_room(
    answer: bytes, is_ended: bool, url: str, terminal: Terminal
) -> None:
    terminal.out("rooms", "create", "plaza")
    main_end, terminal_end = pty.openpty()
    os.write(main_end, answer)
    result = subprocess.run(
        [*_PROGRAM, "rooms", "end", "plaza"],
        stdin=terminal_end,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    os.close(main_end)
    os.close(terminal_end)
    assert result.stderr.startswith(f"End the room plaza on {url} (nobody is in)? [y/N] ")
    assert result.returncode == (0 if is_ended else 1)
    assert terminal.json("rooms", "list") == [] or not is_ended


def test_without_a_terminal_a_room_is_not_ended_unasked(
    url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.out("rooms", "create", "plaza")
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert "--yes" in terminal.complaint("rooms", "end", "plaza")
    assert len(terminal.json("rooms", "list")) == 1


def test_a_room_is_shown_with_all_that_an_operator_acts_on(url: str, terminal: Terminal) -> None:
    said = terminal.out("rooms", "create", "plaza", "--locked", "--expires", "10m")
    end = re.search(r"it ends at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.", said)
    assert end is not None
    token = terminal.out("token", "create", "--room", "plaza", "--role", "host", "--name", "Ada")
    guest = (*_PROGRAM, "join", "plaza", "--name", "Linus", *_SILENT)
    with AgentChild((*_PROGRAM, "join", "plaza", "--token", token.strip(), *_SILENT)) as ada:
        ada.wait_for(events.RoomJoined)
        with AgentChild(guest) as linus:
            knocked = ada.wait_for(events.LobbyPeersUpdated)
            ada.ask(commands.RaiseHand())
            ada.ask(commands.UpdateRoomControls(allow_send_data=False))
            page = terminal.out("rooms", "show", "plaza")
            for shown in (end[1], "raised", "Linus", "Only moderators may chat."):
                assert shown in page
            ada.ask(commands.KickPeer(knocked.peer_ids[0], block=True))
            assert linus.wait_until_ended() == 3
            assert "blocked: guest-" in terminal.out("rooms", "show", "plaza")
        ada.close_input()
        assert ada.wait_until_ended() == 0


# --- tokens -------------------------------------------------------------------------------------


def test_a_token_is_alone_on_its_line_and_says_what_was_asked(terminal: Terminal) -> None:
    choices = (
        *("--role", "moderator", "--identity", "ada@home", "--name", "Ada", "--ttl", "2h"),
        *("--max-peers", "7", "--metadata", '{"team": 5}'),
        *("--permission", "can_send_data=false", "--permission", "can_produce_sources.cam=false"),
    )
    line = terminal.out("token", "create", "--room", "plaza", *choices)
    assert line.count("\n") == 1
    claims = _claims(line.strip())
    assert (claims["room"], claims["role"], claims["sub"]) == ("plaza", "host", "ada@home")
    assert (claims["name"], claims["maxPeers"], claims["metadata"]) == ("Ada", 7, {"team": 5})
    assert claims["exp"] - claims["nbf"] == 7200
    assert claims["permissions"] == {"canSendData": False, "canProduceSources": {"cam": False}}


def test_a_token_for_programs(terminal: Terminal) -> None:
    made = terminal.json("token", "create", "--room", "plaza", "--identity", "ada")
    claims = _claims(made.pop("token"))
    assert made == {
        "room": "plaza",
        "role": "guest",
        "identity": "ada",
        "expiresAt": claims["exp"],
    }
    assert claims["exp"] - claims["nbf"] == 600


@pytest.mark.parametrize(("choice", "seconds"), [((), 600), (("--ttl", "12h"), 43_200)])
def test_a_token_for_the_http_api(
    choice: tuple[str, ...], seconds: int, terminal: Terminal
) -> None:
    claims = _claims(terminal.out("token", "create", "--api", *choice).strip(), "proconf-server")
    assert claims["exp"] - claims["nbf"] == seconds
    assert "room" not in claims


def test_the_first_token_makes_the_key_that_the_server_then_takes(terminal: Terminal) -> None:
    assert load_credentials() is None
    token = terminal.out("token", "create", "--room", "plaza", "--role", "host").strip()
    with ServerProcess(0) as server:
        server.url()
        terminal.out("rooms", "create", "plaza")
        assert _enter(terminal, "--token", token)["role"] == "host"


def test_a_token_lets_in_and_an_invite_makes_guests(
    url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.out("rooms", "create", "plaza")
    host = terminal.out("token", "create", "--room", "plaza", "--role", "host").strip()
    assert _enter(terminal, "--room", "plaza", "--token", host)["role"] == "host"
    monkeypatch.setenv("PROCONF_TOKEN", host)
    assert _enter(terminal, "plaza")["role"] == "host"
    link = terminal.out("token", "create", "--room", "plaza", "--invite").strip()
    assert link.startswith(f"{url}/j/plaza#")
    assert _enter(terminal, link)["role"] == "guest"
    told = terminal.json("token", "create", "--room", "plaza", "--invite", "--server", "h:1")
    assert told["url"] == f"http://h:1/j/plaza#{told['token']}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--room NAME"),
        (["--room", "no/room"], "room's name"),
        (["--room", "r", "--role", "king"], "no role 'king'"),
        (["--room", "r", "--role", "king"], "moderator"),
        (["--room", "r", "--ttl", "0"], "--ttl"),
        (["--room", "r", "--ttl", "1e3"], "--ttl must be a time like"),
        (["--room", "r", "--identity", "two words"], "--identity"),
        (["--room", "r", "--name", "\x1b\x07"], "--name is empty"),
        (["--room", "r", "--metadata", "{"], "--metadata must be a JSON object"),
        (["--room", "r", "--max-peers", "1001"], "--max-peers"),
        (["--room", "r", "--permission", "can_fly=true"], "no permission 'can_fly'"),
        (["--room", "r", "--permission", "can_produce"], "NAME=true"),
        (["--room", "r", "--permission", "admin.cam=true"], "can_produce_sources"),
        (["--room", "r", "--permission", "can_produce_sources=true"], "can_produce_sources"),
        (["--room", "r", "--invite", "--role", "host"], "--role has no meaning with --invite"),
        (["--api", "--ttl", "never"], "--ttl must be a time like"),
        (["--room", "r", "--api"], "--room has no meaning with --api"),
        (["--invite", "--api"], "one of --api, --invite and --link"),
        (["--room", "r", "--link", "--api"], "one of --api, --invite and --link"),
        (["--link"], "--room NAME"),
    ],
)
def test_a_token_that_makes_no_sense(arguments: list[str], said: str, terminal: Terminal) -> None:
    assert said in terminal.complaint("token", "create", *arguments)


@pytest.mark.parametrize("form", ["--invite", "--link"])
def test_a_link_needs_to_know_its_server(form: str, terminal: Terminal) -> None:
    assert "--server" in terminal.complaint("token", "create", "--room", "r", form, status=5)


def test_one_command_prints_the_link_of_a_moderator(url: str, terminal: Terminal) -> None:
    terminal.out("rooms", "create", "plaza")
    wanted = ("token", "create", "--room", "plaza", "--role", "host", "--link")
    link = terminal.out(*wanted).strip()
    assert link.startswith(f"{url}/j/plaza#")
    assert _enter(terminal, link)["role"] == "host"
    pinned = f"https://192.0.2.1:1#pin={pin_of(b'')}"
    told = terminal.json(*wanted, "--server", pinned)
    claims = _claims(told["token"])
    assert told["url"] == f"https://192.0.2.1:1/j/plaza#{told['token']}:pin={pin_of(b'')}"
    assert (told["role"], claims["exp"] - claims["nbf"]) == ("host", 43_200)
