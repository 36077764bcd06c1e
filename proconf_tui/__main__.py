"""The program's entry point: ``proconf-tui`` and ``python -m proconf_tui``."""

from __future__ import annotations

import sys

from proconf_tui.cli.main import run


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(run())


if __name__ == "__main__":
    main()
