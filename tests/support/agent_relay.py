"""A stand-in for the agent's process: copies its stdin and stdout to and from a unix socket.

Run as ``python agent_relay.py SOCKET``; the test that listens there plays the agent. It ends with
status 1 when the test hangs up, and with 0 at the end of its stdin, as an agent does.
"""

from __future__ import annotations

import os
import socket
import sys
import threading


def main() -> None:
    link = socket.socket(socket.AF_UNIX)
    link.connect(sys.argv[1])

    def outwards() -> None:
        while data := link.recv(65536):
            os.write(1, data)
        os._exit(1)

    threading.Thread(target=outwards, daemon=True).start()
    while data := os.read(0, 65536):
        link.sendall(data)
    os._exit(0)


if __name__ == "__main__":
    main()
