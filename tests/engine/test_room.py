"""A room whose people exist as descriptions only: who feeds whose slots, and when they are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest

from proconf_tui.engine.base import SlotFeed, Watched
from proconf_tui.engine.dtls import Certificate
from proconf_tui.engine.forwarding.assignment import MAX_AUDIO_SLOTS
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.links import Links
from proconf_tui.engine.repair import RepairTimer
from proconf_tui.engine.room import EngineRoom
from proconf_tui.engine.rtcp import SenderReport, build_sender_reports
from proconf_tui.engine.sdp_text import AUDIO_LEVEL
from proconf_tui.engine.selection import HOLD_S
from proconf_tui.engine.subscribing import SubscribingEnd
from proconf_tui.engine.udp import UdpPort
from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.support import KEY, LEVEL_ID_IN, PAYLOAD_TYPE_IN, rtp_packet

OFFER = f"""v=0
o=- 1 1 IN IP4 192.0.2.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=fingerprint:sha-256 {":".join(["AB"] * 32)}
a=ice-ufrag:abcd
a=setup:actpass
m=audio 9 UDP/TLS/RTP/SAVPF {PAYLOAD_TYPE_IN}
a=mid:0
a=sendonly
a=rtpmap:{PAYLOAD_TYPE_IN} opus/48000/2
a=extmap:{LEVEL_ID_IN} {AUDIO_LEVEL}
m=video 9 UDP/TLS/RTP/SAVPF 97
a=mid:1
a=sendonly
a=rtpmap:97 VP8/90000
"""
LABELS = {"0": "audio", "1": "video"}
NAMES = "abcdefghi"


class Meeting:
    """The room and what it told everybody; nobody's media ever come up."""

    def __init__(self, links: Links) -> None:
        self.now = 100.0
        self.sent = 0
        self.offers: dict[PeerId, list[str]] = {}
        self.fed: dict[PeerId, tuple[SlotFeed, ...]] = {}
        self.told: Counter[PeerId] = Counter()
        self.levels: list[dict[PeerId, float]] = []
        self.room = EngineRoom(links, self)

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        self.offers.setdefault(peer_id, []).append(sdp)

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        self.fed[peer_id] = feeds
        self.told[peer_id] += 1

    def on_media_absent(self, peer_id: PeerId) -> None:
        raise AssertionError(f"{peer_id} was given no time")

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        self.levels.append(dict(levels))

    def on_media_lost(self, peer_id: PeerId) -> None:
        raise AssertionError(f"{peer_id} had no media to lose")

    def join(self, *names: str, watched: Watched | None = ()) -> None:
        for name in names:
            self.room.add(PeerId(name), watched)
            self.answer(name)

    def answer(self, name: str) -> None:
        """Accept every slot of the newest offer, and of those that follow from it."""
        peer = self.room.peers[PeerId(name)]
        while peer.subscribing.is_answer_awaited:
            newest = self.offers[peer.peer_id][-1]
            peer.answer(
                newest.replace("a=sendonly", "a=recvonly").replace("setup:actpass", "setup:active")
            )
            self.room.feed(peer)

    def open(self, *names: str) -> None:
        """Let these be heard and seen."""
        for name in names:
            peer = self.room.peers[PeerId(name)]
            peer.publish(OFFER, LABELS)
            for label in LABELS.values():
                peer.set_forwarding(label, is_on=True)
            self.room.reassign()
        for name in self.room.peers:
            self.answer(name)

    def talk(self, levels_db: Mapping[str, int], seconds: float = 0.1) -> None:
        for _ in range(round(seconds / 0.1)):
            self.now += 0.1
            self.sent += 1
            for name, level_db in levels_db.items():
                raw = rtp_packet(self.sent, self.sent * 4800, level=-level_db)
                assert self._audio_of(name).accept(bytearray(raw), len(raw), self.now) is not None
            self.room.listen(self.now)

    def _audio_of(self, name: str) -> Producer:
        publishing = self.room.peers[PeerId(name)].publishing
        assert publishing is not None
        return publishing.producers["0"]

    def slots(self, name: str, kind: str = "audio") -> dict[str, str]:
        """Return who feeds which slot of somebody, as they were told."""
        return {f.mid: f.peer_id for f in self.fed.get(PeerId(name), ()) if f.kind == kind}

    def heard_by(self, name: str) -> str:
        return "".join(sorted(self.slots(name).values()))


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    port = UdpPort("127.0.0.1", 0)
    repairs = RepairTimer()
    made = Meeting(Links(port, Certificate(), repairs, ((port.host, port.port),)))
    yield made
    for peer_id in tuple(made.room.peers):
        await made.room.remove(peer_id).aclose()
    repairs.close()
    port.close()


async def test_everybody_hears_six_others_of_nine(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    assert [meeting.heard_by(name) for name in NAMES[:7]] == [
        "abcdefg".replace(name, "") for name in "abcdefg"
    ]
    assert {meeting.heard_by(name) for name in "hi"} == {"abcdef"}
    offers = {newest.count("m=audio") for *_, newest in meeting.offers.values()}
    assert offers == {MAX_AUDIO_SLOTS}


async def test_who_comes_late_is_offered_no_more_slots_than_can_be_heard(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    meeting.join("z")
    assert [text.count("m=audio") for text in meeting.offers[PeerId("z")]] == [MAX_AUDIO_SLOTS]
    assert meeting.heard_by("z") == "abcdef"


async def test_up_to_seven_open_microphones_are_all_heard_whoever_talks(meeting: Meeting) -> None:
    meeting.join(*NAMES[:7])
    meeting.open(*NAMES[:7])
    told = meeting.told.copy()
    for name in NAMES[:7]:
        meeting.talk({name: -20}, HOLD_S + 1.0)
    assert meeting.told == told
    assert meeting.heard_by("g") == "abcdef"


async def test_who_begins_to_talk_takes_the_slot_of_who_was_silent(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    meeting.talk(dict.fromkeys("abcdfg", -25), 3.0)
    assert meeting.heard_by("i") == "abcdfg"
    before = {name: meeting.slots(name) for name in NAMES}
    told = meeting.told.copy()

    meeting.talk({**dict.fromkeys("abcdfg", -25), "h": -20})
    for name in "abcdfg":
        (mid,) = (mid for mid, fed_by in before[name].items() if fed_by == "e")
        assert meeting.slots(name) == {**before[name], mid: "h"}
    # Six talkers are heard by everybody; who was one more for them is not news to the others.
    changed = {name for name in NAMES if meeting.told[PeerId(name)] != told[PeerId(name)]}
    assert changed == set("abcdfg")


async def test_pictures_stay_when_voices_change(meeting: Meeting) -> None:
    meeting.join(*NAMES, watched=((PeerId("a"), "video"), (PeerId("b"), "video")))
    meeting.open(*NAMES)
    before = {name: meeting.slots(name, "video") for name in NAMES}
    assert set(before["c"].values()) == {"a", "b"}
    heard = meeting.heard_by("a")
    meeting.talk({"i": -20}, 1.0)
    assert meeting.heard_by("a") != heard
    assert {name: meeting.slots(name, "video") for name in NAMES} == before


async def test_who_is_switched_off_is_replaced_at_once(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    for name in "ab":
        meeting.room.peers[PeerId(name)].set_forwarding("audio", is_on=False)
    meeting.room.reassign()
    assert meeting.heard_by("a") == meeting.heard_by("b") == "cdefgh"
    meeting.room.remove(PeerId("c")).release()
    assert meeting.heard_by("a") == "defghi"


async def test_who_may_not_receive_hears_nobody_although_others_talk(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    listener = meeting.room.peers[PeerId("a")]
    listener.is_receiving = False
    meeting.room.feed(listener)
    assert meeting.heard_by("a") == ""
    meeting.talk({"i": -20}, 1.0)
    assert "i" in meeting.heard_by("b")
    assert meeting.heard_by("a") == ""


async def test_levels_are_told_of_everybody_heard_or_not(meeting: Meeting) -> None:
    meeting.join(*NAMES)
    meeting.open(*NAMES)
    loud = dict.fromkeys(NAMES[:7], -20)
    meeting.talk(loud, 3.0)
    meeting.room.tell_levels()
    meeting.talk({**loud, "i": -21})
    meeting.talk({**loud, "i": -30})
    meeting.room.tell_levels()
    assert "i" not in meeting.heard_by("h")
    assert meeting.levels[-1] == {**loud, "i": -21.0}
    meeting.room.tell_levels()
    assert len(meeting.levels) == 2


async def test_a_slot_names_the_stream_that_its_packets_name(meeting: Meeting) -> None:
    meeting.join("a", "b", watched=None)
    meeting.open("a", "b")
    publishing = meeting.room.peers[PeerId("a")].publishing
    assert publishing is not None
    sources = {producer.source for producer in publishing.producers.values()}
    assert {feed.source for feed in meeting.fed[PeerId("b")]} == sources
    assert len(sources) == len(LABELS)
    assert 0 not in sources


async def test_who_is_muted_is_not_heard_under_the_name_of_a_picture(meeting: Meeting) -> None:
    meeting.join("a", "b", watched=None)
    cheat = meeting.room.peers[PeerId("a")]
    for label in ("video", "screen"):
        cheat.set_forwarding(label, is_on=True)
    for labels in ({"0": "screen", "1": "video"}, {"0": "audio", "1": "audio"}):
        with pytest.raises(InvalidMessage, match="is not for"):
            cheat.publish(OFFER, labels)
        meeting.room.reassign()
        assert meeting.slots("b") == {}


async def test_reports_of_a_picture_nobody_has_begun_to_see_make_nobody_look(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting.join("a", "b", watched=None)
    publisher = meeting.room.peers[PeerId("a")]
    publisher.publish(OFFER + "a=ssrc:7 cname:x\n", LABELS)
    publisher.set_forwarding("video", is_on=True)
    meeting.room.reassign()
    meeting.room.peers[PeerId("b")].subscribing.is_ready = True
    looked: list[float] = []
    monkeypatch.setattr(SubscribingEnd, "send_reports", lambda end, now: looked.append(now))

    publishing = publisher.publishing
    assert publishing is not None
    report = build_sender_reports([(SenderReport(7, 1 << 40, 0), 1, 1)])
    publishing.on_rtcp(report * 5, 1.0)
    assert looked == []
    raw = rtp_packet(1, 0, KEY, payload_type=97)
    packet = publishing.producers["1"].accept(bytearray(raw), len(raw), 1.5)
    assert packet is not None
    publishing.producers["1"].fan_out(packet, bytearray(2048), 1.5)
    publishing.on_rtcp(report, 2.0)
    assert looked == [2.0]
