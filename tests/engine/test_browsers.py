"""Descriptions as browsers write them, and what an engine makes of them: Chromium's, recorded and
shortened, and one by Firefox's habits (RFC 8829 and 9143)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from proconf_tui.engine import rtp, sdp
from proconf_tui.engine.dtls import Certificate
from proconf_tui.engine.links import Links
from proconf_tui.engine.publishing import PublishingEnd, read_offer
from proconf_tui.engine.repair import RepairTimer
from proconf_tui.engine.sdp_text import TRANSPORT_WIDE, LocalTransport, write_answer
from proconf_tui.engine.sfu import EmbeddedEngine
from proconf_tui.engine.udp import UdpPort
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.test_arrivals import told_of
from tests.support.rtc_client import RtcClient, TestRoom, until

DIGEST = ":".join(["AB"] * 32)
TRANSPORT = LocalTransport(1, "ufrag", "password", DIGEST, (("192.0.2.1", 4000),))
VIDEO_SSRC = 3735928559

CHROMIUM_TRANSPORT = f"""c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:75BL
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
"""
CHROMIUM_OFFER = f"""v=0
o=- 9040552310779749787 4 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111 63
{CHROMIUM_TRANSPORT}a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:3 {TRANSPORT_WIDE}
a=sendonly
a=msid:- e5dab7c2-1060-4f45-976d-e83c57af56e7
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=ssrc:1528910724 cname:NCGlSMbijKaVrg5U
a=ssrc:1528910724 msid:- e5dab7c2-1060-4f45-976d-e83c57af56e7
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102
{CHROMIUM_TRANSPORT}a=mid:1
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 {TRANSPORT_WIDE}
a=sendonly
a=msid:- 6774a339-153b-4b20-b941-2e801a2f3333
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=rtcp-fb:102 transport-cc
a=ssrc-group:FID {VIDEO_SSRC} 1
a=ssrc:{VIDEO_SSRC} cname:NCGlSMbijKaVrg5U
a=ssrc:1 cname:NCGlSMbijKaVrg5U
"""
CHROMIUM_ANSWER = f"""v=0
o=- 2497951635062666074 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 120
{CHROMIUM_TRANSPORT.replace("actpass", "active")}a=mid:0
a=extmap:5 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=recvonly
a=rtcp-mux
a=rtpmap:120 opus/48000/2
m=video 0 UDP/TLS/RTP/SAVPF 121
c=IN IP4 0.0.0.0
a=mid:1
a=inactive
a=rtpmap:121 VP8/90000
"""
FIREFOX_OFFER = f"""v=0
o=mozilla...THIS_IS_SDPARTA-99.0 5215473529467395417 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
a=fingerprint:sha-256 {DIGEST}
a=group:BUNDLE 0 2
a=ice-options:trickle
a=extmap-allow-mixed
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122252543 4c3b3d1e-71a0-4b09-8a2e-0a0a0a0a0a0a.local 50000 typ host
a=candidate:1 1 TCP 2105524479 2001:db8::1 9 typ host tcptype active
a=sendrecv
a=end-of-candidates
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=ice-pwd:0123456789abcdef0123456789abcdef
a=ice-ufrag:1a2b3c4d
a=mid:0
a=msid:- {{0b1c2d3e-0000-4000-8000-000000000000}}
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=setup:actpass
a=ssrc:11 cname:{{0b1c2d3e-0000-4000-8000-000000000001}}
m=video 0 UDP/TLS/RTP/SAVPF 120
c=IN IP4 0.0.0.0
a=inactive
m=video 0 UDP/TLS/RTP/SAVPF 120 124
c=IN IP4 0.0.0.0
a=bundle-only
a=sendonly
a=extmap:7 {TRANSPORT_WIDE}
a=fmtp:120 max-fs=12288;max-fr=60
a=ice-pwd:0123456789abcdef0123456789abcdef
a=ice-ufrag:1a2b3c4d
a=mid:2
a=rtcp-fb:* transport-cc
a=rtcp-fb:120 goog-remb
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:120 VP8/90000
a=rtpmap:124 rtx/90000
a=setup:actpass
a=ssrc:22 cname:{{0b1c2d3e-0000-4000-8000-000000000001}}
"""


def _answered(offer: str) -> list[list[str]]:
    """Return the lines of each section of the answer."""
    text = write_answer(TRANSPORT, 1, read_offer(sdp.parse(offer), {}))
    return [section.split("\r\n")[:-1] for section in re.split("(?=m=)", text)[1:]]


def test_a_browser_is_told_how_its_pictures_arrive_and_may_be_asked_for_less() -> None:
    _, video = _answered(CHROMIUM_OFFER)
    assert {
        "a=rtcp-fb:96 transport-cc",
        "a=rtcp-fb:96 goog-remb",
        f"a=extmap:3 {TRANSPORT_WIDE}",
        "a=rtcp-rsize",
    } <= set(video)
    assert any("x-google-start-bitrate" in line for line in video)


def test_voices_are_not_part_of_what_a_browser_estimates() -> None:
    audio, _ = _answered(CHROMIUM_OFFER)
    assert not [line for line in audio if "transport" in line or "goog" in line]


@pytest.mark.parametrize(
    "left_out", ["a=rtcp-fb:96 transport-cc\n", f"a=extmap:3 {TRANSPORT_WIDE}"]
)
def test_who_does_not_ask_is_told_nothing(left_out: str) -> None:
    _, video = _answered(CHROMIUM_OFFER.replace(left_out, ""))
    assert not [line for line in video if "transport" in line or "start-bitrate" in line]


def test_an_answer_with_a_refused_slot_is_read() -> None:
    audio, video = sdp.parse(CHROMIUM_ANSWER).sections
    assert (audio.is_receiving, video.is_receiving) == (True, False)


def test_a_stopped_section_stays_and_a_bundled_one_needs_no_port() -> None:
    audio, stopped, video = _answered(FIREFOX_OFFER)
    assert audio[0] == "m=audio 9 UDP/TLS/RTP/SAVPF 109"
    assert stopped == ["m=video 0 UDP/TLS/RTP/SAVPF 120", "c=IN IP4 0.0.0.0", "a=inactive"]
    assert video[0] == "m=video 9 UDP/TLS/RTP/SAVPF 120"
    assert {"a=recvonly", "a=rtcp-fb:120 transport-cc", f"a=extmap:7 {TRANSPORT_WIDE}"} <= set(
        video
    )


@pytest.fixture
async def links() -> AsyncIterator[Links]:
    port, repairs = UdpPort("127.0.0.1", 0), RepairTimer()
    yield Links(port, Certificate(), repairs, ((port.host, port.port),))
    repairs.close()
    port.close()


async def test_arrivals_are_told_of_pictures_that_came(
    links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = PublishingEnd(links, PeerId("ann"), lambda: None)
    offer = sdp.parse(CHROMIUM_OFFER)
    end.answer(offer, read_offer(offer, {}), {})
    sent: list[bytes] = []
    monkeypatch.setattr(end.connection, "decrypt_rtp", lambda length, _: length)
    monkeypatch.setattr(end.connection, "send_rtcp", sent.append)
    for sequence, number in enumerate((500, 501, 503)):
        element = bytes([0x31]) + number.to_bytes(2) + b"\0"
        header = rtp.HEADER.pack(0x90, 96, sequence, 90 * sequence, VIDEO_SSRC)
        packet = header + b"\xbe\xde\x00\x01" + element + b"\x10\x01delta"
        links.port.inbound.data[: len(packet)] = packet
        end.on_rtp(len(packet), 5.0)
    end.tell_arrivals()
    came = told_of([packet[:8] + (77).to_bytes(4) + packet[12:] for packet in sent])
    assert came == {500: 5.0, 501: 5.0, 502: None, 503: 5.0}
    assert {int.from_bytes(packet[8:12]) for packet in sent} == {VIDEO_SSRC}


async def test_ice_restarts_on_the_connection_whose_keys_go_on(
    room: TestRoom, engine: EmbeddedEngine
) -> None:
    ann, bob = await room.join("ann", 0), await room.join("bob", 1)
    await until(room.all_have_all)
    before = ann.publishing.remoteDescription.sdp
    offer = re.sub("a=ice-ufrag:.*", "a=ice-ufrag:anew", ann.publishing.localDescription.sdp)
    answer = await engine.publish(ann.peer_id, offer, {})
    assert _line("o=- [0-9]+", answer) == _line("o=- [0-9]+", before)
    assert _line("a=ice-ufrag:.*", answer) != _line("a=ice-ufrag:.*", before)
    assert await _goes_on(bob)


@pytest.mark.parametrize(
    ("old", "new"), [("a=fingerprint:sha-256 ..", "a=fingerprint:sha-256 00"), ("o=- ", "o=- 1")]
)
async def test_another_certificate_or_session_is_another_connection(
    room: TestRoom, engine: EmbeddedEngine, old: str, new: str
) -> None:
    ann, bob = await room.join("ann", 0), await room.join("bob", 1)
    await until(lambda: bob.has(ann))
    before = ann.publishing.remoteDescription.sdp
    offer = re.sub("a=ice-ufrag:.*", "a=ice-ufrag:anew", ann.publishing.localDescription.sdp)
    answer = await engine.publish(ann.peer_id, re.sub(old, new, offer), {})
    assert _line("o=- [0-9]+", answer) != _line("o=- [0-9]+", before)


def _line(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None
    return found[0]


async def _goes_on(client: RtcClient) -> bool:
    """Wait until more has come of the other one."""
    count = sum(client.frames().values())
    await until(lambda: sum(client.frames().values()) > count + 10)
    return True
