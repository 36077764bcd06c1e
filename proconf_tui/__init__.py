"""proconf-tui: a meeting client for the terminal with its own server inside.

Holds the version and nothing else, so that importing any one package stays cheap.
"""

from __future__ import annotations

__version__ = "0.1.0"
