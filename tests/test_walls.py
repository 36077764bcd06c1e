"""The walls of the architecture: they stand, they fail when broken, and they hold at run time.

The contracts are in pyproject.toml. A contract that can never fail guards nothing, so each is
shown to notice breaches that are written into a copy of the package. What a contract cannot see,
an import inside a function or through a library, shows in what a fresh interpreter has loaded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGE = "proconf_tui"

# Contract, who breaches it, what is imported; a leading dot means this package's own.
_BREACHES = [
    ("layers", "errors", ".protocol.ids"),
    ("layers", "protocol", ".room.model"),
    ("layers", "room", ".config.paths"),
    ("layers", "media", ".engine.base"),
    ("layers", "engine", ".media.levels"),
    ("layers", "sdk", ".server.app"),
    ("layers", "server", ".sdk.room"),
    ("layers", "agent", ".tui.app"),
    ("layers", "tui", ".cli"),
    ("pure", "protocol", "asyncio"),
    ("pure", "room", "time"),
    ("pure", "control", "random"),
    ("pure", "engine.forwarding", "socket"),
    ("pure", "media.levels", "av"),
    ("pure", "media.voice.stream", "threading"),
    ("pure", "tui.video.cells", "textual"),
    ("server", "server", "textual"),
    ("server", "server", ".media.mixer"),
    ("server", "engine", "sounddevice"),
    ("screen", "tui", "aiortc"),
    ("screen", "tui", "websockets"),
    ("screen", "tui", ".sdk.room"),
    ("client", "sdk", ".engine.base"),
    ("client", "agent", ".engine.base"),
]

# What a process starts with, and what it must never have loaded then.
_PROCESSES = [
    ("screen", "tui", ["aiortc", "av", "cv2", "sounddevice"]),
    ("agent", "agent", ["textual"]),
    ("server", "server", ["cv2", "sounddevice", "textual"]),
]

_LOAD_PACKAGE = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""

_SHOW_HELP = """
import contextlib, io, sys
from proconf_tui.__main__ import main
sys.argv[1:] = ["--help"]
with contextlib.redirect_stdout(io.StringIO()) as help_text, contextlib.suppress(SystemExit):
    main()
assert "join" in help_text.getvalue(), help_text.getvalue()
print(*sys.modules)
"""


def _lint(directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint_imports, "--no-cache", "--no-logo", *options],
        cwd=directory,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _full_name(name: str) -> str:
    return _PACKAGE + name if name.startswith(".") else name


def _write_breach(package: Path, importer: str, imported: str) -> None:
    """Put the import into a module of its own, or into the importer where that is a module."""
    place = package.joinpath(*importer.split("."))
    path = place / "breach.py" if place.is_dir() else place.with_suffix(".py")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\nimport {_full_name(imported)}\n")


@pytest.fixture(scope="module")
def breached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with every breach in it, and a module no layer knows."""
    directory = tmp_path_factory.mktemp("breached")
    shutil.copy(_ROOT / "pyproject.toml", directory)
    package = directory / _PACKAGE
    shutil.copytree(_ROOT / _PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for _, importer, imported in _BREACHES:
        _write_breach(package, importer, imported)
    (package / "stray.py").touch()
    return directory


def _loaded_by(program: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=_ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_walls_stand() -> None:
    done = _lint(_ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "importer", "imported"), _BREACHES)
def test_a_breach_is_noticed(breached: Path, contract: str, importer: str, imported: str) -> None:
    done = _lint(breached, "--contract", contract)
    assert done.returncode == 1, done.stderr
    breach = rf"{_PACKAGE}\.{importer}(\.breach)? -> {_full_name(imported)} \("
    assert re.search(breach, done.stdout), done.stdout


def test_a_package_outside_the_layers_is_noticed(breached: Path) -> None:
    assert f"- {_PACKAGE}.stray\n" in _lint(breached, "--contract", "layers").stdout


@pytest.mark.parametrize(("process", "package", "unwanted"), _PROCESSES)
def test_a_process_loads_only_what_it_needs(
    process: str, package: str, unwanted: list[str]
) -> None:
    loaded = _loaded_by(_LOAD_PACKAGE, f"{_PACKAGE}.{package}")
    assert f"{_PACKAGE}.{package}" in loaded
    assert loaded.isdisjoint(unwanted), f"the {process} loads {loaded & set(unwanted)}"


def test_help_loads_no_media_library_and_no_screen() -> None:
    loaded = _loaded_by(_SHOW_HELP)
    assert loaded.isdisjoint({"aiortc", "av", "cv2", "textual"})
