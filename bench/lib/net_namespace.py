"""A network of the bench's own: a namespace in which one address is not on loopback.

Servers that skip the loopback interface (Janus, aiortc) serve there what never leaves the machine,
on fixed ports that nobody else can have.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

ADDRESS: Final = "192.0.2.1"
"""Of TEST-NET-1 (RFC 5737)."""

_INSIDE: Final = "PROCONF_BENCH_NAMESPACE"
_WAYS: Final = (["unshare", "--net"], ["unshare", "--map-root-user", "--net"])
_COMMANDS: Final = (
    "link set lo up",
    "link add bench0 type veth peer name bench1",
    f"address add {ADDRESS}/24 dev bench0",
    "link set bench0 up",
    "link set bench1 up",
)
_NEEDED: Final = {"unshare": "util-linux", "ip": "iproute2"}


def enter() -> None:
    """Return inside a namespace where `ADDRESS` is up: the program starts once more for it.

    Exits with a clear line when that is not possible here.
    """
    if _INSIDE in os.environ:
        for command in _COMMANDS:
            subprocess.run(["ip", *command.split(" ")], check=True)
        return
    for program, package in _NEEDED.items():
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: apt install {package}")
    way = next((way for way in _WAYS if _is_possible(way)), None)
    if way is None:
        sys.exit("No network namespace can be made here: run as root, or allow user namespaces.")
    os.environ[_INSIDE] = "1"
    os.execvp(way[0], [*way, sys.executable, *sys.argv])


def _is_possible(way: list[str]) -> bool:
    return subprocess.run([*way, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
