"""Writing the engine's own session descriptions: its answers and its offers.

Pure: what it is given is already checked. The same offer with m-lines appended is a
re-offer and restarts nothing. Two habits are for aiortc: candidates and SSRCs stand in
every m-line, or it never connects, or connects without media.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from proconf_tui.engine.base import Kind
from proconf_tui.engine.forwarding.slot import SlotDescription
from proconf_tui.engine.ice_lite import Address
from proconf_tui.engine.rtcp import CNAME
from proconf_tui.engine.sdp import Section

AUDIO_LEVEL: Final = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_WIDE: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
SEND_TIME: Final = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

REMB: Final = "goog-remb"
TRANSPORT_CC: Final = "transport-cc"
START_KBPS: Final = 600
"""What browsers of one family begin with, instead of 300, which makes a blur of 720 lines.

Only for who hears at once when it is too much.
"""

SLOT_PAYLOAD_TYPE: Final[dict[Kind, int]] = {"audio": 120, "video": 121}
SLOT_EXTENSION_ID: Final[dict[Kind, int]] = {"audio": 5, "video": 6}

_SLOT_EXTENSION: Final[dict[Kind, str]] = {"audio": AUDIO_LEVEL, "video": SEND_TIME}
_CODEC_LINES: Final[dict[Kind, tuple[str, ...]]] = {
    "audio": ("a=rtpmap:{0} opus/48000/2", "a=fmtp:{0} minptime=10;useinbandfec=1"),
    "video": ("a=rtpmap:{0} VP8/90000", "a=rtcp-fb:{0} nack", "a=rtcp-fb:{0} nack pli"),
}
_SLOT_LINES: Final[dict[Kind, tuple[str, ...]]] = {
    "audio": ("a=rtcp-fb:{0} nack",),
    "video": ("a=rtcp-fb:{0} ccm fir", "a=rtcp-fb:{0} goog-remb"),
}


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our end of a connection as SDP tells it.

    ``addresses``, each a host and a port first, in order of preference.
    """

    session_id: int
    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """Our answer to one offered m-line; ``payload_type`` None rejects it.

    The header extensions we read, 0 for none: ``level_id`` of audio levels, ``number_id`` of the
    number that counts all packets of the transport.
    """

    offered: Section
    kind: Kind
    payload_type: int | None
    level_id: int
    number_id: int = 0


def write_answer(
    transport: LocalTransport, version: int, sections: Sequence[AnsweredSection]
) -> str:
    """Return the answer to a client's publishing offer."""
    mids = [section.offered.mid for section in sections if section.payload_type is not None]
    lines = _session_lines(transport, version, mids)
    for section in sections:
        lines += _answered_lines(section, transport)
    return _join(lines)


def write_offer(transport: LocalTransport, version: int, slots: Sequence[SlotDescription]) -> str:
    """Return the offer of ``slots`` for a client's subscribing connection."""
    lines = _session_lines(transport, version, [slot.mid for slot in slots])
    for slot in slots:
        lines += _slot_lines(slot, transport)
    return _join(lines)


def _join(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def _session_lines(transport: LocalTransport, version: int, mids: Sequence[str]) -> list[str]:
    return [
        "v=0",
        f"o=- {transport.session_id} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        " ".join(("a=group:BUNDLE", *mids)),
        "a=msid-semantic: WMS *",
    ]


def _answered_lines(section: AnsweredSection, transport: LocalTransport) -> list[str]:
    offered = section.offered
    if section.payload_type is None:
        formats = " ".join(offered.formats)
        return [
            f"m={offered.kind} 0 {offered.protocol} {formats}",
            "c=IN IP4 0.0.0.0",
            *([f"a=mid:{offered.mid}"] if offered.mid else []),
            "a=inactive",
        ]
    lines = _media_lines(section.kind, section.payload_type, offered.mid)
    lines.append("a=recvonly" if offered.is_sending else "a=inactive")
    if section.level_id:
        lines.append(f"a=extmap:{section.level_id} {AUDIO_LEVEL}")
    if section.kind == "video" and offered.takes(REMB, section.payload_type):
        lines.append(f"a=rtcp-fb:{section.payload_type} {REMB}")
    if section.number_id:
        lines.append(f"a=fmtp:{section.payload_type} x-google-start-bitrate={START_KBPS}")
        lines.append(f"a=rtcp-fb:{section.payload_type} {TRANSPORT_CC}")
        lines.append(f"a=extmap:{section.number_id} {TRANSPORT_WIDE}")
    return lines + _transport_lines(transport, "passive")


def _slot_lines(slot: SlotDescription, transport: LocalTransport) -> list[str]:
    return [
        *_media_lines(slot.kind, slot.payload_type, slot.mid),
        *(line.format(slot.payload_type) for line in _SLOT_LINES[slot.kind]),
        "a=sendonly",
        f"a=msid:slot{slot.mid} {slot.kind}{slot.mid}",
        f"a=extmap:{slot.extension_id} {_SLOT_EXTENSION[slot.kind]}",
        f"a=ssrc:{slot.ssrc} cname:{CNAME}",
        *_transport_lines(transport, "actpass"),
    ]


def _media_lines(kind: Kind, payload_type: int, mid: str) -> list[str]:
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=mid:{mid}",
        *(line.format(payload_type) for line in _CODEC_LINES[kind]),
    ]


def _transport_lines(transport: LocalTransport, setup: str) -> list[str]:
    candidates = [
        f"a=candidate:{rank} 1 udp {_priority(rank)} {address[0]} {address[1]} typ host"
        for rank, address in enumerate(transport.addresses, start=1)
    ]
    return [
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        f"a=setup:{setup}",
        *candidates,
        "a=end-of-candidates",
    ]


def _priority(rank: int) -> int:
    return (126 << 24) + ((65536 - rank) << 8) + 255  # RFC 8445 section 5.1.2.1
