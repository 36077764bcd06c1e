"""How the program is set up: flag > environment ``PROCONF_…`` > file > default, and which it was.

The file is TOML, ``config.toml`` in the configuration directory::

    name = "Ada"
    mic = "USB Audio"

    [keys]
    microphone = "ctrl+m"

It knows what settings there are and what form their values take, not which devices or actions
exist: whoever uses a value says so if it means nothing.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast, get_args

from proconf_tui.config.paths import config_dir, data_dir
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.text import clean, clean_name

T = TypeVar("T")
Origin = Literal["flag", "environment", "file", "default"]
Fit = Literal["letterbox", "crop"]
PixelMode = Literal["auto", "half", "quadrant", "sextant", "256", "braille", "ascii"]

DEFAULT_PORT: Final = 7880
LEAST_BUDGET_KB_PER_S: Final = 10
MOST_BUDGET_KB_PER_S: Final = 1_000_000
_VARIABLE_PREFIX: Final = "PROCONF_"
_SWITCHES: Final = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values in force; device specs are the command line's.

    ``video_budget`` is how many kB/s pictures may write to the terminal.
    """

    name: str | None = None
    camera: str = "default"
    mic: str = "default"
    speaker: str = "default"
    echo_cancellation: bool = True
    noise_suppression: bool = True
    high_pass: bool = True
    gain_control: bool = False
    pixels: PixelMode = "auto"
    video_fit: Fit = "letterbox"
    video_budget: int | Literal["auto"] = "auto"
    theme: str | None = None
    log_file: Path | None = None
    server: str | None = None
    port: int = DEFAULT_PORT
    store: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    keys: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Resolved:
    """The settings, where each came from, and the file that was looked at."""

    settings: Settings
    origins: Mapping[str, Origin]
    path: Path


class _Empty(ValueError):
    """A text of which nothing is left when it is clean."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes")
    return _not_empty(clean(value).strip())


def _name(value: object) -> str:
    return _not_empty(clean_name(_text(value)))


def _not_empty(text: str) -> str:
    if not text:
        raise _Empty
    return text


def _path(value: object) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError:
        raise ValueError("a path; there is no such user as its ~ names") from None


def _switch(value: object) -> bool:
    if isinstance(value, str):
        value = _SWITCHES.get(value.lower())
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _port(value: object) -> int:
    number = _number(value)
    if number is None or not 0 <= number <= 65535:
        raise ValueError("a number from 0 to 65535")
    return number


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _pixels(value: object) -> PixelMode:
    *modes, last = get_args(PixelMode)
    # One of them looks like a number, and may be written as one.
    mode = value if isinstance(value, str) else str(_number(value))
    if mode not in (*modes, last):
        raise ValueError(f"{', '.join(modes)} or {last}")
    return cast("PixelMode", mode)


def _fit(value: object) -> Fit:
    if value not in ("letterbox", "crop"):
        raise ValueError("letterbox or crop")
    return value


def _budget(value: object) -> int | Literal["auto"]:
    number = _number(value)
    if value == "auto":
        return "auto"
    if number is None or not LEAST_BUDGET_KB_PER_S <= number <= MOST_BUDGET_KB_PER_S:
        raise ValueError(
            f"auto or a number of kB/s from {LEAST_BUDGET_KB_PER_S} to {MOST_BUDGET_KB_PER_S}"
        )
    return number


def _keys(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError('a table of action = "key"')
    return {clean(action): _text(key) for action, key in value.items()}


_READERS: Final[dict[str, Callable[[object], object]]] = {
    "name": _name,
    "camera": _text,
    "mic": _text,
    "speaker": _text,
    "echo_cancellation": _switch,
    "noise_suppression": _switch,
    "high_pass": _switch,
    "gain_control": _switch,
    "pixels": _pixels,
    "video_fit": _fit,
    "video_budget": _budget,
    "theme": _text,
    "log_file": _path,
    "server": _text,
    "port": _port,
    "store": _text,
    "tls_cert": _path,
    "tls_key": _path,
    "keys": _keys,
}
# A table has no one variable; rebinding keys is the file's alone.
_FROM_ENVIRONMENT: Final = tuple(name for name in _READERS if name != "keys")


def default_path() -> Path:
    """Return where the configuration file is looked for unless another is named."""
    return config_dir() / "config.toml"


def store_of(settings: Settings) -> str:
    """Return where a server of these settings keeps its rooms: ``memory`` or ``sqlite:FILE``.

    Each port has a file of its own, since two servers can never share one.

    Raises:
        ConfigError: the data directory cannot be used.
    """
    return settings.store or f"sqlite:{data_dir() / f'rooms-{settings.port}.sqlite'}"


def variable_of(setting: str) -> str:
    """Return the environment variable of a setting."""
    return _VARIABLE_PREFIX + setting.upper()


def load_settings(
    flags: Mapping[str, object] | None = None,
    *,
    path: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Resolved:
    """Return what is in force; a flag or variable that is None or empty counts as not given.

    Raises:
        ConfigError: a value makes no sense, the file is no TOML, a key in it is unknown, or
            ``path`` was given and does not exist.
    """
    file = path or default_path()
    layers: list[tuple[Origin, dict[str, object]]] = [
        ("flag", _from_flags(flags or {})),
        ("environment", _from_environment(os.environ if environ is None else environ)),
        ("file", _from_file(file, must_exist=path is not None)),
    ]
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = dict.fromkeys(_READERS, "default")
    for origin, layer in reversed(layers):
        values |= layer
        origins |= dict.fromkeys(layer, origin)
    return Resolved(Settings(**values), origins, file)


def _from_flags(flags: Mapping[str, object]) -> dict[str, object]:
    given = {name: value for name, value in flags.items() if value is not None}
    return {
        name: _read(name, value, f"--{name.replace('_', '-')}") for name, value in given.items()
    }


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    given = {name: environ.get(variable_of(name)) for name in _FROM_ENVIRONMENT}
    return {name: _read(name, value, variable_of(name)) for name, value in given.items() if value}


def _from_file(path: Path, *, must_exist: bool) -> dict[str, object]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"There is no configuration file {path}.") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {path} cannot be read.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no TOML: {clean(str(error))}.") from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, brackets inside thousands of brackets.
        raise ConfigError(f"{path} holds what no setting can be; correct it.") from error
    if unknown := sorted(found.keys() - _READERS.keys()):
        known = ", ".join(_READERS)
        raise ConfigError(
            f"{path} sets {clean(unknown[0])!r}, which is no setting; there are: {known}."
        )
    return {name: _read(name, value, f"{name} in {path}") for name, value in found.items()}


def _read(name: str, value: object, where: str) -> object:
    try:
        return _READERS[name](str(value) if isinstance(value, Path) else value)
    except _Empty:
        raise ConfigError(f"{where} is empty; write something there or leave it out.") from None
    except ValueError as error:
        raise ConfigError(f"{where} must be {error}.") from error
