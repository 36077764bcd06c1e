"""The commands of the agent itself (devices, its screen, its end) and the ways into a meeting."""

from __future__ import annotations

from typing import Literal

import msgspec

from proconf_tui.control.command import AgentCommand, Json, ManagerCommand
from proconf_tui.control.results import Place
from proconf_tui.control.screen import DeviceList, OpenedDevices
from proconf_tui.control.sound import SoundProcessing, SoundTest
from proconf_tui.protocol.ids import Label, PeerId

Fit = Literal["letterbox", "crop"]


class AttachScreen(AgentCommand, frozen=True):
    """Send snapshots and levels from now on, and write pictures to the buffer file ``pictures``."""

    method = "attach_screen"
    is_for_screens = True
    pictures: str


class TileRequest(msgspec.Struct, frozen=True):
    """One tile on the screen; ``peer_id`` None is the self view. Sizes in the grid's pixels.

    ``pixel_aspect`` is a pixel's width to its height. "letterbox" shows the whole picture between
    black bars, "crop" fills the tile and cuts what sticks out. ``is_mirrored`` shows the self view
    as a mirror does while a camera delivers it; films, addresses, the test pattern and what others
    send are shown as they are.
    """

    slot: int
    peer_id: PeerId | None
    label: Label
    width_px: int
    height_px: int
    pixel_aspect: float = 1.0
    fit: Fit = "letterbox"
    is_mirrored: bool = False


class ShowTiles(AgentCommand, frozen=True):
    """Name all the tiles shown now; each one's newest picture goes into its slot of the buffer."""

    method = "show_tiles"
    is_for_screens = True
    tiles: list[TileRequest]


class ListDevices(AgentCommand, frozen=True):
    """List this machine's microphones, loudspeakers and cameras."""

    method = "list_devices"
    result = DeviceList


class OpenDevices(AgentCommand, frozen=True):
    """Open (or change to) these devices; in a meeting their tracks replace what is sent.

    They are named as for ``--mic``, ``--camera`` and ``--speaker``: null leaves one as it is,
    ``none`` closes it and ends what it publishes, which ``enable_audio`` or ``enable_video`` begin
    again with the next one. One that fails is named among ``problems`` and never stops the others.
    """

    method = "open_devices"
    result = OpenedDevices
    microphone: str | None = None
    camera: str | None = None
    speaker: str | None = None


class SetProcessing(AgentCommand, frozen=True):
    """Change what is done to the microphone's sound, at once; null leaves a part as it is.

    Only what real microphones hear is processed, never a tone or a file.
    """

    method = "set_processing"
    result = SoundProcessing
    echo_cancellation: bool | None = None
    noise_suppression: bool | None = None
    high_pass: bool | None = None
    gain_control: bool | None = None


class TrySound(AgentCommand, frozen=True):
    """Record the microphone for a moment and play it back; the meeting hears nothing of it.

    ``seconds`` is more than 0 and at most 10.
    It is answered when it has been played, and no command waits for that. It is ended, and answered
    with ``SOUND_TEST_ENDED``, by ``stop_sound_test``, another test, another microphone or
    loudspeaker, unmuting, and going into a meeting or out of it.
    """

    method = "test_sound"
    is_immediate = True
    result = SoundTest
    seconds: float = 3.0


class StopSoundTest(AgentCommand, frozen=True):
    """End the sound test, if there is one."""

    method = "stop_sound_test"
    is_immediate = True


class Shutdown(AgentCommand, frozen=True):
    """Leave if in a meeting, close the devices and end."""

    method = "shutdown"


# --- the manager ----------------------------------------------------------------------------------


class Seat(msgspec.Struct, frozen=True):
    """A kept seat to take again, as the command ``seat`` answered it."""

    peer_id: PeerId
    resume_key: str


class StartMeeting(ManagerCommand, frozen=True):
    """Start a meeting as its host and publish the open devices; without ``url`` on this machine.

    ``metadata`` is the room's. ``with_audio`` and ``with_video`` say which devices to publish.
    """

    method = "start_meeting"
    result = Place
    room_name: str | None = None
    participant_name: str | None = None
    url: str | None = None
    locked: bool = True
    passcode: str | None = None
    max_peers: int | None = None
    metadata: Json | None = None
    with_audio: bool = True
    with_video: bool = True
    seat: Seat | None = None


class JoinMeeting(ManagerCommand, frozen=True):
    """Join by room name, by token, or both; the answer comes once one is admitted or refused.

    ``metadata`` is one's own; ``wait`` waits for a meeting that has not started.
    """

    method = "join_meeting"
    result = Place
    room_name: str | None = None
    participant_name: str | None = None
    url: str | None = None
    token: str | None = None
    wait: bool = False
    passcode: str | None = None
    metadata: Json | None = None
    with_audio: bool = True
    with_video: bool = True
    seat: Seat | None = None


class JoinRoom(ManagerCommand, frozen=True):
    """Join the room that an access token is for; the token names one and says who one is."""

    method = "join_room"
    result = Place
    room_id: str
    access_token: str
    url: str | None = None
    metadata: Json | None = None
    with_audio: bool = True
    with_video: bool = True
