"""The examples of ProCONF's page "Start/Join Meeting" in Python, in its order.

Where the page's promise gives null, or its `catch` an error, Python raises a typed one. The
cameras and microphones are the test pattern and the test tone.
"""

from __future__ import annotations

import time

import pytest

from proconf_tui import ProconfManager, Room
from proconf_tui.errors import MeetingNotStarted, ServerUnreachable
from tests.support.meeting import Meeting, until


async def _is_met(viewer: Room, sender: Room) -> None:
    """Wait until the sender's picture and tone have come."""
    await until(lambda: viewer.remote_peer_exists(sender.local_peer.peer_id))
    peer = viewer.get_remote_peer_by_id(sender.local_peer.peer_id)
    await until(lambda: set(peer.labels) == {"audio", "video"})
    await until(lambda: peer.get_track("video").frame)
    await until(lambda: _plays(viewer, sender))


def _plays(viewer: Room, sender: Room) -> bool:
    viewer.mixer.mix(960, time.monotonic())
    peer = viewer.get_remote_peer_by_id(sender.local_peer.peer_id)
    return peer.get_track("audio").level_dbfs > -50


@pytest.mark.usefixtures("meeting")
async def test_example_1_start_a_meeting_without_participant_name_or_room_name() -> None:
    async with ProconfManager() as proconf_manager:
        room = await proconf_manager.start_meeting()
        assert room.state == "connected"
        assert room.room_id
        assert room.local_peer.name
        assert room.is_moderator


async def test_example_1_an_error_is_raised_where_no_server_is() -> None:
    with pytest.raises(ServerUnreachable, match="proconf-tui start"):
        await ProconfManager(api_key="key", api_secret="s" * 40).start_meeting()


@pytest.mark.usefixtures("meeting")
async def test_example_2_start_a_meeting_with_participant_name_and_room_name() -> None:
    async with ProconfManager() as proconf_manager:
        room = await proconf_manager.start_meeting(room_name="myRoom", participant_name="John Doe")
        assert (room.room_id, room.local_peer.name) == ("myRoom", "John Doe")


@pytest.mark.usefixtures("meeting")
async def test_example_3_start_a_meeting_with_specific_tracks() -> None:
    async with ProconfManager() as proconf_manager, ProconfManager() as member:
        tracks = await proconf_manager.create_local_tracks(
            video_name="MyVideoTrack", audio_name="MyAudioTrack", video="test", audio="tone"
        )
        assert {track.name for track in tracks} == {"MyVideoTrack", "MyAudioTrack"}
        room = await proconf_manager.start_meeting(tracks=tracks, locked=False)
        assert set(room.local_peer.labels) == {"audio", "video"}
        await _is_met(await member.join_meeting(), room)


@pytest.mark.usefixtures("meeting")
async def test_join_meeting() -> None:
    async with ProconfManager() as proconf_manager, ProconfManager() as member:
        started = await proconf_manager.start_meeting(locked=False)
        room = await member.join_meeting()
        assert (room.room_id, room.state) == (started.room_id, "connected")
        assert room.local_peer.name
        assert not room.is_moderator


@pytest.mark.usefixtures("meeting")
async def test_join_meeting_with_names_and_tracks() -> None:
    async with ProconfManager() as proconf_manager, ProconfManager() as member:
        started = await proconf_manager.start_meeting("myRoom", locked=False)
        tracks = await member.create_media_tracks(video="test", audio="tone")
        room = await member.join_meeting("myRoom", "John Doe", tracks)
        assert (room.room_id, room.local_peer.name) == ("myRoom", "John Doe")
        await _is_met(started, room)


async def test_note_members_cannot_join_before_the_moderator_has_started(
    meeting: Meeting,
) -> None:
    await meeting.server.create_room("myRoom")
    async with ProconfManager() as member, ProconfManager() as proconf_manager:
        with pytest.raises(MeetingNotStarted):
            await member.join_meeting("myRoom")
        started = await proconf_manager.start_meeting("myRoom")
        await started.update_room_controls(room_locked=False)
        assert (await member.join_meeting("myRoom")).state == "connected"
