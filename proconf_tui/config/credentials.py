"""The server's API key and secret: made once, kept in the data directory, mode 0600.

Whoever can read this file may do anything on the servers of this user.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError


class Credentials(msgspec.Struct, frozen=True):
    """What signs and checks access tokens (HS256)."""

    api_key: str
    api_secret: str

    def __repr__(self) -> str:
        return f"Credentials(api_key={self.api_key!r}, api_secret='…')"


def credentials_path() -> Path:
    """Return where the key and secret are kept."""
    return data_dir() / "credentials.json"


def load_credentials() -> Credentials | None:
    """Return this user's credentials: the environment's, else the file's, else None.

    Raises:
        ConfigError: the file is not readable as credentials.
    """
    key, secret = os.environ.get("PROCONF_API_KEY"), os.environ.get("PROCONF_API_SECRET")
    if key and secret:
        return Credentials(key, secret)
    path = credentials_path()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(
            f"The API key in {path} cannot be read; delete it to make a new one."
        ) from error


def load_or_create_credentials() -> Credentials:
    """Return this user's credentials, made now if there are none yet.

    Two processes that start at the same moment end up with the same ones.
    """
    found = load_credentials()
    if found:
        return found
    made = Credentials("key-" + secrets.token_hex(6), secrets.token_urlsafe(32))
    path = credentials_path()
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.encode(made))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return load_credentials() or made
