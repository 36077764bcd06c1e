"""The platform's directories for this program (platformdirs), each movable by an environment variable.

``PROCONF_CONFIG_DIR``, ``PROCONF_DATA_DIR``, ``PROCONF_LOG_DIR`` and ``PROCONF_RUNTIME_DIR``
override the platform's choice, so that tests and containers can isolate themselves.
"""

from __future__ import annotations

import os
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
    default = platformdirs.user_runtime_dir(_APP, appauthor=False)
    try:
        return _directory("PROCONF_RUNTIME_DIR", default)
    except OSError:
        # No systemd session (a container, su): /run/user/UID does not exist and cannot be made.
        return _directory("PROCONF_RUNTIME_DIR", str(data_dir() / "run"))
