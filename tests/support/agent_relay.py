"""A stand-in for the agent's process: copies its stdin and stdout to and from a unix socket.

Run as ``python agent_relay.py SOCKET``; the test that listens there plays the agent. It ends with
status 1 when the test hangs up, and with 0 at the end of its stdin, as an agent does.
"""

from __future__ import annotations

# There is one of it in every test of a screen, and `socket` takes longer to load than all the rest.
import _socket
import os
import select
import sys

_STDIN = 0
_STDOUT = 1
_MOST_BYTES = 65536


def main() -> int:
    link = _socket.socket(_socket.AF_UNIX)
    link.connect(sys.argv[1])
    while True:
        ready, _, _ = select.select([link.fileno(), _STDIN], [], [])
        if link.fileno() in ready:
            if not (data := link.recv(_MOST_BYTES)):
                return 1
            _write(data)
        if _STDIN in ready:
            if not (data := os.read(_STDIN, _MOST_BYTES)):
                return 0
            link.sendall(data)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(_STDOUT, data) :]


if __name__ == "__main__":
    # Nothing is left to tidy up, and this end is the quickest.
    os._exit(main())
