"""Directories, the register of local servers and the API key: what cannot be used is a sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from proconf_tui.config import paths
from proconf_tui.config.credentials import (
    Credentials,
    credentials_path,
    load_credentials,
    load_or_create_credentials,
)
from proconf_tui.config.local_servers import LocalServer, local_servers, registered
from proconf_tui.errors import ConfigError
from proconf_tui.protocol.pin import pin_of

_URL = "http://127.0.0.1:7880"
_PIN = pin_of(b"")


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("PROCONF_CONFIG_DIR", paths.config_dir),
        ("PROCONF_DATA_DIR", paths.data_dir),
        ("PROCONF_LOG_DIR", paths.log_dir),
        ("PROCONF_RUNTIME_DIR", paths.runtime_dir),
    ],
)
def test_a_directory_that_cannot_be_made_is_named_with_its_reason(
    variable: str,
    place: Callable[[], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "file"
    file.touch()
    for path, reason in ((file, "it is no directory"), (file / "below", "Not a directory")):
        monkeypatch.setenv(variable, str(path))
        with pytest.raises(ConfigError) as caught:
            place()
        assert str(path) in str(caught.value)
        assert reason in str(caught.value)
        assert variable in str(caught.value)


def test_without_a_session_directory_that_works_the_data_directory_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.delenv("PROCONF_RUNTIME_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(platformdirs, "user_runtime_dir", lambda *_, **__: str(file / "below"))
    assert paths.runtime_dir() == paths.data_dir() / "run"


@pytest.mark.parametrize(
    "content",
    [
        b'{"url": "http://127.0.0.1:1", "pid": 99999999999999999999999}',
        b'{"url": "http://127.0.0.1:1", "pid": 2147483648}',
        b'{"url": "http://127.0.0.1:1", "pid": 0}',
        b'{"url": "http://[::1", "pid": 1}',
        b'{"url": "nowhere", "pid": 1}',
        b'{"url": "http://127.0.0.1:1", "pid": 1, "url_for_others": "nowhere"}',
        b'{"url": "https://127.0.0.1:1#pin=sha256:short", "pid": 1}',
        f'{{"url": "http://127.0.0.1:1#pin={_PIN}", "pid": 1}}'.encode(),
        b'{"url": "http://127.0.0.1:1", "pid": 1, "url_for_others": "https://192.0.2.5:1#pin="}',
        b'{"url": "\xff", "pid": 1}',
        b"[" * 5000,
        b"",
    ],
)
def test_one_bad_file_hides_no_server_and_is_removed(content: bytes) -> None:
    server = LocalServer(_URL, os.getpid())
    with registered(server):
        bad = paths.runtime_dir() / "servers" / "1.json"
        bad.write_bytes(content)
        assert local_servers() == [server]
        assert not bad.exists()
    assert local_servers() == []


def test_a_server_is_registered_with_what_others_call_it() -> None:
    server = LocalServer(
        f"https://127.0.0.1:7880#pin={_PIN}", os.getpid(), f"https://192.0.2.5:7880#pin={_PIN}"
    )
    with registered(server):
        assert local_servers() == [server]


def test_a_register_that_is_no_directory_is_a_sentence() -> None:
    file = paths.runtime_dir() / "servers"
    file.touch()
    with pytest.raises(ConfigError, match=str(file)):
        local_servers()


@pytest.mark.parametrize(
    "content",
    [
        b'{"api_key": "", "api_secret": "01234567890123456789012345678901"}',
        b'{"api_key": "key", "api_secret": ""}',
        b'{"api_key": "key", "api_secret": "0123456789012345678901234567890"}',
        b'{"api_key": "key"}',
        b"[" * 5000,
        b"\xff",
    ],
)
def test_a_bad_key_names_its_file(content: bytes) -> None:
    credentials_path().write_bytes(content)
    for load in (load_credentials, load_or_create_credentials):
        with pytest.raises(ConfigError, match=str(credentials_path())):
            load()


def test_the_variables_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROCONF_API_KEY", "key")
    monkeypatch.setenv("PROCONF_API_SECRET", "s" * 31)
    with pytest.raises(ConfigError, match="PROCONF_API_SECRET must have at least 32"):
        load_credentials()
    monkeypatch.setenv("PROCONF_API_SECRET", "s" * 32)
    assert load_credentials() == Credentials("key", "s" * 32)


def test_a_key_is_made_once() -> None:
    made = load_or_create_credentials()
    assert load_or_create_credentials() == load_credentials() == made


def test_a_full_disk_leaves_no_draft_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, __: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(ConfigError, match="No space left on device"):
            load_or_create_credentials()
    assert list(credentials_path().parent.iterdir()) == []
    assert load_or_create_credentials() == load_credentials()
