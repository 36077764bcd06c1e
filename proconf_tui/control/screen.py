"""What only a screen needs beside the sdk's events: whole snapshots, levels, devices, notices.

A screen never adds events up: it shows the newest `RoomSnapshot`. So it may start late, miss
lines or get a new agent, and is right again with the next line. Snapshots and levels are
coalesced (newest wins); the other events are not.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.control.events import Event, Json
from proconf_tui.control.sound import DeviceReturned, SoundHint
from proconf_tui.protocol.ids import Label, PeerId, Role

RoomStateName = Literal[
    "idle", "connecting", "waiting", "connected", "reconnecting", "failed", "left", "closed"
]
StreamStateName = Literal["live", "paused"]


class PeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """One participant as a row or a tile shows it; ``joined_at`` is seconds since the epoch."""

    peer_id: PeerId
    name: str
    role: Role
    is_moderator: bool
    joined_at: float
    streams: dict[Label, StreamStateName] = {}
    hand_raised_at: float | None = None
    is_connected: bool = True
    metadata: Json = {}
    volume: float = 1.0
    """How loud they are played here: 0 is silent, 1 as they are sent."""


class LobbyPeerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody who waits, as a row of the lobby shows them."""

    peer_id: PeerId
    name: str
    knocked_at: float
    metadata: Json = {}


class BlockedInfo(msgspec.Struct, frozen=True, rename="camel"):
    """An identity that is kept out, and the name of who had it, where that has been seen."""

    identity: str
    name: str | None = None


class ControlsInfo(msgspec.Struct, frozen=True, rename="camel"):
    """The room's controls."""

    room_locked: bool = False
    allow_produce: bool = True
    allow_produce_sources: dict[str, bool] = {}
    allow_consume: bool = True
    allow_send_data: bool = True


class ChatInfo(msgspec.Struct, frozen=True, rename="camel"):
    """One line of chat; ``to_peer_id`` is whom a private one is for."""

    from_peer_id: PeerId
    from_name: str
    text: str
    said_at: float
    is_private: bool = False
    to_peer_id: PeerId | None = None


class RoomSnapshot(Event, frozen=True, tag="room-snapshot"):
    """The room as its agent sees it now. ``me`` is None until admitted.

    ``media_trouble`` says in a sentence why neither sound nor pictures get through, None while
    they do.
    """

    state: RoomStateName
    room_id: str
    me: PeerInfo | None = None
    peers: list[PeerInfo] = msgspec.field(default_factory=list)
    lobby: list[LobbyPeerInfo] = msgspec.field(default_factory=list)
    blocked: list[BlockedInfo] = msgspec.field(default_factory=list)
    controls: ControlsInfo = ControlsInfo()
    chat: list[ChatInfo] = msgspec.field(default_factory=list)
    invite_url: str | None = None
    created_at: float | None = None
    media_trouble: str | None = None


class Levels(Event, frozen=True, tag="levels"):
    """Loudness in dBFS (-127 silent … 0 full): my microphone's and each peer's."""

    microphone_dbfs: float | None
    peers_dbfs: dict[PeerId, float]


class DeviceInfo(msgspec.Struct, frozen=True, rename="camel"):
    """``spec`` is what the command line's option would take to choose it."""

    spec: str
    name: str


class DeviceList(msgspec.Struct, frozen=True, rename="camel"):
    """Result of ``list_devices``; ``audio_problem`` says why there is no sound, if so."""

    microphones: list[DeviceInfo]
    speakers: list[DeviceInfo]
    cameras: list[DeviceInfo]
    audio_problem: str | None = None


class OpenedDevices(msgspec.Struct, frozen=True, rename="camel"):
    """Result of ``open_devices``: the names in use, None for what is not, and why not."""

    microphone: str | None
    camera: str | None
    speaker: str | None
    problems: dict[Literal["microphone", "camera", "speaker"], str] = {}


class DeviceLost(Event, frozen=True, tag="device-lost"):
    """An open device stopped working, or one could not be opened; the meeting goes on."""

    kind: Literal["microphone", "camera", "speaker"]
    message: str


class AgentReady(Event, frozen=True, tag="agent-ready"):
    """The first line: the agent has loaded and takes commands."""

    version: str


class SeatKept(Event, frozen=True, tag="seat-kept"):
    """What a new agent needs to take this participant's seat again after a crash."""

    peer_id: PeerId
    resume_key: str


class AgentFailed(Event, frozen=True, tag="agent-failed"):
    """The last line of an agent that cannot go on; ``message`` is one sentence for a person."""

    code: str
    message: str


SCREEN_EVENTS: dict[str, type[Event]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        RoomSnapshot,
        Levels,
        DeviceLost,
        DeviceReturned,
        SoundHint,
        AgentReady,
        SeatKept,
        AgentFailed,
    )
}
