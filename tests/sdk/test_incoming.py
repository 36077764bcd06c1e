"""What the server says of who is loud, and for how long that is believed."""

from __future__ import annotations

from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk.incoming import Speakers


def test_levels_are_believed_for_as_long_as_they_are_told() -> None:
    now = 100.0
    speakers = Speakers(lambda event: None, lambda: now)
    assert speakers.levels == {}
    speakers.take(messages.Levels({PeerId("ben"): -50.0}, []))
    now = 100.9
    assert speakers.levels == {"ben": -50.0}
    now = 101.1
    assert speakers.levels == {}
