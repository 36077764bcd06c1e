"""What a participant sees: the room, everybody's loudness, their pictures. It changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import av

from proconf_tui.agent.devices import Devices
from proconf_tui.agent.known_names import KnownNames
from proconf_tui.agent.snapshot import Seen, snapshot_of
from proconf_tui.control.screen import Levels, RoomSnapshot, SeatKept
from proconf_tui.media.levels import SILENCE_DBFS
from proconf_tui.protocol.ids import Label, PeerId
from proconf_tui.sdk import Room


class Sight:
    """The view of whoever has these devices; ``find_room`` returns the room they are in, if any.

    ``find_shared`` returns the newest picture of what they share, if any.
    """

    def __init__(
        self,
        devices: Devices,
        find_room: Callable[[], Room | None],
        find_shared: Callable[[], av.VideoFrame | None] = lambda: None,
    ) -> None:
        self._devices = devices
        self._find_shared = find_shared
        self._find_room = find_room
        self._names = KnownNames()

    def snapshot(self) -> RoomSnapshot | None:
        """Return the room as it is, None before there is one."""
        room = self._find_room()
        if room is None:
            return None
        seat, view = room.seat, room.state_view
        return snapshot_of(
            Seen(
                state=room.state,
                room_id=room.room_id,
                me=seat.peer_id if seat else None,
                room=view,
                invite_url=room.invite_url,
                is_muted=room.local_peer.is_muted,
                media_trouble=room.media_trouble,
                names=self._names.seen(view),
                volumes={peer_id: peer.volume for peer_id, peer in room.remote_peers.items()},
            )
        )

    def seat(self) -> SeatKept | None:
        """Return the seat that the server keeps for this participant."""
        room = self._find_room()
        seat = room.seat if room else None
        return SeatKept(seat.peer_id, seat.resume_key) if seat else None

    def levels(self) -> Levels:
        """Return how loud everybody is: as they arrive, or as the server hears who is not sent."""
        room = self._find_room()
        peers, told = (room.remote_peers, room.levels) if room else ({}, {})
        heard = {
            peer_id: level
            if (level := track.level_dbfs) > SILENCE_DBFS
            else told.get(peer_id, level)
            for peer_id, peer in peers.items()
            if (track := peer.find_track("audio")) is not None
        }
        return Levels(self._devices.microphone_dbfs(), heard)

    def is_camera(self, peer_id: PeerId | None) -> bool:
        """Return whether somebody's pictures are known to be a camera's: one's own may be."""
        return peer_id is None and self._devices.has_camera

    def frame_of(self, peer_id: PeerId | None, label: Label) -> av.VideoFrame | None:
        """Return the newest frame of somebody's stream; ``peer_id`` None is oneself."""
        if peer_id is None:
            return self._find_shared() if label == "screen" else self._devices.own_picture()
        room = self._find_room()
        peer = room.remote_peer_exists(peer_id) if room else None
        track = peer.find_track(label) if peer else None
        return track.frame if track else None
