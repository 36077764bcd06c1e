"""People on a real server hear and see each other, and only who they should."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import numpy as np
import pytest
from av import VideoFrame

from proconf_tui.control import events as told
from proconf_tui.errors import PermissionDenied
from proconf_tui.media.pcm import FloatSamples
from proconf_tui.media.voice.playout import Voice
from proconf_tui.protocol.ids import Label, Mid, PeerId
from proconf_tui.sdk.transports import Subscriber
from proconf_tui.sdk.view import RoomView
from tests.support.meeting import Meeting, Person, until
from tests.support.speech import tone_share


async def _all_meet(*people: Person) -> None:
    for person in people:
        others = [other for other in people if other is not person]
        await until(lambda p=person, o=others: p.hears(*o))  # type: ignore[misc]
        await until(lambda p=person, o=others: all(p.sees(other) for other in o))  # type: ignore[misc]


async def test_three_people_hear_and_see_each_other(meeting: Meeting) -> None:
    hana = await meeting.host()
    ben, eve = await asyncio.gather(meeting.join("Ben"), meeting.join("Eve"))
    await _all_meet(hana, ben, eve)


async def test_who_leaves_makes_place_for_another_without_any_negotiation(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers: list[str] = []
    take_offer = Subscriber.take_offer

    async def counted(self: Subscriber, sdp: str) -> None:
        offers.append(sdp)
        await take_offer(self, sdp)

    monkeypatch.setattr(Subscriber, "take_offer", counted)
    hana, ben, eve = await meeting.host(), await meeting.join("Ben"), await meeting.join("Eve")
    await _all_meet(hana, ben, eve)
    offered = len(offers)

    await ben.room.close()
    await hana.until_told(told.PeerLeft, name="Ben", reason="LEFT")
    await until(lambda: hana.hears(eve))
    zoe = await meeting.join("Zoe")
    await _all_meet(hana, eve, zoe)

    assert len(offers) == offered + 1  # Zoe's own


async def test_a_slot_that_changes_hands_never_shows_one_as_the_other(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, float]] = []
    names: dict[str, str] = {}
    show = RoomView.show

    def watched(
        view: RoomView, peer_id: PeerId, label: Label, frame: VideoFrame, offset_ms: float | None
    ) -> None:
        if view is hana.room._session.view:
            picture = frame.to_ndarray(format="yuv420p")
            shown.append((names.get(peer_id, "Eve"), float(picture[:120].mean())))
        show(view, peer_id, label, frame, offset_ms)

    monkeypatch.setattr(RoomView, "show", watched)
    hana, ben, fay = await meeting.host(), await meeting.join("Ben"), await meeting.join("Fay")
    names |= {ben.peer_id: "Ben", fay.peer_id: "Fay"}
    await until(lambda: hana.sees(ben) and hana.sees(fay))
    eve = meeting.person("Eve")
    await eve.join(tracks=[])
    slot = _slot_of(hana, ben, "video")
    # In one breath: Ben's slot is free, as no other is, and Eve's stream takes it.
    await asyncio.gather(ben.room.local_peer.stop_producing("video"), eve.room.publish(eve.tracks))
    await until(lambda: sum(name == "Eve" for name, _ in shown) > 5)

    assert slot == _slot_of(hana, eve, "video")
    lumas = {person.name: person.luma for person in (ben, fay, eve)}
    for name, luma in shown:
        assert abs(luma - lumas[name]) < 15


async def test_a_slot_that_changes_hands_never_plays_one_as_the_other(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: defaultdict[Voice, list[FloatSamples]] = defaultdict(list)
    pull = Voice.pull

    def watched(voice: Voice, count: int, now: float) -> FloatSamples | None:
        samples = pull(voice, count, now)
        played[voice] += [] if samples is None else [samples]
        return samples

    monkeypatch.setattr(Voice, "pull", watched)
    hana, ben, fay = await meeting.host(), await meeting.join("Ben"), await meeting.join("Fay")
    await until(lambda: hana.hears(ben, fay))
    eve = meeting.person("Eve")
    await eve.join(tracks=[])
    slot = _slot_of(hana, ben, "audio")
    voices = {person: hana.room.mixer.add(person.peer_id) for person in (ben, eve)}
    await asyncio.gather(ben.room.local_peer.stop_producing("audio"), eve.room.publish(eve.tracks))
    await until(lambda: len(played[voices[eve]]) > 50)

    assert slot == _slot_of(hana, eve, "audio")
    for person, other in ((ben, eve), (eve, ben)):
        wave = np.concatenate(played[voices[person]])
        assert tone_share(wave, person.tone_hz) > 0.8
        assert tone_share(wave, other.tone_hz) < 0.01


def _slot_of(listener: Person, other: Person, label: Label) -> Mid:
    media = listener.room._session.media
    assert media is not None
    feeds = media._subscriptions._feeds.values()
    stream = other.peer_id, label
    return next(each.mid for each in feeds if (each.peer_id, each.label) == stream)


async def test_muting_is_silent_and_keeps_the_stream(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))

    await ben.room.local_peer.mute()
    await hana.until_told(told.StreamPaused, peer_id=ben.peer_id, label="audio")
    await until(hana.hears)
    assert ben.room.local_peer.is_muted
    assert not hana.room.get_remote_peer_by_id(ben.peer_id).get_track("audio").is_enabled

    await ben.room.local_peer.unmute()
    await until(lambda: hana.hears(ben))
    assert hana.room.get_remote_peer_by_id(ben.peer_id).get_track("audio").is_enabled


async def test_a_camera_goes_off_and_on_in_the_same_place(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.sees(ben))
    media = ben.room._session.media
    assert media is not None
    before = dict(media._publisher._mids)

    await ben.room.local_peer.disable_video()
    await hana.until_told(told.StreamClosed, peer_id=ben.peer_id, label="video", reason="STOPPED")
    assert hana.room.get_remote_peer_by_id(ben.peer_id).labels == ["audio"]

    await ben.room.local_peer.enable_video()
    await until(lambda: hana.sees(ben))
    assert media._publisher._mids == before


async def test_a_peer_can_be_played_softer(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await until(lambda: hana.hears(ben))
    hana.room.get_remote_peer_by_id(ben.peer_id).set_volume(0.0)
    await until(hana.hears)


async def test_media_comes_back_after_both_connections_broke(meeting: Meeting) -> None:
    hana, ben = await meeting.host(), await meeting.join("Ben")
    await _all_meet(hana, ben)
    media = ben.room._session.media
    assert media is not None
    broken = (media._publisher._pc, media._subscriber._pc)
    for pc in broken:
        assert pc is not None
        await pc.close()

    def is_new() -> bool:
        now = (media._publisher._pc, media._subscriber._pc)
        return all(
            pc is not None and pc not in broken and pc.connectionState == "connected" for pc in now
        )

    await until(is_new)
    await _all_meet(hana, ben)


async def test_one_without_media_talks_and_moderates_but_publishes_nothing(
    meeting: Meeting,
) -> None:
    hana = await meeting.host(has_media=False, tracks=[])
    ben = await meeting.join("Ben")
    await hana.until_told(told.StreamAdded, peer_id=ben.peer_id, label="audio")
    await hana.room.local_peer.send_data("hello", label="chat")
    await ben.until_told(told.ReceiveData, payload="hello", label="chat")
    with pytest.raises(PermissionDenied):
        await hana.room.local_peer.produce("audio", hana.tracks[0])
