"""What the server asks of a forwarding engine, whichever one it is, and what the engine tells back.

Every client has two peer connections with a fixed offerer each: *publishing* (the client
offers) and *subscribing* (the engine offers a set of slots). A slot is an m-line with a
constant SSRC; the engine switches which peer's stream feeds it and says so.

Knows nothing of rooms beyond their names: no roles, no lobby, no rights. Who may be heard
is decided above and arrives here as :meth:`Engine.set_forwarding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from proconf_tui.protocol.ids import PeerId, RoomId

Kind = Literal["audio", "video"]

Watched = tuple[tuple[PeerId, str], ...]
"""Pictures of others, each by its publisher and its label; what matters most comes first."""


@dataclass(frozen=True, slots=True)
class SlotFeed:
    """The stream that feeds one slot of a subscriber now.

    ``source`` is the number by which its packets name it (the CSRC of RFC 3550 section 5.1), so
    that a receiver can tell them from those of the one before; 0 where the engine names none.
    """

    mid: str
    kind: Kind
    peer_id: PeerId
    label: str
    source: int = 0


@dataclass(frozen=True, slots=True)
class StreamStats:
    """One published stream as it arrives; counters run since it was published.

    ``lost`` counts packets that never came, after every repair, ``repaired`` those that came late
    or again; ``loss`` is the fraction (0..1) of the last second, before repair.
    """

    label: str
    kind: Kind
    packets: int = 0
    bytes: int = 0
    lost: int = 0
    repaired: int = 0
    loss: float = 0.0
    jitter_s: float = 0.0
    keyframes: int = 0
    keyframe_requests: int = 0
    subscribers: int = 0


@dataclass(frozen=True, slots=True)
class PeerStats:
    """One peer as the engine sees it; counters run since it was added.

    ``rtt_s`` is the newest round trip of the subscribing connection, None before the first
    receiver report; ``loss`` is the fraction lost (0..1) by the newest reports of all slots that
    are fed. ``resent`` counts packets sent to this peer once more; ``available_bps`` is what its
    line seems to carry (None while nothing limits it), ``held_back`` the watched pictures not sent
    to it for that. ``streams`` are those of which something has come.
    """

    is_publishing: bool
    is_subscribing: bool
    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    slots: int
    slots_fed: int
    rtt_s: float | None
    loss: float
    resent: int = 0
    available_bps: int | None = None
    held_back: int = 0
    streams: tuple[StreamStats, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineStats:
    """The whole engine; packets and bytes are datagrams on the wire, of every protocol.

    ``refused`` counts datagrams nobody was let to send: from strangers, forged or garbled.
    ``cpu_s`` is the processor time of the engine's process.
    """

    port: int
    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    peers: Mapping[PeerId, PeerStats]
    refused: int = 0
    cpu_s: float = 0.0
    rooms: Mapping[RoomId, frozenset[PeerId]] = field(default_factory=dict)


class EngineListener(Protocol):
    """What a room hears from its engine: called on the event loop; must not block or raise."""

    def on_offer(self, peer_id: PeerId, sdp: str) -> None:
        """Pass the engine's offer, or re-offer, for the subscribing connection to the peer.

        One offer is in flight at a time: the next comes only after :meth:`Engine.answer`.
        """
        ...

    def on_slots(self, peer_id: PeerId, feeds: tuple[SlotFeed, ...]) -> None:
        """Take the whole map of what feeds this peer's slots, each time it changes."""
        ...

    def on_media_lost(self, peer_id: PeerId) -> None:
        """Learn that a connection of this peer was up and nothing has come from it for 15 s.

        Told once for each silence. It keeps its place, but is sent nothing more and leaves the
        others' slots, until something comes again or a fresh one takes its place.
        """
        ...

    def on_media_absent(self, peer_id: PeerId) -> None:
        """Learn that a connection of this peer was described by both ends and is not up after 15 s.

        Told once for a peer from when it was added: as a rule its packets do not get here.
        """
        ...

    def on_levels(self, levels: Mapping[PeerId, float]) -> None:
        """Take the speakers' levels in dBov (-127 silence .. 0 loudest), about 5 times a second.

        Only peers whose audio is forwarded and from whom sound came since the last call,
        whether they are among those who are heard or not; no call when there are none.
        """
        ...


class Engine(Protocol):
    """A forwarder of media between the peers of rooms; every method runs on the event loop."""

    async def open(self) -> None:
        """Begin to serve.

        Raises:
            ConfigError: the UDP port is taken or an address makes no sense.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection and give back every socket and task."""
        ...

    async def add_room(self, room_id: RoomId, listener: EngineListener) -> None:
        """Make an empty room whose news goes to ``listener``."""
        ...

    async def remove_room(self, room_id: RoomId) -> None:
        """Remove a room with all its peers; idempotent."""
        ...

    async def add_peer(
        self, room_id: RoomId, peer_id: PeerId, *, watched: Watched | None = None
    ) -> None:
        """Open a peer's subscribing connection; ``on_offer`` follows.

        A peer that is here already starts afresh, which is how a subscribing connection
        restarts. ``watched`` is as in :meth:`set_watching`: the first offer is made for it.

        Raises:
            RoomNotFound: there is no such room.
        """
        ...

    async def remove_peer(self, peer_id: PeerId) -> None:
        """Close a peer's connections and free its slots at others; idempotent."""
        ...

    async def publish(self, peer_id: PeerId, sdp: str, labels: Mapping[str, str]) -> str:
        """Take a client's offer for its publishing connection and return the answer.

        ``labels`` maps mid to label: "audio" for sound, "video", "screen" or another for
        pictures; a mid without one is labelled by its kind. A repeated offer with added
        m-lines renegotiates; one with a new ICE ufrag restarts ICE if its session id and
        certificate are those of before, else makes a fresh connection.

        Raises:
            InvalidMessage: the offer cannot be used.
            PeerNotFound: there is no such peer.
        """
        ...

    async def answer(self, peer_id: PeerId, sdp: str) -> None:
        """Take the client's answer to the last ``on_offer``.

        Raises:
            InvalidMessage: the answer cannot be used, or no offer waits for one.
            PeerNotFound: there is no such peer.
        """
        ...

    async def set_forwarding(self, peer_id: PeerId, label: str, *, is_on: bool) -> None:
        """Say whether this peer's stream goes to anybody; off until said otherwise.

        May come before ``publish``. While off, packets are received and dropped, and the
        slots the stream fed are free. Where more voices are on than anybody can follow, each
        peer is sent the loudest of the others.

        Raises:
            PeerNotFound: there is no such peer.
        """
        ...

    async def set_receiving(self, peer_id: PeerId, *, is_on: bool) -> None:
        """Say whether this peer is sent anything; on until said otherwise.

        Raises:
            PeerNotFound: there is no such peer.
        """
        ...

    async def set_watching(self, peer_id: PeerId, watched: Watched | None) -> None:
        """Say which others' pictures this peer is sent, None for all of them; sound is not meant.

        Takes effect at once: slots of what is watched no longer are free, and who publishes
        what is watched anew is asked for a keyframe. Of more than there are slots for, the first
        named are sent. Names of nobody count for nothing until somebody has them.

        Raises:
            PeerNotFound: there is no such peer.
        """
        ...

    def stats(self) -> EngineStats:
        """Return the counters as they are now."""
        ...
