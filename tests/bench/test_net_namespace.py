from __future__ import annotations

import shutil

import pytest

from bench.lib import net_namespace


def test_it_says_which_package_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "ip" else f"/bin/{name}")
    with pytest.raises(SystemExit, match="ip is missing: apt install iproute2"):
        net_namespace.enter()


def test_it_says_when_no_namespace_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(net_namespace, "_WAYS", (["false"],))
    with pytest.raises(SystemExit, match="run as root"):
        net_namespace.enter()
