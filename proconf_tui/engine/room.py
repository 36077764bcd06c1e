"""One room in the engine: who is in it, and its slots kept in line with what is forwarded.

Refuses to know why a stream is forwarded or not. After every change of who is there and what
is forwarded the whole room is looked at again: slots of streams that ended become free, waiting
streams take them, and a subscriber with too few slots gets an offer of more. When only others
are heard, only the audio of those who hear others changes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from proconf_tui.engine.bandwidth import RoomBandwidth
from proconf_tui.engine.base import EngineListener, Watched
from proconf_tui.engine.forwarding.assignment import (
    MAX_AUDIO_SLOTS,
    assign,
    feeds,
    first_slots,
    growth,
)
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.slot import Slot
from proconf_tui.engine.links import Links
from proconf_tui.engine.peer import EnginePeer
from proconf_tui.engine.room_audio import RoomAudio
from proconf_tui.engine.room_pictures import RoomPictures
from proconf_tui.protocol.ids import PeerId


class EngineRoom:
    """The peers of a room and the listener that hears about them."""

    def __init__(self, links: Links, listener: EngineListener) -> None:
        self.peers: dict[PeerId, EnginePeer] = {}
        self._links = links
        self._listener = listener
        self._audio = RoomAudio(MAX_AUDIO_SLOTS)
        self._pictures = RoomPictures(())
        self._bandwidth = RoomBandwidth(self.peers)

    def add(self, peer_id: PeerId, watched: Watched | None = None) -> EnginePeer:
        """Let a peer in and offer it slots for what it may see of the others."""
        peer = EnginePeer(
            self._links,
            peer_id,
            on_keyframe_wanted=self._request_keyframe,
            on_down=self.reassign,
        )
        peer.watched = watched
        self.peers[peer_id] = peer
        offer = peer.subscribing.offer(first_slots(self._wanted(peer)))
        self._listener.on_offer(peer_id, offer)
        return peer

    def remove(self, peer_id: PeerId) -> EnginePeer:
        """Take a peer out; its connections are still to be closed."""
        peer = self.peers.pop(peer_id)
        peer.release()
        self.reassign()
        return peer

    def reassign(self) -> None:
        """Bring every slot in line with what is forwarded now."""
        forwarded = [stream for peer in self.peers.values() for stream in peer.forwarded()]
        self._pictures = RoomPictures(stream for stream in forwarded if stream.is_video)
        voices = (stream for stream in forwarded if not stream.is_video)
        self._audio.follow(voices, time.monotonic())
        for peer in tuple(self.peers.values()):
            self.feed(peer)

    def feed(self, peer: EnginePeer) -> None:
        """Bring one peer's slots in line with what is forwarded to it now."""
        self._fill(peer, peer.subscribing.slots, self._wanted(peer))

    def _wanted(self, peer: EnginePeer) -> list[Producer]:
        if not peer.is_fed:
            return self._bandwidth.admit(peer, [])
        pictures = self._pictures.shown_to(peer.peer_id, peer.watched)
        fitting = self._bandwidth.admit(peer, pictures)
        return [*self._audio.heard_by(peer.peer_id), *fitting]

    def _fill(self, peer: EnginePeer, slots: Sequence[Slot], wanted: Sequence[Producer]) -> None:
        end = peer.subscribing
        done = assign(slots, wanted)
        if end.is_ready:
            for producer in done.attached:
                self._request_keyframe(producer)
        now_fed = feeds(end.slots)
        if now_fed != peer.told_feeds:
            peer.told_feeds = now_fed
            self._listener.on_slots(peer.peer_id, now_fed)
        added = growth(end.slots, done.short)
        if any(added.values()) and not end.is_answer_awaited and not end.connection.is_gone:
            self._listener.on_offer(peer.peer_id, end.offer(added))

    def listen(self, now: float) -> None:
        """Hear how loud everybody is; who is chosen by it takes the slots of who is not."""
        if self._audio.listen(now):
            for peer in tuple(self.peers.values()):
                self._feed_audio(peer)

    def _feed_audio(self, peer: EnginePeer) -> None:
        slots = [slot for slot in peer.subscribing.slots if slot.kind == "audio"]
        voices = self._audio.heard_by(peer.peer_id) if peer.is_fed else []
        if {slot.producer for slot in slots if slot.producer is not None} != set(voices):
            self._fill(peer, slots, voices)

    def _request_keyframe(self, producer: Producer) -> None:
        peer = self.peers.get(producer.peer_id)
        if peer is not None and peer.source is not None:
            peer.source.request_keyframe(producer, time.monotonic())

    def send_reports(self, now: float) -> None:
        """Tell every publisher how its streams arrive, every subscriber when theirs were made."""
        for peer in self.peers.values():
            peer.subscribing.send_reports(now)
            if peer.source is not None:
                peer.source.send_report(now, peer.subscribing.rtt_s)

    def tell_arrivals(self) -> None:
        """Tell publishers who want to know it when their packets came."""
        for peer in self.peers.values():
            if peer.source is not None:
                peer.source.tell_arrivals()

    def share_lines(self, now: float) -> None:
        """Send everybody only pictures that fit their line, and tell publishers of slow ones."""
        for peer in self._bandwidth.measure(now):
            self.feed(peer)
        self._bandwidth.tell_publishers(now)

    def tell_levels(self) -> None:
        """Tell the listener how loud the speakers are."""
        levels = self._audio.take_levels()
        if levels:
            self._listener.on_levels(levels)

    def tell_lost(self, now: float) -> None:
        """Tell the listener whose connection has fallen silent or never came up.

        Who is silent has no slots meanwhile.
        """
        has_changed = False
        for peer in tuple(self.peers.values()):
            before = peer.silent
            if peer.take_lost(now):
                self._listener.on_media_lost(peer.peer_id)
            if peer.take_absent(now):
                self._listener.on_media_absent(peer.peer_id)
            has_changed = has_changed or peer.silent != before
        if has_changed:
            self.reassign()
