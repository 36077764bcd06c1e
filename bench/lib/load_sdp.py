"""Session descriptions of load clients, written and read by hand; pure.

It knows as much SDP as an SFU that answers ICE-lite, aiortc and Janus need. The payload types and
header extension of what is published are constants here; what is received keeps the offer's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

AUDIO_LEVEL: Final = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
LEVEL_ID: Final = 1
PAYLOAD_TYPE: Final = {"audio": 111, "video": 96}
LABELS: Final = {"0": "audio", "1": "video"}
"""What a load client publishes: label by mid."""

_CODEC: Final = {"audio": "opus/48000/2", "video": "VP8/90000"}
_COPIED: Final = ("a=mid:", "a=rtcp-mux")
_OF_CODEC: Final = ("a=rtpmap:", "a=fmtp:", "a=rtcp-fb:")


@dataclass(frozen=True, slots=True)
class LocalEnd:
    """Our end of a transport; ``is_lite``: it answers connectivity checks and makes none."""

    ufrag: str
    password: str
    fingerprint: str
    host: str
    port: int
    is_lite: bool


@dataclass(frozen=True, slots=True)
class RemoteEnd:
    """The other end of a transport, and the streams its description names.

    ``addresses`` are its UDP candidates, ``ssrcs`` and ``payload_types`` by kind.
    """

    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[tuple[str, int], ...]
    ssrcs: dict[str, tuple[int, ...]]
    payload_types: dict[str, int]


def publishing_offer(local: LocalEnd, audio_ssrc: int, video_ssrc: int) -> str:
    """Return the offer of one voice (mid 0) and one picture (mid 1)."""
    lines = _session_lines(local, LABELS)
    for (mid, kind), ssrc in zip(LABELS.items(), (audio_ssrc, video_ssrc), strict=True):
        payload_type = PAYLOAD_TYPE[kind]
        lines += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload_type}",
            "c=IN IP4 0.0.0.0",
            "a=rtcp-mux",
            f"a=mid:{mid}",
            f"a=rtpmap:{payload_type} {_CODEC[kind]}",
        ]
        if kind == "audio":
            lines.append(f"a=extmap:{LEVEL_ID} {AUDIO_LEVEL}")
        else:
            lines += [f"a=rtcp-fb:{payload_type} nack", f"a=rtcp-fb:{payload_type} nack pli"]
        lines += ["a=sendonly", f"a=msid:load {kind}", f"a=ssrc:{ssrc} cname:load{audio_ssrc}"]
        lines += _transport_lines(local)
    return _join(lines)


def subscribing_answer(offer: str, local: LocalEnd) -> str:
    """Return the answer that receives every stream of ``offer`` and sends none."""
    _, *sections = _sections(offer)
    mids = [line.removeprefix("a=mid:") for line in offer.split("\r\n") if line[:6] == "a=mid:"]
    lines = _session_lines(local, mids)
    for section in sections:
        lines += _answered(section) + _transport_lines(local)
    return _join(lines)


def _answered(section: list[str]) -> list[str]:
    kind, _, protocol, codec = section[0].removeprefix("m=").split(" ")[:4]
    lines = [f"m={kind} 9 {protocol} {codec}", "c=IN IP4 0.0.0.0"]
    lines += [line for line in section if line.startswith(_COPIED)]
    of_codec = tuple(f"{name}{codec} " for name in _OF_CODEC)
    lines += [line for line in section if line.startswith(of_codec)]
    lines += [
        line for line in section if line.startswith("a=extmap:") and line.endswith(AUDIO_LEVEL)
    ]
    return [*lines, "a=recvonly"]


def remote_end(description: str) -> RemoteEnd:
    """Return what an offer or answer says of its transport and streams."""
    lines = description.split("\r\n")
    ssrcs: dict[str, list[int]] = {"audio": [], "video": []}
    payload_types: dict[str, int] = {}
    for section in _sections(description)[1:]:
        kind, _, _, codec = section[0].removeprefix("m=").split(" ")[:4]
        payload_types.setdefault(kind, int(codec))
        named = (line.removeprefix("a=ssrc:") for line in section if line[:7] == "a=ssrc:")
        ssrcs[kind] += [int(line.split(" ")[0]) for line in named][:1]
    return RemoteEnd(
        ufrag=_value(lines, "a=ice-ufrag:"),
        password=_value(lines, "a=ice-pwd:"),
        fingerprint=_value(lines, "a=fingerprint:sha-256 "),
        addresses=tuple(_addresses(lines)),
        ssrcs={kind: tuple(numbers) for kind, numbers in ssrcs.items()},
        payload_types=payload_types,
    )


def _sections(description: str) -> list[list[str]]:
    """Return the lines of the session and of each m-line."""
    scopes: list[list[str]] = [[]]
    for line in description.replace("\r\n", "\n").split("\n"):
        if line.startswith("m="):
            scopes.append([])
        scopes[-1].append(line)
    return scopes


def _value(lines: Iterable[str], name: str) -> str:
    return next(line.removeprefix(name) for line in lines if line.startswith(name))


def _addresses(lines: Iterable[str]) -> Iterable[tuple[str, int]]:
    seen = set()
    for line in lines:
        if line.startswith("a=candidate:"):
            _, component, transport, _, host, port, *_ = line.split(" ")
            address = (host, int(port))
            if component == "1" and transport.lower() == "udp" and address not in seen:
                seen.add(address)
                yield address


def _session_lines(local: LocalEnd, mids: Iterable[str]) -> list[str]:
    session_id = int.from_bytes(local.ufrag.encode()[:7])  # a connection's own, as it must be
    lines = ["v=0", f"o=- {session_id} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    if local.is_lite:
        lines.append("a=ice-lite")
    return [*lines, " ".join(("a=group:BUNDLE", *mids)), "a=msid-semantic: WMS *"]


def _transport_lines(local: LocalEnd) -> list[str]:
    return [
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        "a=setup:active",
        f"a=candidate:1 1 udp 2130706431 {local.host} {local.port} typ host",
        "a=end-of-candidates",
    ]


def _join(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
