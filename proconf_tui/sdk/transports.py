"""The two peer connections of one participant: one it offers to publish, one it answers to receive.

Each negotiates one thing at a time. They know labels, m-lines and SDP (RFC 8829); whose streams
they carry, and when to begin anew after a failure, is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from aiortc import (
    InvalidStateError,
    MediaStreamTrack,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, OperationError

from proconf_tui.errors import InvalidMessage
from proconf_tui.media.aiortc_patches import peer_connection
from proconf_tui.media.picture_sizer import PictureSizer
from proconf_tui.media.picture_sizes import CAMERA, SCREEN, Ladder
from proconf_tui.protocol.ids import Label, Mid
from proconf_tui.protocol.messages import SizePx
from proconf_tui.sdk.sending import SwitchTrack
from proconf_tui.sdk.tracks import KIND_OF

CLOSE_S: Final = 3.0

_LADDERS: Final[dict[Label, Ladder]] = {"video": CAMERA, "screen": SCREEN}

# What aiortc raises at a description that it cannot use.
_BAD_SDP: Final = (
    AssertionError,
    LookupError,
    ValueError,
    RuntimeError,
    InternalError,
    InvalidStateError,
    OperationError,
)

IceServers = Sequence[RTCIceServer]


async def _apply_remote(pc: RTCPeerConnection, sdp: str, kind: str) -> None:
    try:
        await pc.setRemoteDescription(RTCSessionDescription(sdp, kind))
    except _BAD_SDP as error:
        raise InvalidMessage(f"The server's media {kind} cannot be used.") from error


async def _uncut(work: Coroutine[Any, Any, None]) -> None:
    """Do ``work`` to its end; a cancellation takes effect after it.

    aioice forgets the sockets of a gathering or closing that is cut short, and they would stay
    open.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def _close(pc: RTCPeerConnection) -> None:
    """Close ``pc``; one that takes longer than a moment is left behind."""
    pc.remove_all_listeners()
    for sender in pc.getSenders():
        # A sender stops its track when it is closed.
        sender.replaceTrack(None)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await pc.close()


def _watch(pc: RTCPeerConnection, is_current: Callable[[], bool], tell: StateListener) -> None:
    def changed() -> None:
        if is_current():
            tell(pc.connectionState)

    pc.on("connectionstatechange", changed)


StateListener = Callable[[str], None]
"""Told the `connectionState` of the connection in use, at each change."""


class Publisher:
    """The publishing connection; what a label sends can change without negotiating.

    ``publish`` takes an offer and the labels of its m-lines to the server and returns the answer.
    """

    def __init__(
        self,
        publish: Callable[[str, dict[Mid, Label]], Awaitable[str]],
        on_state: StateListener,
        ice_servers: IceServers = (),
    ) -> None:
        self._publish = publish
        self._on_state = on_state
        self._ice_servers = ice_servers
        self._pc: RTCPeerConnection | None = None
        self._tracks: dict[Label, SwitchTrack] = {}
        self._wanted: dict[Label, SizePx | None] = {}
        self._resting: set[Label] = set()
        self._mids: dict[Label, Mid] = {}
        self._lock = asyncio.Lock()

    async def open(self, labels: Sequence[Label]) -> None:
        """Have an m-line for each of ``labels``; those there are already stay as they are.

        Raises:
            ProconfError: the server refused, or is not there.
        """
        async with self._lock:
            missing = [label for label in labels if label not in self._mids]
            if missing:
                await self._negotiate([*self._mids, *missing])

    async def rebuild(self) -> None:
        """Replace the connection by a fresh one that sends the same.

        Raises:
            ProconfError: the server refused, or is not there.
        """
        async with self._lock:
            fresh = {label: self._made(label) for label in self._tracks}
            for label, track in fresh.items():
                track.source = self._tracks[label].source
            # They are in place before any waiting: what is sent instead meanwhile counts.
            await self._discard(fresh)
            if fresh:
                await self._negotiate(list(fresh))

    def send(self, label: Label, source: MediaStreamTrack | None) -> None:
        """From now on send what ``source`` delivers under ``label``; None is nothing."""
        self._track(label).source = source

    def want(self, sizes: Mapping[Label, SizePx | None]) -> None:
        """Send pictures in these sizes from now on, None being any; of other labels send none."""
        self._wanted = dict(sizes)
        for label, track in self._tracks.items():
            self._tell(label, track)

    def rest(self, label: Label, *, is_resting: bool) -> None:
        """Send no pictures under ``label``, wanted or not, or go on."""
        (self._resting.add if is_resting else self._resting.discard)(label)
        if label in self._tracks:
            self._tell(label, self._tracks[label])

    def source_of(self, label: Label) -> MediaStreamTrack | None:
        """Return what is sent under ``label``."""
        return self._tracks[label].source if label in self._tracks else None

    def sender_of(self, label: Label) -> RTCRtpSender | None:
        """Return what sends ``label``; None while nothing is sent under it."""
        track = self._tracks.get(label)
        if self._pc is None or track is None or track.source is None:
            return None
        return next((one for one in self._pc.getSenders() if one.track is track), None)

    async def aclose(self) -> None:
        """Close the connection; the sources live on."""
        async with self._lock:
            await self._discard()

    def _track(self, label: Label) -> SwitchTrack:
        if label not in self._tracks:
            self._tracks[label] = self._made(label)
        return self._tracks[label]

    def _made(self, label: Label) -> SwitchTrack:
        ladder = _LADDERS.get(label)
        track = SwitchTrack(KIND_OF[label], PictureSizer(ladder) if ladder else None)
        self._tell(label, track)
        return track

    def _tell(self, label: Label, track: SwitchTrack) -> None:
        if track.sizer is not None:
            wanted = self._wanted.get(label)
            size = (wanted.width_px, wanted.height_px) if wanted else None
            is_wanted = label in self._wanted and label not in self._resting
            track.sizer.want(is_wanted=is_wanted, size=size)

    async def _negotiate(self, labels: list[Label]) -> None:
        pc = self._pc or self._fresh()
        transceivers = {sender.sender.track: sender for sender in pc.getTransceivers()}
        for label in labels:
            track = self._track(label)
            if track not in transceivers:
                transceivers[track] = pc.addTransceiver(track, direction="sendonly")
        await _uncut(pc.setLocalDescription(await pc.createOffer()))
        mids = {label: Mid(transceivers[self._tracks[label]].mid or "") for label in labels}
        answer = await self._publish(
            pc.localDescription.sdp, {mid: label for label, mid in mids.items()}
        )
        await _apply_remote(pc, answer, "answer")
        self._mids = mids

    def _fresh(self) -> RTCPeerConnection:
        self._pc = pc = peer_connection(self._ice_servers)
        _watch(pc, lambda: self._pc is pc, self._on_state)
        return pc

    async def _discard(self, followers: Mapping[Label, SwitchTrack] | None = None) -> None:
        """Close the connection; ``followers`` take the place of what was sent over it."""
        former, self._tracks = self._tracks, dict(followers or {})
        for track in former.values():
            track.stop()
        self._mids = {}
        pc, self._pc = self._pc, None
        if pc is not None:
            await _uncut(_close(pc))


class Subscriber:
    """The subscribing connection; offers of another session begin a fresh one.

    ``answer`` takes the answer to the server. ``on_receiver`` is told what receives each m-line,
    once and before media flows; ``on_fresh`` that all receivers told before are over.
    """

    def __init__(
        self,
        answer: Callable[[str], Awaitable[None]],
        on_receiver: Callable[[Mid, RTCRtpReceiver], None],
        on_fresh: Callable[[], None],
        on_state: StateListener,
        ice_servers: IceServers = (),
    ) -> None:
        self._answer = answer
        self._on_receiver = on_receiver
        self._on_fresh = on_fresh
        self._on_state = on_state
        self._ice_servers = ice_servers
        self._pc: RTCPeerConnection | None = None
        self._session_id = ""
        self._lock = asyncio.Lock()

    async def take_offer(self, sdp: str) -> None:
        """Answer the server's offer; several wait for each other.

        Raises:
            InvalidMessage: the offer cannot be used.
            ProconfError: the server refused the answer, or is not there.
        """
        async with self._lock:
            pc = self._pc
            session_id = _session_id(sdp)
            if pc is None or session_id != self._session_id:
                pc = await self._fresh(session_id)
            await _apply_remote(pc, sdp, "offer")
            await _uncut(pc.setLocalDescription(await pc.createAnswer()))
            await self._answer(pc.localDescription.sdp)

    async def aclose(self) -> None:
        """Close the connection; its tracks end."""
        async with self._lock:
            await self._discard()

    async def _fresh(self, session_id: str) -> RTCPeerConnection:
        await self._discard()
        pc = peer_connection(self._ice_servers)

        def on_track(track: MediaStreamTrack) -> None:
            found = next(one for one in pc.getTransceivers() if one.receiver.track is track)
            self._on_receiver(Mid(found.mid or ""), found.receiver)

        pc.on("track", on_track)
        self._pc, self._session_id = pc, session_id
        _watch(pc, lambda: self._pc is pc, self._on_state)
        return pc

    async def _discard(self) -> None:
        pc, self._pc = self._pc, None
        if pc is not None:
            self._on_fresh()
            await _uncut(_close(pc))


def _session_id(sdp: str) -> str:
    """Return the sess-id of the ``o=`` line (RFC 8866 section 5.2): the same in every re-offer."""
    for line in sdp.splitlines():
        if line.startswith("o="):
            fields = line.split()
            return fields[1] if len(fields) > 1 else ""
    raise InvalidMessage("The server's media offer cannot be used: it has no origin.")
