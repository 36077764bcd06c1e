"""The command line: what each mistake is answered with, and what help costs."""

from __future__ import annotations

import json
import os
import platform
import pty
import select
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from proconf_tui import __version__
from proconf_tui.cli import crash, doctor
from proconf_tui.cli.devices import as_text
from proconf_tui.cli.join import Destination, chosen_token, find_destination
from proconf_tui.cli.main import run
from proconf_tui.config.settings import Settings
from proconf_tui.control.screen import DeviceInfo, DeviceList
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.text import clean_name, is_valid_room_id
from proconf_tui.tui.video.capabilities import Capabilities
from proconf_tui.tui.video.modes import MODES
from proconf_tui.tui.video.picture_settings import LOCAL_BYTES_PER_S, REMOTE_BYTES_PER_S

_PROGRAM = (sys.executable, "-m", "proconf_tui")
_COMMANDS = ["start", "join", "serve", "devices", "doctor", "rooms", "token", "config"]


def _result(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["join", "--headless"], 5, "proconf-tui start"),
        (["join", "--headless", "http://127.0.0.1:1/j/room#token"], 5, "127.0.0.1:1"),
        (["join", "http://127.0.0.1:1/j/room"], 2, "--headless"),
        (["join"], 2, "--headless"),
        (["start"], 2, "--headless"),
        (["start", "--json"], 2, "--headless"),
        (["start", "--headless", "--room", "no/room"], 2, "room's name"),
        (["start", "--headless", "--pixels", "gold"], 2, "auto, half"),
        (["start", "--headless", "--config", "/no/such/file.toml"], 2, "/no/such/file.toml"),
        (["start", "--max-peers", "0"], 2, "--max-peers"),
        (
            ["start", "--max-peers", "1001"],
            2,
            "1 to 1000 participants; change --max-peers",
        ),
        (["start", "--max-peers", "9" * 30], 2, "--max-peers"),
        (["start", "--headless", "--passcode", ""], 2, "--passcode is empty"),
        (["join", "http://[::1/j/x", "--headless"], 2, "no server's address"),
        (["start", "--port", "99999", "--headless"], 2, "--port"),
        (["start", "--port", "many"], 2, "--port"),
        (["join", "http://h:1/j/r#t", "--token", "t", "--headless"], 2, "--token"),
        (["serve", "--history-kept", "forever"], 2, "--history-kept must be a time"),
        (["serve", "--port", "0", "--store", "paper"], 2, "sqlite:FILE"),
        (["join", "a-room", "--room", "b-room", "--headless"], 2, "once"),
        (["join", "--nonsense"], 2, "--nonsense"),
        (["fly"], 2, "fly"),
        (["config"], 2, ""),
    ],
)
def test_a_mistake_is_one_line_and_its_status(
    arguments: list[str], status: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == status
    output = capfd.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert said in output.err


def test_a_port_in_use_is_said_by_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        result = _result(["start", "--headless", "--port", str(number)])
    assert result.returncode == 2
    assert str(number) in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_dumb_terminal_gets_a_sentence() -> None:
    main_end, terminal_end = pty.openpty()
    result = subprocess.run(
        [*_PROGRAM, "start"],
        stdin=terminal_end,
        stdout=terminal_end,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "dumb"},
        timeout=50,
        check=False,
    )
    assert not select.select([main_end], [], [], 0)[0]
    os.close(main_end)
    os.close(terminal_end)
    assert result.returncode == 2
    assert b"--headless" in result.stderr


def test_a_fault_of_ours_is_one_line_and_the_story_is_in_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        raise ZeroDivisionError("a fault\nof two lines")
    except ZeroDivisionError as error:
        crash._report(type(error), error, error.__traceback__)
    output = capsys.readouterr()
    assert output.err.count("\n") == 1
    log = Path(os.environ["PROCONF_LOG_DIR"]) / "proconf-tui.log"
    assert str(log) in output.err
    assert "ZeroDivisionError" in log.read_text()


def test_version_and_help() -> None:
    assert _result(["--version"]).stdout == f"proconf-tui {__version__}\n"
    for arguments in ([], ["--help"]):
        text = _result(arguments)
        assert text.returncode == 0
        assert all(command in text.stdout for command in _COMMANDS)


@pytest.mark.parametrize("command", _COMMANDS)
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "Usage: proconf-tui" in capsys.readouterr().out


def test_help_loads_no_subsystem() -> None:
    code = (
        "import sys; from proconf_tui.cli.main import run; run(['join', '--help']); "
        "print(*sys.modules, file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stderr.split()
    heavy = {"aiortc", "av", "cv2", "numpy", "sounddevice", "textual", "rich.console", "uvicorn"}
    assert not heavy & set(loaded)


def test_the_way_to_the_screen_loads_no_media() -> None:
    code = (
        "import sys; import proconf_tui.cli.meeting, proconf_tui.sdk.address, proconf_tui.tui.app; "
        "print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"aiortc", "av", "cv2", "sounddevice", "proconf_tui.sdk.room"} & set(loaded)


def test_devices_are_printed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices"]) == 0
    assert "Cameras (--camera)" in capsys.readouterr().out
    assert run(["devices", "--json"]) == 0
    assert capsys.readouterr().out.startswith('{"microphones":')


def test_what_is_listed_is_not_repeated_below(capsys: pytest.CaptureFixture[str]) -> None:
    found = DeviceList([DeviceInfo("default", "System default")], [], [])
    microphones, speakers, _ = as_text(found).split("\n\n")
    assert microphones.splitlines()[1:] == ["  default", "  also: none, tone, a sound file"]
    assert speakers.endswith("also: default, none, FILE.wav")


@pytest.mark.parametrize(("is_here", "level"), [(True, "ok"), (False, "warn")])
def test_doctor_tells_of_the_sound_processing(
    is_here: bool, level: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proconf_tui.media.webrtc_audio.is_available", lambda: is_here)
    run(["doctor"])
    line = next(x for x in capsys.readouterr().out.splitlines() if "pywebrtc-audio" in x)
    assert line.startswith(level)
    assert is_here or "pip install pywebrtc-audio" in line


def test_the_checks_are_printed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    run(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {"level": "ok", "what": f"Python {platform.python_version()}.", "advice": ""} in found


def test_doctor_says_of_each_thing_how_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    run(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert all(line.split()[0] in ("ok", "warn", "fail") for line in lines)
    assert any("Python" in line for line in lines)


@pytest.mark.parametrize(
    ("capabilities", "level", "said"),
    [
        (
            Capabilities(has_rgb=True, has_256=True, terminal="kitty"),
            "ok",
            "(kitty) shows 24-bit colour; pictures are drawn in sextants, since",
        ),
        (Capabilities(has_256=True), "warn", "(xterm) shows 256 colours; pictures are drawn in"),
        (Capabilities(), "warn", "shows text; pictures are drawn in braille dots"),
        (Capabilities(has_rgb=True, has_256=True, is_colourless=True), "warn", "NO_COLOR is set"),
        (Capabilities(has_rgb=True, has_256=True, has_unicode=False), "warn", "not UTF-8"),
    ],
)
def test_doctor_says_how_pictures_are_drawn_and_why(
    capabilities: Capabilities, level: str, said: str
) -> None:
    finding = doctor.pictures("auto", capabilities, "xterm")
    assert finding.level == level
    assert said in finding.what
    assert bool(finding.advice) == (level == "warn")


def test_the_help_tells_the_budgets_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    run(["start", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert f"auto: {LOCAL_BYTES_PER_S // 1000}, over SSH {REMOTE_BYTES_PER_S // 1000}." in text
    assert all(mode in text for mode in MODES)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--pixels", "gold"], "--pixels must be auto, half,"),
        (["--video-fit", "stretch"], "--video-fit must be letterbox or crop."),
        (["--video-budget", "1"], "--video-budget must be auto or a number of kB/s from 10"),
    ],
)
def test_what_pictures_cannot_be_is_one_sentence(
    option: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["join", *option]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("where", "room", "server", "found"),
    [
        (None, None, None, Destination(None, None, None)),
        ("plaza", None, None, Destination(None, "plaza", None)),
        (None, "plaza", "host:80", Destination("http://host:80", "plaza", None)),
        ("https://h:1/j/plaza#tok", None, None, Destination("https://h:1", "plaza", "tok")),
        ("http://h:1/j/plaza", None, "x:2", Destination("http://h:1", "plaza", None)),
        ("http://h:1", None, None, Destination("http://h:1", None, None)),
    ],
)
def test_where_to_go(
    where: str | None, room: str | None, server: str | None, found: Destination
) -> None:
    assert find_destination(where, room, Settings(server=server)) == found


@pytest.mark.parametrize("where", ["http://h:1/j/#t", "http://", "two words", "ftp://h/j/r"])
def test_nowhere_to_go(where: str) -> None:
    with pytest.raises(ConfigError):
        find_destination(where, None, Settings())


def test_which_token_opens_the_room() -> None:
    environ = {"PROCONF_TOKEN": "kept"}
    assert chosen_token("given", None, environ) == "given"
    assert chosen_token(None, "invite", environ) == "invite"
    assert chosen_token(None, None, environ) == "kept"
    assert chosen_token(None, None, {"PROCONF_TOKEN": ""}) is None
    with pytest.raises(ConfigError, match="leave out --token"):
        chosen_token("given", "invite", {})


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rooms", ""], {"create", "list", "show", "end"}),
        (["tok"], {"token"}),
        (["token", "create", "--per"], {"--permission"}),
    ],
)
def test_the_shell_completes_commands_and_options(words: list[str], offered: set[str]) -> None:
    asked = {
        "_PROCONF_TUI_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["proconf-tui", *words]),
        "COMP_CWORD": str(len(words)),
    }
    found = subprocess.check_output(_PROGRAM, env={**os.environ, **asked}, text=True)
    assert set(found.split()) == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_completion_that_is_shown_is_a_script_for_the_shell() -> None:
    # Which shell it is for is found among the processes above.
    command = f"{shlex.join(_PROGRAM)} --show-completion; exit $?"
    script = subprocess.check_output(["bash", "-c", command], text=True)
    assert "_PROCONF_TUI_COMPLETE=complete_bash" in script
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_random_names_can_be_used() -> None:
    from proconf_tui.cli import names

    assert is_valid_room_id(names.room_name())
    name = names.display_name()
    assert name == clean_name(name)
