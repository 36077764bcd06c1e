"""The rows of the local peer: what one sends, says and is."""

from __future__ import annotations

import asyncio

import pytest

from proconf_tui.control import events as told
from proconf_tui.errors import ConfigError, LimitExceeded, PeerNotFound, PermissionDenied
from proconf_tui.sdk import signalling as signalling_module
from proconf_tui.sdk.tracks import LocalTrack
from tests.support.enforcement import QUIET, break_connection, media_of
from tests.support.meeting import Meeting, Person, until
from tests.support.rtc_tracks import Grey, Tone

# --- streams --------------------------------------------------------------------------------------


async def test_enable_audio_and_disable_audio(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    await ben.room.local_peer.enable_audio(ben.tracks[0])
    await until(lambda: hana.hears(ben))
    await ben.room.local_peer.disable_audio()
    await until(hana.hears)
    assert ben.room.local_peer.labels == []
    # The track is still at hand.
    await ben.room.local_peer.enable_audio()
    await until(lambda: hana.hears(ben))


async def test_enable_video_and_disable_video(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    await ben.room.local_peer.enable_video(device="test")
    await hana.until_told(told.StreamAdded, peer_id=ben.peer_id, label="video")
    track = hana.room.get_remote_peer_by_id(ben.peer_id).get_track("video")
    await until(lambda: track.frame_count)
    opened = ben.room.local_peer.tracks["video"]
    await ben.room.local_peer.disable_video()
    await hana.until_told(told.StreamClosed, label="video", reason="STOPPED")
    assert opened.media.readyState == "ended"


async def test_mute_and_unmute_keep_the_stream(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    await ben.room.local_peer.mute()
    await until(hana.hears)
    assert ben.room.local_peer.is_muted
    assert "audio" in hana.room.get_remote_peer_by_id(ben.peer_id).labels
    await ben.room.local_peer.unmute()
    await until(lambda: hana.hears(ben))
    assert hana.told(told.StreamClosed) == []


async def test_produce_and_stop_producing(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    grey = Grey(120)
    await ben.room.local_peer.produce("screen", grey)
    await hana.until_told(told.StreamAdded, peer_id=ben.peer_id, label="screen")
    track = hana.room.get_remote_peer_by_id(ben.peer_id).get_track("screen")
    await until(lambda: track.frame)
    await ben.room.local_peer.stop_producing("screen")
    await hana.until_told(told.StreamClosed, label="screen", reason="STOPPED")
    assert (ben.room.local_peer.labels, track.frame) == ([], None)
    assert not media_of(ben).is_sending("screen")
    with pytest.raises(ValueError, match="kind video"):
        await ben.room.local_peer.produce("audio", grey)
    grey.stop()


async def test_pause_and_resume_keep_the_stream(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben")
    await until(lambda: hana.sees(ben) and hana.hears(ben))
    track = hana.room.get_remote_peer_by_id(ben.peer_id).get_track("video")
    await ben.room.local_peer.pause("video")
    await hana.until_told(told.StreamPaused, peer_id=ben.peer_id, label="video")
    await until(lambda: track.frame is None)
    await ben.room.local_peer.pause("audio")
    assert ben.room.local_peer.is_muted
    await ben.room.local_peer.resume("video")
    await until(lambda: hana.sees(ben))
    await ben.room.local_peer.resume("audio")
    await until(lambda: hana.hears(ben))
    assert hana.told(told.StreamClosed) == []


async def test_replace_track(meeting: Meeting) -> None:
    hana, ben, eve = await meeting.host(tracks=[]), await meeting.join("Ben"), meeting.person("Eve")
    await until(lambda: hana.hears(ben))
    await ben.room.local_peer.replace_track(LocalTrack("other", "audio", Tone(eve.tone_hz)))
    await until(lambda: hana.hears(eve))
    assert hana.told(told.StreamClosed) == []


# --- words and signs ------------------------------------------------------------------------------


async def test_send_data(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    eve = await meeting.join("Eve", **QUIET)
    me = hana.room.local_peer
    await me.send_data("to one", to=ben.peer_id)
    await me.send_data("to several", to=[ben.peer_id, eve.peer_id], label="game")
    await me.send_data("x" * 1024)
    await eve.until_told(told.ReceiveData, payload="x" * 1024, label="data")
    assert [one.payload for one in eve.told(told.ReceiveData)][:-1] == ["to several"]
    await until(lambda: len(ben.told(told.ReceiveData)) == 3)
    with pytest.raises(LimitExceeded, match="1 KiB"):
        await me.send_data("x" * 1025)
    with pytest.raises(LimitExceeded, match="nobody"):
        await me.send_data("hello", to=[])
    with pytest.raises(PeerNotFound):
        await me.send_data("hello", to="nobody")


async def test_send_data_as_chat(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await ben.room.local_peer.send_data("x" * 4000, label="chat")
    await ben.room.local_peer.send_data("only you", label="chat", to=hana.peer_id)
    await hana.until_told(told.ReceiveData, payload="only you", label="chat")
    lines = [(line.text, line.from_name, line.to) for line in hana.room.chat]
    assert lines == [("x" * 4000, "Ben", None), ("only you", "Ben", hana.peer_id)]
    await until(lambda: len(ben.room.chat) == 2)
    with pytest.raises(LimitExceeded, match="4000"):
        await ben.room.local_peer.send_data("x" * 4001, label="chat")


def _lines(person: Person) -> list[str]:
    return [line.text for line in person.room.chat]


async def test_send_data_as_chat_waits_for_a_lost_connection(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    is_cut = asyncio.Event()
    monkeypatch.setattr(signalling_module.Signalling, "join", _held_up(is_cut))
    break_connection(ben)
    await ben.until_told(told.RoomReconnecting)
    saying = asyncio.create_task(ben.room.local_peer.send_data("hello", label="chat"))
    await hana.until_told(told.ConnectionQuality, quality="lost")
    assert not saying.done()
    is_cut.set()
    await saying
    await until(lambda: _lines(hana) == _lines(ben) == ["hello"])


def _held_up(until_set: asyncio.Event) -> object:
    join = signalling_module.Signalling.join

    async def held_up(*args: object) -> object:
        await until_set.wait()
        return await join(*args)  # type: ignore[arg-type]

    return held_up


async def test_send_data_as_chat_is_said_once_although_its_answer_was_lost(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    link = ben.room._session._link
    assert link is not None
    assert link._signalling is not None
    monkeypatch.setattr(link._signalling, "_take", lambda _: None)
    saying = asyncio.create_task(ben.room.local_peer.send_data("hello", label="chat"))
    await hana.until_told(told.ReceiveData, payload="hello")
    break_connection(ben)
    await saying
    await ben.room.local_peer.send_data("bye", label="chat")
    await until(lambda: _lines(hana) == _lines(ben) == ["hello", "bye"])


async def test_react(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await ben.room.local_peer.react("👍🏽")
    await hana.until_told(told.ReceiveData, from_=ben.peer_id, payload="👍🏽", label="reaction")
    assert hana.room.chat == ()
    for wrong in ("", "yes", "👍👍", "👨‍👩‍👧‍👦‍👦‍👦"):
        with pytest.raises(ConfigError, match="one emoji"):
            await ben.room.local_peer.react(wrong)


async def test_raise_hand_and_lower_hand(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await ben.room.local_peer.raise_hand()
    await hana.until_told(told.HandRaised, peer_id=ben.peer_id)
    await ben.room.local_peer.lower_hand()
    await hana.until_told(told.HandLowered, peer_id=ben.peer_id)


async def test_local_peer_update_metadata(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    await ben.room.local_peer.update_metadata({"mood": "good"})
    await until(lambda: ben.room.local_peer.metadata == {"mood": "good"})
    await hana.until_told(told.PeerMetadataUpdated, metadata={"mood": "good"})
    with pytest.raises(LimitExceeded, match="4 KiB"):
        await ben.room.local_peer.update_metadata({"mood": "x" * 4096})


# --- who one is -----------------------------------------------------------------------------------


async def test_local_peer_update_role(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    with pytest.raises(PermissionDenied):
        await ben.room.local_peer.update_role("host")
    with pytest.raises(ConfigError, match="no role"):
        await hana.room.local_peer.update_role("queen")
    await hana.room.local_peer.update_role("listener")
    await until(lambda: hana.room.local_peer.role == "listener")
    assert not hana.room.is_moderator


async def test_permissions_role_peer_id_and_name(meeting: Meeting) -> None:
    hana, ben = await meeting.host(**QUIET), await meeting.join("Ben", **QUIET)
    me = ben.room.local_peer
    assert (me.name, me.role, me.permissions.admin) == ("Ben", "guest", False)
    assert hana.room.get_remote_peer_by_id(me.peer_id).name == me.name
    await hana.room.update_room_controls(room_locked=True)
    eve, joining = await meeting.knock("Eve", **QUIET)
    with pytest.raises(PeerNotFound, match="not in the meeting"):
        assert eve.room.local_peer.peer_id
    joining.cancel()
