"""Reading clients' descriptions: real ones, every limit, and any text at all."""

from __future__ import annotations

import contextlib

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine import sdp
from proconf_tui.engine.forwarding.slot import SlotDescription
from proconf_tui.engine.publishing import read_offer
from proconf_tui.engine.sdp_text import AUDIO_LEVEL, LocalTransport, write_answer, write_offer
from proconf_tui.errors import InvalidMessage

DIGEST = ":".join(["AB"] * 32)
SESSION = f"""v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=fingerprint:sha-256 {DIGEST}
a=ice-ufrag:abcd
a=setup:actpass
"""
AUDIO = f"""m=audio 9 UDP/TLS/RTP/SAVPF 96 0 111
a=mid:0
a=sendonly
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
a=extmap:3/sendonly {AUDIO_LEVEL}
a=extmap:15 urn:too:high
a=ssrc:1234 cname:x
a=ssrc:1234 msid:a b
"""
VIDEO = """m=video 9 UDP/TLS/RTP/SAVPF 97 98
a=mid:1
a=rtpmap:98 VP8/90000
a=rtpmap:97 H264/90000
a=ssrc:5678 cname:x
a=ssrc:9999 cname:x
"""
OFFER = SESSION + AUDIO + VIDEO
TRANSPORT = LocalTransport(1, "ufrag", "password", DIGEST, (("192.0.2.1", 4000), ("::1", 4000)))


def test_an_offer_is_read() -> None:
    read = sdp.parse(OFFER)
    assert (read.ufrag, read.setup, read.fingerprints) == (
        "abcd",
        "actpass",
        (("sha-256", DIGEST),),
    )
    audio, video = read.sections
    assert (audio.kind, audio.mid, audio.is_sending, audio.is_receiving) == (
        "audio",
        "0",
        True,
        False,
    )
    assert audio.codecs == (sdp.Codec(0, "pcmu", 8000), sdp.Codec(111, "opus", 48000))
    assert audio.extensions == {AUDIO_LEVEL: 3}
    assert audio.ssrcs == (1234,)
    assert (video.direction, video.ssrcs) == ("sendrecv", (5678, 9999))


def test_facts_of_an_m_line_go_before_those_of_the_session() -> None:
    offer = OFFER.replace("a=mid:0", "a=mid:0\na=ice-ufrag:wxyz\na=setup:active")
    assert (sdp.parse(offer).ufrag, sdp.parse(offer).setup) == ("wxyz", "active")


def test_line_ends_do_not_matter() -> None:
    assert sdp.parse(OFFER.replace("\n", "\r\n")) == sdp.parse(OFFER)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("v=0", "v=1", "v=0"),
        ("m=audio 9", "m=audio", "m= line"),
        ("m=audio 9", "m=audio x", "m= line"),
        ("SAVPF 96", "SAVPF 96\x85a=x", "m= line"),
        ("a=mid:0\n", "", "without a=mid"),
        ("a=mid:1", "a=mid:0", "one mid twice"),
        ("a=mid:1", "a=mid:1 2", "a=mid"),
        ("a=mid:1", "a=mid:" + "1" * 65, "a=mid"),
        ("a=ice-ufrag:abcd\n", "", "no a=ice-ufrag"),
        ("ufrag:abcd", "ufrag:a b c d", "a=ice-ufrag"),
        ("a=setup:actpass\n", "", "no a=setup"),
        ("actpass", "sideways", "a=setup"),
        (f"a=fingerprint:sha-256 {DIGEST}\n", "", "fingerprint"),
        ("sha-256", "md5", "fingerprint"),
        ("AB:AB\n", "AB:XY\n", "fingerprint"),
        ("rtpmap:98 VP8/90000", "rtpmap:98", "a=rtpmap"),
        ("rtpmap:98 ", "rtpmap:128 ", "payload type"),
        ("rtpmap:98 ", "rtpmap:72 ", "payload type"),
        ("extmap:3/sendonly ", "extmap:", "a=extmap"),
        ("ssrc:5678", "ssrc:x", "a=ssrc"),
        ("ssrc:5678", "ssrc:4294967296", "SSRC"),
        ("ssrc:5678", "ssrc:٣", "a=ssrc"),
    ],
)
def test_what_is_malformed_is_named(old: str, new: str, why: str) -> None:
    assert old in OFFER
    with pytest.raises(InvalidMessage, match=why):
        sdp.parse(OFFER.replace(old, new))


def _sections(count: int) -> str:
    return "".join(AUDIO.replace("mid:0", f"mid:{n}") for n in range(count))


def test_limits() -> None:
    candidates = [f"a=candidate:{n} 1 udp 1 192.0.2.1 {n} typ host\n" for n in range(33)]
    assert len(sdp.parse(SESSION + _sections(64)).sections) == sdp.MAX_SECTIONS
    with pytest.raises(InvalidMessage, match="more than 64 media sections"):
        sdp.parse(SESSION + _sections(65))
    # The same ones in each m-line, as aiortc writes them, count once.
    sdp.parse(OFFER + "".join(candidates[:32] * 3))
    with pytest.raises(InvalidMessage, match="more than 32 candidates"):
        sdp.parse(OFFER + "".join(candidates))
    with pytest.raises(InvalidMessage, match="longer than 64 KiB"):
        sdp.parse(OFFER + "a=x:" + "é" * 33000)
    for end in ("\n", "\r\n"):
        offer = OFFER.replace("\n", end)
        sdp.parse(offer + end * (4000 - offer.count("\n")))
        with pytest.raises(InvalidMessage, match="more than 4000 lines"):
            sdp.parse(offer + end * (4001 - offer.count("\n")))


def test_the_answer_takes_what_can_be_forwarded_and_rejects_the_rest() -> None:
    application = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\n"
    h264 = VIDEO.replace("mid:1", "mid:3").replace("rtpmap:98 VP8", "rtpmap:98 AV1")
    h264 = h264.replace("5678", "1").replace("9999", "2")
    offer = sdp.parse(OFFER + application + h264)
    text = write_answer(TRANSPORT, 1, read_offer(offer, {}))
    answer = SessionDescription.parse(text)
    assert [(m.kind, m.port != 0, m.rtp.muxId) for m in answer.media] == [
        ("audio", True, "0"),
        ("video", True, "1"),
        ("application", False, "2"),
        ("video", False, "3"),
    ]
    audio, video = answer.media[:2]
    assert ([c.payloadType for c in audio.rtp.codecs], audio.direction) == ([111], "recvonly")
    assert [(e.id, e.uri) for e in audio.rtp.headerExtensions] == [(3, AUDIO_LEVEL)]
    assert ([c.payloadType for c in video.rtp.codecs], video.direction) == ([98], "recvonly")
    assert [str(group) for group in answer.group] == ["BUNDLE 0 1"]
    for media in (audio, video):
        assert media.dtls is not None
        assert media.dtls.role == "server"
        assert [c.ip for c in media.ice_candidates] == ["192.0.2.1", "::1"]


def test_a_client_that_wants_to_be_passive_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="active role"):
        read_offer(sdp.parse(OFFER.replace("actpass", "passive")), {})


def test_two_streams_with_one_ssrc_are_refused() -> None:
    with pytest.raises(InvalidMessage, match="one SSRC"):
        read_offer(sdp.parse(OFFER.replace("5678", "1234")), {})


def test_the_offer_names_every_slot() -> None:
    slots = [
        SlotDescription("0", "audio", 11, 120, 5),
        SlotDescription("1", "video", 12, 121, 6),
    ]
    offer = SessionDescription.parse(write_offer(TRANSPORT, 3, slots))
    assert [(m.kind, m.rtp.muxId, m.direction) for m in offer.media] == [
        ("audio", "0", "sendonly"),
        ("video", "1", "sendonly"),
    ]
    assert [m.ssrc[0].ssrc for m in offer.media] == [11, 12]
    assert [[c.mimeType for c in m.rtp.codecs] for m in offer.media] == [
        ["audio/opus"],
        ["video/VP8"],
    ]
    candidates = offer.media[1].ice_candidates
    priorities = [c.priority for c in candidates]
    assert priorities == sorted(set(priorities), reverse=True)
    assert len({c.foundation for c in candidates}) == len(candidates) == 2


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text)
    _read_or_refuse("v=0\n" + text)


@given(st.data())
def test_any_damage_is_read_or_refused(data: st.DataObject) -> None:
    lines = OFFER.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        junk = data.draw(st.text(max_size=8) | st.just(lines[at][cut:]) | st.sampled_from(lines))
        lines[at] = lines[at][:cut] + junk
    _read_or_refuse("\n".join(lines))


def _read_or_refuse(text: str) -> None:
    with contextlib.suppress(InvalidMessage):
        written = write_answer(TRANSPORT, 1, read_offer(sdp.parse(text), {}))
        # Nothing of theirs becomes a line of ours.
        assert all(line[1:2] == "=" for line in written.split("\r\n")[:-1])
