"""The server's API key and secret: made once, kept in the data directory, mode 0600.

Whoever can read this file may do anything on the servers of this user.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from proconf_tui.config.paths import data_dir
from proconf_tui.errors import ConfigError

SECRET_CHARACTERS: Final = 32
"""The least a secret may have: HS256 wants as many bits as its hash (RFC 7518 section 3.2)."""


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
        ConfigError: the file is not readable as credentials, or the secret is too short.
    """
    key, secret = os.environ.get("PROCONF_API_KEY"), os.environ.get("PROCONF_API_SECRET")
    if key and secret:
        if len(secret) < SECRET_CHARACTERS:
            raise ConfigError(
                f"PROCONF_API_SECRET must have at least {SECRET_CHARACTERS} characters."
            )
        return Credentials(key, secret)
    return _in_file(credentials_path())


def _in_file(path: Path) -> Credentials | None:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"The API key in {path} cannot be read; delete it to make a new one."
        ) from error
    if not found.api_key or len(found.api_secret) < SECRET_CHARACTERS:
        raise ConfigError(
            f"{path} needs an api_key and an api_secret of at least {SECRET_CHARACTERS} "
            "characters; delete it to make new ones."
        )
    return found


def load_or_create_credentials() -> Credentials:
    """Return this user's credentials, made now if there are none yet.

    Two processes that start at the same moment end up with the same ones.

    Raises:
        ConfigError: there are some that cannot be used, or none can be written.
    """
    found = load_credentials()
    if found:
        return found
    made = Credentials("key-" + secrets.token_hex(6), secrets.token_urlsafe(SECRET_CHARACTERS))
    path = credentials_path()
    try:
        _keep(made, path)
    except OSError as error:
        raise ConfigError(
            f"The API key cannot be kept in {path} ({error.strerror}); "
            "see to it or name another directory with PROCONF_DATA_DIR."
        ) from error
    return load_credentials() or made


def _keep(made: Credentials, path: Path) -> None:
    """Write ``made`` to ``path`` unless somebody else was first."""
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(msgspec.json.encode(made))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
