"""``python -m proconf_tui.server``: the server alone, without the command line's other parts."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from proconf_tui.config.settings import DEFAULT_PORT
from proconf_tui.errors import ProconfError
from proconf_tui.server.child import run_child
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.main import serve_forever
from proconf_tui.server.own_address import every_address


def main(arguments: list[str] | None = None) -> int:
    """Serve as the arguments say; return the process's exit status."""
    chosen = _parser().parse_args(arguments)
    config = ServerConfig(
        host=every_address() if chosen.lan else chosen.host,
        port=chosen.port,
        tls_cert=chosen.tls_cert,
        tls_key=chosen.tls_key,
        is_lan=chosen.lan,
        is_resumed=chosen.resumed,
        can_guests_join=chosen.guests,
        public_addresses=tuple(chosen.public_address),
        allowed_hosts=tuple(chosen.allowed_host),
        store=chosen.store,
        is_store_temporary=chosen.temporary_store,
        history_kept_s=chosen.history_kept,
    )
    if chosen.child:
        return run_child(config)
    try:
        serve_forever(config)
    except ProconfError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proconf_tui.server")
    add = parser.add_argument
    add("--child", action="store_true", help="live only as long as standard input is open")
    add("--host", default="127.0.0.1", help="the address to listen on")
    add("--port", type=int, default=DEFAULT_PORT, help="for TCP and UDP; 0 takes a free one")
    add("--tls-cert", type=Path, metavar="FILE", help="speak TLS, with this certificate in PEM")
    add("--tls-key", type=Path, metavar="FILE", help="the certificate's key")
    add("--lan", action="store_true", help="listen on every address, with TLS")
    add("--resumed", action="store_true", help="show the certificate of one that crashed")
    add("--guests", action="store_true", help="give a guest's token to whoever asks")
    add("--public-address", action="append", default=[], help="an address that clients reach")
    add("--allowed-host", action="append", default=[], help="a name this server is called by")
    add("--store", default="memory", metavar="SPEC", help="memory, or sqlite:FILE")
    add("--temporary-store", action="store_true", help="end all rooms with the server")
    add("--history-kept", type=_seconds, default=0.0, help="seconds after a meeting's end")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise ValueError
    return seconds


if __name__ == "__main__":
    sys.exit(main())
