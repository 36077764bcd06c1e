from __future__ import annotations

import pytest

from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.room.model import StreamState
from proconf_tui.sdk.tracks import RemoteTrack


@pytest.mark.parametrize(
    ("label", "news"), [("audio", [True, False]), ("video", [True, True]), ("screen", [True, True])]
)
def test_a_voice_begins_once_and_pictures_each_time(label: Label, news: list[bool]) -> None:
    track = RemoteTrack(PeerId("ben"), label, Mixer(), StreamState())
    assert [track.begin(), track.begin()] == news
