"""``python -m proconf_tui.agent``: the agent on the pipes its parent gave it."""

from __future__ import annotations

import sys

from proconf_tui.agent.main import main

if __name__ == "__main__":
    sys.exit(main())
