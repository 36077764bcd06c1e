"""How loud people are shown: as they arrive, or as the server hears who is not sent here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import av

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.sight import Sight
from proconf_tui.control.screen import Levels
from proconf_tui.media.levels import SILENCE_DBFS
from proconf_tui.protocol.ids import PeerId
from proconf_tui.sdk import Room

SENT, UNSENT, QUIET, DARK = (PeerId(name) for name in ("sent", "unsent", "quiet", "dark"))


def test_oneself_is_a_camera_and_what_one_shares() -> None:
    camera, shared = (av.VideoFrame(4, 4, "yuv420p") for _ in range(2))
    devices = cast("Devices", SimpleNamespace(own_picture=lambda: camera))
    sight = Sight(devices, lambda: None, lambda: shared)
    assert sight.frame_of(None, "video") is camera
    assert sight.frame_of(None, "screen") is shared


def test_who_is_not_among_those_that_are_sent_is_as_loud_as_the_server_says() -> None:
    arriving = {SENT: -20.0, UNSENT: SILENCE_DBFS, QUIET: SILENCE_DBFS}
    tracks = {peer_id: SimpleNamespace(level_dbfs=level) for peer_id, level in arriving.items()}
    peers = {
        peer_id: SimpleNamespace(find_track={"audio": tracks.get(peer_id)}.get)
        for peer_id in (SENT, UNSENT, QUIET, DARK)
    }
    told = {SENT: -50.0, UNSENT: -30.0, DARK: -10.0}
    room = cast("Room", SimpleNamespace(remote_peers=peers, levels=told))
    devices = cast("Devices", SimpleNamespace(microphone_dbfs=lambda: -40.0))
    assert Sight(devices, lambda: room).levels() == Levels(
        -40.0, {SENT: -20.0, UNSENT: -30.0, QUIET: SILENCE_DBFS}
    )
    assert Sight(devices, lambda: None).levels() == Levels(-40.0, {})
