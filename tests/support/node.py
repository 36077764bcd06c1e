"""Node.js, for tests of the page's modules: programs that read JSON and write JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

_TIMEOUT_S: Final = 50.0


def node() -> str:
    """Return the path of Node.js; without it the test is skipped, and says so."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node.js is not installed; the page's modules are not tested")
    return found


def run_program(path: Path, given: Any) -> Any:
    """Return what the program at ``path`` makes of ``given``, which it finds on its input."""
    ran = subprocess.run(
        [node(), str(path)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def run_tests(path: Path) -> None:
    """Run the tests in the module at ``path``; what failed is shown as Node.js shows it."""
    ran = subprocess.run(
        [node(), "--test", "--test-reporter=spec", str(path)],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
