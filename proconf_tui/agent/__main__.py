"""``python -m proconf_tui.agent``: the agent on the pipes its parent gave it."""

from __future__ import annotations

import sys


def run() -> int:
    """Be an agent and return the exit status; one whose libraries do not load says which.

    Starting it again would not help, and a traceback is nothing for people.
    """
    try:
        from proconf_tui.agent.main import main
    except ImportError as error:
        from proconf_tui.control.codec import encode_event
        from proconf_tui.control.screen import AgentFailed

        text = f"The media libraries do not load ({error}); install proconf-tui again."
        sys.stdout.buffer.write(encode_event(AgentFailed("MEDIA_LIBRARIES", text)))
        return 1
    return main()


if __name__ == "__main__":
    sys.exit(run())
