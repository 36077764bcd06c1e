"""Names for the strings that identify things, so that a type checker tells them apart."""

from __future__ import annotations

from typing import Final, Literal, NewType

RoomId = NewType("RoomId", str)
"""What people call the room: at most 64 characters of letters, digits, ``-``, ``_`` and ``.``."""

PeerId = NewType("PeerId", str)
"""One participant (or one who waits) in one room; made by the server, unique on it."""

Identity = NewType("Identity", str)
"""Who a token was made for; a block binds to it."""

Mid = NewType("Mid", str)
"""The ``a=mid`` of a media section in SDP (RFC 8843)."""

Label = Literal["audio", "video", "screen"]
"""The streams a participant can publish, one of each."""

Source = Literal["mic", "cam", "screen"]
"""Where a stream comes from; permissions and controls speak of sources."""

SOURCE_OF: Final[dict[Label, Source]] = {"audio": "mic", "video": "cam", "screen": "screen"}

Role = Literal["host", "coHost", "speaker", "guest", "listener", "bot"]

CHAT_LABEL: Final = "chat"
"""The label under which programs see chat among the data; it travels by messages of its own."""

REACTION_LABEL: Final = "reaction"
"""The label of the passing data that a reaction is."""
