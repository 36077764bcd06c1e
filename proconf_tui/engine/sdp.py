"""Reading a client's session description: bounded, strict, and `InvalidMessage` for the rest.

Pure. It reads only what a forwarder uses and trusts none of it: every text that is written
back into our own descriptions is a checked token. The client's candidates and ICE password
are not used at all, since an ICE-lite server only answers. Sources: RFC 8866 (SDP), RFC 8829
(JSEP), RFC 8839 (ICE), RFC 8122 and 8842 (DTLS), RFC 8285 (extensions), RFC 5576 (SSRC),
RFC 4585 (feedback), RFC 9143 (bundling).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol.limits import KIB, SDP_BYTES, SDP_CANDIDATES, SDP_LINES

MAX_SECTIONS: Final = 64

_TOKEN: Final = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,64}")
_ICE_TEXT: Final = re.compile(r"[A-Za-z0-9+/]{4,256}")
_MEDIA: Final = re.compile(r"([a-z]{1,16}) ([0-9]{1,5})(?:/[0-9]{1,5})? ([A-Za-z0-9/]{1,32}) (.+)")
_CODEC: Final = re.compile(r"([0-9]{1,3}) ([A-Za-z0-9.\-_]{1,32})/([0-9]{1,6})(?:/[0-9]{1,2})?")
_EXTENSION: Final = re.compile(r"([0-9]{1,3})(?:/[a-z]{8})? (\S{1,256})(?: .*)?")
_DIGEST: Final = re.compile(r"(sha-256|sha-384|sha-512) ((?:[0-9A-F]{2}:){31,63}[0-9A-F]{2})", re.I)
_SSRC: Final = re.compile(r"([0-9]{1,10})(?: .*)?")
_SETUPS: Final = frozenset({"actpass", "active", "passive", "holdconn"})
_DIRECTIONS: Final = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


@dataclass(frozen=True, slots=True)
class Codec:
    """One ``a=rtpmap``; ``name`` in lower case."""

    payload_type: int
    name: str
    clock_hz: int


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line and its attributes.

    ``mid`` may be empty in one that is rejected. ``codecs`` in the client's order of preference;
    ``extensions`` maps a URI to its id; ``feedback`` are pairs of a format, or "*" for all, and
    what is understood for it.
    """

    kind: str
    protocol: str
    formats: tuple[str, ...]
    mid: str
    direction: str
    is_rejected: bool
    codecs: tuple[Codec, ...]
    extensions: Mapping[str, int]
    ssrcs: tuple[int, ...]
    feedback: frozenset[tuple[str, str]]

    @property
    def is_sending(self) -> bool:
        """Whether the client wants to send on it."""
        return not self.is_rejected and self.direction in ("sendrecv", "sendonly")

    @property
    def is_receiving(self) -> bool:
        """Whether the client wants to receive on it."""
        return not self.is_rejected and self.direction in ("sendrecv", "recvonly")

    def takes(self, feedback: str, payload_type: int) -> bool:
        """Whether the client understands this kind of RTCP feedback for ``payload_type``."""
        return any((name, feedback) in self.feedback for name in (str(payload_type), "*"))


@dataclass(frozen=True, slots=True)
class Description:
    """A client's description; transport facts are those of the first m-line in use.

    ``fingerprints`` are pairs of algorithm and digest. ``session_id`` is the same in all offers of
    one connection (RFC 8829 section 5.2.2), "" if the text has none.
    """

    sections: tuple[Section, ...]
    ufrag: str
    setup: str
    fingerprints: tuple[tuple[str, str], ...]
    session_id: str = ""


@dataclass(slots=True)
class _Draft:
    """A scope being read: the session or one m-line."""

    media: re.Match[str] | None = None
    mid: str = ""
    direction: str = ""
    is_bundle_only: bool = False
    ufrag: str = ""
    setup: str = ""
    fingerprints: list[tuple[str, str]] = field(default_factory=list)
    codecs: dict[int, Codec] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    ssrcs: list[int] = field(default_factory=list)
    feedback: set[tuple[str, str]] = field(default_factory=set)


def parse(text: str) -> Description:
    """Return what a client's offer or answer says.

    Raises:
        InvalidMessage: the text is malformed, or passes a limit, which the error names.
    """
    if len(text) > SDP_BYTES or len(text.encode(errors="replace")) > SDP_BYTES:
        _refuse(f"is longer than {SDP_BYTES // KIB} KiB")
    if text.count("\n") > SDP_LINES:
        _refuse(f"has more than {SDP_LINES} lines")
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "v=0":
        _refuse("does not begin with v=0")
    session, drafts = _read(lines)
    sections = tuple(_section(draft, session) for draft in drafts)
    _check_mids(sections)
    ufrag, setup, fingerprints = _transport(session, drafts, sections)
    return Description(sections, ufrag, setup, fingerprints, _session_id(lines))


def _session_id(lines: Iterable[str]) -> str:
    origin = next((line.split() for line in lines if line.startswith("o=")), [])
    return origin[1] if len(origin) > 1 else ""


def _refuse(what: str) -> NoReturn:
    raise InvalidMessage(f"The session description {what}.")


def _read(lines: Iterable[str]) -> tuple[_Draft, list[_Draft]]:
    session = scope = _Draft()
    drafts: list[_Draft] = []
    candidates: set[str] = set()
    for line in lines:
        if line.startswith("m="):
            scope = _Draft(media=_media(line))
            drafts.append(scope)
        elif line.startswith("a=candidate:"):
            candidates.add(line)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            read = _ATTRIBUTES.get(name)
            if read is not None:
                read(scope, value.strip() or name)
        if len(drafts) > MAX_SECTIONS:
            _refuse(f"has more than {MAX_SECTIONS} media sections")
        if len(candidates) > SDP_CANDIDATES:
            _refuse(f"has more than {SDP_CANDIDATES} candidates")
    return session, drafts


def _media(line: str) -> re.Match[str]:
    match = _MEDIA.fullmatch(line[2:].strip())
    if match is None or not all(_TOKEN.fullmatch(part) for part in match[4].split()):
        _refuse("has a malformed m= line")
    return match


def _match(pattern: re.Pattern[str], value: str, name: str) -> re.Match[str]:
    match = pattern.fullmatch(value)
    if match is None:
        _refuse(f"has a malformed a={name} line")
    return match


def _read_mid(scope: _Draft, value: str) -> None:
    scope.mid = _match(_TOKEN, value, "mid")[0]


def _read_ufrag(scope: _Draft, value: str) -> None:
    scope.ufrag = _match(_ICE_TEXT, value, "ice-ufrag")[0]


def _read_setup(scope: _Draft, value: str) -> None:
    if value not in _SETUPS:
        _refuse("has a malformed a=setup line")
    scope.setup = value


def _read_direction(scope: _Draft, value: str) -> None:
    scope.direction = value


def _read_bundle_only(scope: _Draft, _: str) -> None:
    scope.is_bundle_only = True


def _read_fingerprint(scope: _Draft, value: str) -> None:
    match = _DIGEST.fullmatch(value)
    if match is not None:  # digests we do not know are allowed beside one that we do
        scope.fingerprints.append((match[1].lower(), match[2].upper()))


def _read_codec(scope: _Draft, value: str) -> None:
    match = _match(_CODEC, value, "rtpmap")
    codec = Codec(int(match[1]), match[2].lower(), int(match[3]))
    # 64 to 95 with the marker bit would look like RTCP (RFC 5761 section 4).
    if codec.payload_type > 127 or 64 <= codec.payload_type <= 95:
        _refuse("has a payload type out of range")
    scope.codecs[codec.payload_type] = codec


def _read_extension(scope: _Draft, value: str) -> None:
    match = _match(_EXTENSION, value, "extmap")
    if 1 <= int(match[1]) <= 14:  # the others do not fit into one-byte extensions
        scope.extensions[match[2]] = int(match[1])


def _read_ssrc(scope: _Draft, value: str) -> None:
    ssrc = int(_match(_SSRC, value, "ssrc")[1])
    if not 0 < ssrc <= 0xFFFFFFFF:
        _refuse("has an SSRC out of range")
    if ssrc not in scope.ssrcs[-1:]:
        scope.ssrcs.append(ssrc)


def _read_feedback(scope: _Draft, value: str) -> None:
    name, _, feedback = value.partition(" ")
    scope.feedback.add((name, feedback.strip()))


_ATTRIBUTES: Final[dict[str, Callable[[_Draft, str], None]]] = {
    "mid": _read_mid,
    "ice-ufrag": _read_ufrag,
    "setup": _read_setup,
    "fingerprint": _read_fingerprint,
    "rtpmap": _read_codec,
    "extmap": _read_extension,
    "ssrc": _read_ssrc,
    "rtcp-fb": _read_feedback,
    "bundle-only": _read_bundle_only,
    **dict.fromkeys(_DIRECTIONS, _read_direction),
}


def _section(draft: _Draft, session: _Draft) -> Section:
    assert draft.media is not None
    kind, port, protocol, formats = draft.media.groups()
    order = tuple(formats.split())
    by_format = {str(codec.payload_type): codec for codec in draft.codecs.values()}
    return Section(
        kind=kind,
        protocol=protocol,
        formats=order,
        mid=draft.mid,
        direction=draft.direction or session.direction or "sendrecv",
        # Port 0 with the attribute only says that there is no transport beside the bundle's.
        is_rejected=int(port) == 0 and not draft.is_bundle_only,
        codecs=tuple(by_format[name] for name in order if name in by_format),
        extensions=draft.extensions,
        ssrcs=tuple(draft.ssrcs),
        feedback=frozenset(draft.feedback),
    )


def _check_mids(sections: tuple[Section, ...]) -> None:
    if any(not section.mid and not section.is_rejected for section in sections):
        _refuse("has a media section without a=mid")
    mids = [section.mid for section in sections if section.mid]
    if len(set(mids)) != len(mids):
        _refuse("uses one mid twice")


def _transport(
    session: _Draft, drafts: list[_Draft], sections: tuple[Section, ...]
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    # All m-lines are bundled: they share the transport of the first in use (RFC 9143).
    pairs = zip(drafts, sections, strict=True)
    first = next((draft for draft, section in pairs if not section.is_rejected), session)
    ufrag = first.ufrag or session.ufrag
    setup = first.setup or session.setup
    fingerprints = first.fingerprints or session.fingerprints
    if not ufrag:
        _refuse("has no a=ice-ufrag")
    if not setup:
        _refuse("has no a=setup")
    if not fingerprints:
        _refuse("has no certificate fingerprint that is known here")
    return ufrag, setup, tuple(fingerprints)
