"""A headless participant: the sdk and the media layer behind the control link.

It knows no screen. One agent is one process and takes part in one meeting at a time.
"""

from __future__ import annotations
