"""The way into meetings: start one, join one, and the tracks to bring along.

It finds the server, gets the token and hands over to `proconf_tui.sdk.room`; what it opened it
closes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from aiortc import RTCIceServer

from proconf_tui.errors import (
    InvalidToken,
    ProconfError,
)
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId, RoomId
from proconf_tui.protocol.messages import Join, Json
from proconf_tui.sdk import meetings
from proconf_tui.sdk.link import Seat
from proconf_tui.sdk.room import Room
from proconf_tui.sdk.tracks import LocalTrack, open_local_tracks
from proconf_tui.sdk.ways_in import Access, Entrance, WayIn

Tracks = Sequence[LocalTrack] | Callable[[], Sequence[LocalTrack]] | None
"""What to publish; a function is asked for it once one is in."""
KeptSeat = Seat | tuple[str, str] | None
OnRoom = Callable[[Room], None]
"""Called with a room before it connects, in time to listen to all its events."""


class ProconfManager:
    """Starts and joins meetings on one server; without ``url`` on this machine's.

    ``token`` is an access token to come in with; ``api_key`` and ``api_secret`` make tokens. They
    may stand in the environment; those found on this machine are for its own servers only. The
    others are heard through ``mixer``, if given.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        token: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        ice_servers: Sequence[RTCIceServer] | None = None,
        mixer: Mixer | None = None,
    ) -> None:
        self._access = Access(url, token, api_key, api_secret)
        self._ice_servers = tuple(ice_servers or ())
        self._mixer = mixer
        self._tracks: list[LocalTrack] = []
        self._room: Room | None = None

    @property
    def room(self) -> Room | None:
        """The current room, from before it connects."""
        return self._room

    async def __aenter__(self) -> ProconfManager:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Leave the room, and close the tracks that were opened here."""
        try:
            if self._room is not None:
                await self._room.close()
        finally:
            tracks, self._tracks = self._tracks, []
            await asyncio.gather(*(track.stop() for track in tracks))

    # --- tracks ---------------------------------------------------------------------------------

    async def create_local_tracks(
        self,
        video_name: str = "camera",
        audio_name: str = "microphone",
        *,
        video: str | None = None,
        audio: str | None = None,
    ) -> list[LocalTrack]:
        """Open camera and microphone, or the sources given by spec; ``none`` leaves one out.

        Raises:
            DeviceUnavailable: one is missing or busy; then none is open.
        """
        wanted: list[tuple[Label, str, str]] = [
            ("video", video or "default", video_name),
            ("audio", audio or "default", audio_name),
        ]
        made = await open_local_tracks(wanted)
        self._tracks += made
        return made

    create_media_tracks = create_local_tracks

    # --- meetings -------------------------------------------------------------------------------

    async def start_meeting(
        self,
        room_name: str | None = None,
        participant_name: str | None = None,
        tracks: Tracks = None,
        *,
        locked: bool = True,
        passcode: str | None = None,
        max_peers: int | None = None,
        metadata: Json | None = None,
        resume: KeptSeat = None,
        has_media: bool = True,
        on_room: OnRoom | None = None,
    ) -> Room:
        """Start a meeting as its moderator, publish ``tracks`` and return the room.

        ``metadata`` is the room's. ``resume`` takes a kept seat of a meeting that runs. With a
        host's token and no key the meeting is the token's, made beforehand with its own options.

        Raises:
            ConfigError: there is a meeting of that name, or no key to start one with.
            ServerUnreachable: nothing answers there.
        """
        name = participant_name or meetings.readable_name()
        room_id = meetings.checked(self._access.named(room_name))
        options: Json = {
            "room_locked": locked,
            "passcode": passcode,
            "max_peers": max_peers,
            "metadata": metadata,
        }

        async def way_in() -> Entrance:
            meeting, token = await self._access.as_host(room_id, None if resume else options)
            return Entrance(meeting, Join(token, name=name, has_media=has_media))

        room = self._new_room(way_in, resume=resume, has_media=has_media)
        return await self._enter(room, tracks, on_room)

    async def join_meeting(
        self,
        room_name: str | None = None,
        participant_name: str | None = None,
        tracks: Tracks = None,
        *,
        wait: bool = False,
        passcode: str | None = None,
        metadata: Json | None = None,
        resume: KeptSeat = None,
        has_media: bool = True,
        on_room: OnRoom | None = None,
    ) -> Room:
        """Join a meeting, publish ``tracks`` and return the room once admitted.

        Without a name: the only meeting there is. ``metadata`` is one's own. With ``wait`` one
        that has not started is waited for. Cancelling leaves the lobby.

        Raises:
            MeetingNotStarted: it has not started, and there is no ``wait``.
            AmbiguousMeeting: no name was given and there are several.
            Denied: a moderator did not let one in; and others for other reasons.
            ServerUnreachable: nothing answers there.
        """
        name = participant_name or meetings.readable_name()

        async def way_in() -> Entrance:
            meeting, token = await self._access.as_guest(
                room_name, name, passcode=passcode, wait=wait
            )
            join = Join(token, name=name, metadata=metadata, will_wait=wait, has_media=has_media)
            return Entrance(meeting, join)

        room = self._new_room(way_in, will_wait=wait, resume=resume, has_media=has_media)
        return await self._enter(room, tracks, on_room)

    async def join_room(
        self,
        room_id: str,
        access_token: str,
        *,
        tracks: Tracks = None,
        metadata: Json | None = None,
        has_media: bool = True,
        on_room: OnRoom | None = None,
    ) -> Room:
        """Join the room that a token is for.

        Raises:
            InvalidToken: the token is for another room, or the server does not accept it.
            ProconfError: one is not let in, or the server is not there.
        """
        if meetings.room_of(access_token) != room_id:
            raise InvalidToken(f"The access token is not for the room {room_id}; get another one.")

        async def way_in() -> Entrance:
            meeting = self._access.at(RoomId(room_id))
            return Entrance(meeting, Join(access_token, metadata=metadata, has_media=has_media))

        return await self._enter(self._new_room(way_in, has_media=has_media), tracks, on_room)

    # --------------------------------------------------------------------------------------------

    def _new_room(
        self,
        way_in: WayIn,
        *,
        will_wait: bool = False,
        resume: KeptSeat = None,
        has_media: bool = True,
    ) -> Room:
        return Room(
            way_in,
            will_wait=will_wait,
            has_media=has_media,
            seat=Seat(PeerId(resume[0]), resume[1]) if resume else None,
            mint_invite=self._access.mint_invite(),
            mixer=self._mixer,
            ice_servers=self._ice_servers,
        )

    async def _enter(self, room: Room, tracks: Tracks, on_room: OnRoom | None) -> Room:
        if self._room is not None:
            await self._room.close()
        self._room = room
        if on_room is not None:
            on_room(room)
        await room.connect()
        try:
            await room.publish((tracks() if callable(tracks) else tracks) or ())
        except BaseException:
            with contextlib.suppress(ProconfError):
                await room.close()
            raise
        return room
