"""`config`: where the file is, what is in force, where it came from, and whether it makes sense."""

from __future__ import annotations

import json

import pytest

from proconf_tui.cli.main import run
from proconf_tui.config.paths import data_dir
from proconf_tui.config.settings import default_path


def test_config_says_where_the_file_is_and_where_values_came_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{default_path()}\n"
    default_path().write_text('camera = "test"\n')
    monkeypatch.setenv("PROCONF_NAME", "Ada")
    assert run(["config", "show"]) == 0
    shown = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "Ada  (PROCONF_NAME)" in shown["name"]
    assert f"test  ({default_path()})" in shown["camera"]
    assert "default  (default)" in shown["mic"]
    assert "true  (default)" in shown["noise_suppression"]


def test_config_is_shown_to_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    default_path().write_text('port = 8000\n[keys]\nchat = "w"\n')
    monkeypatch.setenv("PROCONF_LOG_FILE", "own.log")
    assert run(["config", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    file = str(default_path())
    assert shown["keys"] == {"value": {"chat": "w"}, "origin": "file", "source": file}
    assert shown["log_file"] == {
        "value": "own.log",
        "origin": "environment",
        "source": "PROCONF_LOG_FILE",
    }
    store = {"value": f"sqlite:{data_dir()}/rooms-8000.sqlite", "origin": "default"}
    assert shown["store"] == {**store, "source": "default"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("[keys]\nfly = 'f'", "fly"), ("[keys]\nchat = 'm'", "m"), ("pixels = 'gold'", "auto")],
)
def test_config_show_refuses_what_start_would_refuse(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    default_path().write_text(text)
    assert run(["config", "show"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err
