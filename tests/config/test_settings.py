"""Settings: what wins over what, where each value came from, and what a mistake is answered."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from proconf_tui.config.paths import data_dir
from proconf_tui.config.settings import (
    DEFAULT_PORT,
    PixelMode,
    Settings,
    default_path,
    load_settings,
    store_of,
    variable_of,
)
from proconf_tui.errors import ConfigError


def _write(text: str) -> Path:
    path = default_path()
    path.write_text(text, "utf-8")
    return path


def test_without_anything_the_defaults_hold() -> None:
    resolved = load_settings(environ={})
    assert resolved.settings == Settings()
    assert resolved.settings.port == DEFAULT_PORT
    assert set(resolved.origins.values()) == {"default"}


def test_flag_wins_over_environment_over_file_over_default() -> None:
    path = _write('name = "File"\ncamera = "file-cam"\nmic = "file-mic"\n[keys]\nchat = "t"\n')
    environ = {"PROCONF_NAME": "Env", "PROCONF_CAMERA": "env-cam", "PROCONF_PORT": "8000"}
    resolved = load_settings({"name": "Flag", "camera": None}, environ=environ)
    settings = resolved.settings
    assert (settings.name, settings.camera, settings.mic) == ("Flag", "env-cam", "file-mic")
    assert (settings.port, settings.speaker) == (8000, "default")
    assert settings.keys == {"chat": "t"}
    assert resolved.path == path
    assert {name: resolved.origins[name] for name in ("name", "camera", "mic", "theme")} == {
        "name": "flag",
        "camera": "environment",
        "mic": "file",
        "theme": "default",
    }


def test_each_port_has_a_store_unless_one_is_named() -> None:
    on_port = load_settings({"port": 8000}, environ={}).settings
    assert store_of(on_port) == f"sqlite:{data_dir()}/rooms-8000.sqlite"
    named = load_settings(environ={"PROCONF_STORE": "memory"}).settings
    assert store_of(named) == "memory"


def test_an_empty_variable_counts_as_not_given() -> None:
    assert load_settings(environ={variable_of("name"): ""}).settings.name is None


def test_switches_are_words_in_a_variable_and_truths_in_the_file() -> None:
    _write("noise_suppression = false\nhigh_pass = true\n")
    environ = {"PROCONF_ECHO_CANCELLATION": "off", "PROCONF_GAIN_CONTROL": "TRUE"}
    settings = load_settings(environ=environ).settings
    assert (settings.echo_cancellation, settings.gain_control) == (False, True)
    assert (settings.noise_suppression, settings.high_pass) == (False, True)


def test_pictures_have_a_way_to_fit_and_a_budget() -> None:
    _write('video_fit = "crop"\nvideo_budget = 400\n')
    settings = load_settings(environ={}).settings
    assert (settings.video_fit, settings.video_budget) == ("crop", 400)
    environ = {"PROCONF_VIDEO_FIT": "letterbox", "PROCONF_VIDEO_BUDGET": "120"}
    settings = load_settings(environ=environ).settings
    assert (settings.video_fit, settings.video_budget) == ("letterbox", 120)
    settings = load_settings({"video_budget": "auto"}, environ=environ).settings
    assert settings.video_budget == "auto"


@pytest.mark.parametrize("mode", get_args(PixelMode))
def test_there_are_all_the_ways_to_draw_pictures(mode: PixelMode) -> None:
    assert load_settings(environ={"PROCONF_PIXELS": mode}).settings.pixels == mode


def test_a_way_to_draw_pictures_may_look_like_a_number() -> None:
    _write("pixels = 256")
    assert load_settings(environ={}).settings.pixels == "256"


def test_another_way_to_draw_pictures_is_refused_where_it_stands() -> None:
    with pytest.raises(ConfigError, match="PROCONF_PIXELS must be auto, half, quadrant, "):
        load_settings(environ={"PROCONF_PIXELS": "gold"})


@pytest.mark.parametrize("value", ["perhaps", "2", "-"])
def test_another_word_for_a_switch_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="PROCONF_HIGH_PASS must be true or false"):
        load_settings(environ={"PROCONF_HIGH_PASS": value})


def test_values_are_cleaned() -> None:
    _write('name = "Eve\\u001b]0;owned\\u0007 \\u202etac"\n')
    assert load_settings(environ={}).settings.name == "Eve tac"


def test_a_home_directory_is_expanded() -> None:
    environ = {"PROCONF_TLS_CERT": "~/cert.pem", "PROCONF_TLS_KEY": "~/key.pem"}
    settings = load_settings(environ=environ).settings
    assert (settings.tls_cert, settings.tls_key) == (
        Path.home() / "cert.pem",
        Path.home() / "key.pem",
    )
    resolved = load_settings({"log_file": Path("~/x.log")}, environ={})
    assert resolved.settings.log_file == Path.home() / "x.log"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('colour = "red"', "colour"),
        ("name = 5", "name"),
        ('name = "\\u0007"', "name"),
        ("port = 70000", "port"),
        ("port = true", "port"),
        ("high_pass = 1", "high_pass"),
        ('video_fit = "stretch"', "letterbox or crop"),
        ("video_fit = 1", "letterbox or crop"),
        ('pixels = "gold"', "pixels in"),
        ("pixels = 255", "256, braille or ascii."),
        ("video_budget = 9", "kB/s from 10"),
        ("video_budget = true", "auto or a number"),
        ('video_budget = "much"', "auto or a number"),
        ('keys = "x"', "keys"),
        ("[keys]\nchat = 5", "keys"),
        ("name = ", "TOML"),
        ('log_file = "~no-such-user-here/x"', "user"),
        ("a=" + "[" * 5000, "no setting"),
        ("port=1" + "0" * 5000, "no setting"),
    ],
)
def test_a_mistake_in_the_file_names_the_key_and_the_file(text: str, named: str) -> None:
    path = _write(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(environ={})
    assert named in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_variable_or_flag_is_named() -> None:
    with pytest.raises(ConfigError, match="PROCONF_PORT must be a number"):
        load_settings(environ={"PROCONF_PORT": "many"})
    with pytest.raises(ConfigError, match="--log-file"):
        load_settings({"log_file": Path("\x1b")}, environ={})


@pytest.mark.parametrize("setting", ["name", "mic", "theme"])
def test_a_text_of_control_characters_is_empty(setting: str) -> None:
    variable = f"PROCONF_{setting.upper()}"
    with pytest.raises(ConfigError, match=f"{variable} is empty"):
        load_settings(environ={variable: "\x1b\x07"})
    with pytest.raises(ConfigError, match=f"--{setting} is empty"):
        load_settings({setting: "\x1b\x07"}, environ={})


def test_a_number_of_thousands_of_digits_is_no_port() -> None:
    with pytest.raises(ConfigError, match="PROCONF_PORT must be a number from 0 to 65535"):
        load_settings(environ={"PROCONF_PORT": "1" * 5000})


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no configuration file"):
        load_settings(path=tmp_path / "absent.toml", environ={})


def test_unreadable_bytes_are_one_sentence() -> None:
    default_path().write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(environ={})
