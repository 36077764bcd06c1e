"""The platform's directories for this program (platformdirs), each movable by a variable.

``PROCONF_CONFIG_DIR``, ``PROCONF_DATA_DIR``, ``PROCONF_LOG_DIR`` and ``PROCONF_RUNTIME_DIR``
override the platform's choice, so that tests and containers can isolate themselves.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import platformdirs

_APP = "proconf-tui"


def _directory(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable) or default)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def config_dir() -> Path:
    """Return the directory of ``config.toml``."""
    return _directory("PROCONF_CONFIG_DIR", platformdirs.user_config_dir(_APP, appauthor=False))


def data_dir() -> Path:
    """Return the directory of the API key and of the rooms' store."""
    return _directory("PROCONF_DATA_DIR", platformdirs.user_data_dir(_APP, appauthor=False))


def log_dir() -> Path:
    """Return the directory of log files."""
    return _directory("PROCONF_LOG_DIR", platformdirs.user_log_dir(_APP, appauthor=False))


def runtime_dir() -> Path:
    """Return the directory that says which servers run here now, and of picture buffers."""
    fallback = str(data_dir() / "run")
    try:
        return _directory("PROCONF_RUNTIME_DIR", _session_dir() or fallback)
    except OSError:
        return _directory("PROCONF_RUNTIME_DIR", fallback)


def _session_dir() -> str | None:
    # No systemd session (a container, su): platformdirs would warn and go to a shared /tmp.
    if sys.platform.startswith("linux") and not os.environ.get("XDG_RUNTIME_DIR"):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return platformdirs.user_runtime_dir(_APP, appauthor=False)
