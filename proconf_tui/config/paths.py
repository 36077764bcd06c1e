"""The platform's directories for this program (platformdirs), each movable by a variable.

``PROCONF_CONFIG_DIR``, ``PROCONF_DATA_DIR``, ``PROCONF_LOG_DIR`` and ``PROCONF_RUNTIME_DIR``
override the platform's choice, so that tests and containers can isolate themselves.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from pathlib import Path

import platformdirs

from proconf_tui.errors import ConfigError

_APP = "proconf-tui"


def _directory(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable) or default)
    try:
        return _made(path)
    except OSError as error:
        # Of a file in its place mkdir says that it exists, which helps nobody.
        reason = "it is no directory" if isinstance(error, FileExistsError) else error.strerror
        raise ConfigError(
            f"The directory {path} cannot be used ({reason}); name another one with {variable}."
        ) from error


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def config_dir() -> Path:
    """Return the directory of ``config.toml``.

    Raises:
        ConfigError: it cannot be made, as for the other directories.
    """
    return _directory("PROCONF_CONFIG_DIR", platformdirs.user_config_dir(_APP, appauthor=False))


def data_dir() -> Path:
    """Return the directory of the API key and of the rooms' store."""
    return _directory("PROCONF_DATA_DIR", platformdirs.user_data_dir(_APP, appauthor=False))


def log_dir() -> Path:
    """Return the directory of log files."""
    return _directory("PROCONF_LOG_DIR", platformdirs.user_log_dir(_APP, appauthor=False))


def runtime_dir() -> Path:
    """Return the directory that says which servers run here now, and of picture buffers."""
    session = _session_dir()
    if session and not os.environ.get("PROCONF_RUNTIME_DIR"):
        with contextlib.suppress(OSError):
            return _made(Path(session))
    return _directory("PROCONF_RUNTIME_DIR", str(data_dir() / "run"))


def _session_dir() -> str | None:
    # No systemd session (a container, su): platformdirs would warn and go to a shared /tmp.
    if sys.platform.startswith("linux") and not os.environ.get("XDG_RUNTIME_DIR"):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_dir(_APP, appauthor=False)
