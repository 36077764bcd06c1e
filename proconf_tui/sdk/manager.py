"""The way into meetings: start one, join one, and the tracks to bring along.

It finds the server, gets the token and hands over to `proconf_tui.sdk.room`; what it opened it
closes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final

import coolname
import jwt
from aiortc import RTCIceServer

from proconf_tui.errors import (
    ConfigError,
    InvalidToken,
    MeetingNotStarted,
    ProconfError,
    RoomNotFound,
)
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Label, PeerId, RoomId
from proconf_tui.protocol.messages import Join, Json
from proconf_tui.protocol.text import is_valid_room_id
from proconf_tui.sdk import meetings
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.link import Seat
from proconf_tui.sdk.meetings import INVITE_TTL_S, Keys, Meeting
from proconf_tui.sdk.room import MintInvite, Room
from proconf_tui.sdk.tracks import LocalTrack, open_local_track

Tracks = Sequence[LocalTrack] | None
KeptSeat = Seat | tuple[str, str] | None
OnRoom = Callable[[Room], None]
"""Called with a room before it connects, in time to listen to all its events."""

_WAIT_AGAIN_S: Final = 2.0
_NOT_THERE_YET: Final = (RoomNotFound, MeetingNotStarted)


class ProconfManager:
    """Starts and joins meetings on one server; without ``url`` on this machine's.

    ``token`` is an access token to come in with; ``api_key`` and ``api_secret`` make tokens, and
    are found on the server's own machine. The others are heard through ``mixer``, if given.
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
        self._server = ServerAddress.parse(url) if url else None
        self._token = token
        self._api_key = api_key
        self._api_secret = api_secret
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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        made: list[LocalTrack] = []
        try:
            for label, spec, name in wanted:
                track = await open_local_track(label, spec, name)
                made += [track] if track else []
        except BaseException:
            await asyncio.gather(*(track.stop() for track in made))
            raise
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

        ``metadata`` is the room's. ``resume`` takes a kept seat of a meeting that runs.

        Raises:
            ConfigError: there is a meeting of that name, or no key to start one with.
            ServerUnreachable: nothing answers there.
        """
        meeting = Meeting(self._server or meetings.local_server(), _checked(room_name))
        keys = self._keys()
        token = self._token
        if token is None:
            if keys is None:
                raise ConfigError(
                    "Starting a meeting needs the server's API key and secret, or a host's token."
                )
            token = keys.token(meeting.room_id, "host")
        if keys is not None and resume is None:
            options: dict[str, Any] = {
                "room_locked": locked,
                "passcode": passcode,
                "max_peers": max_peers,
                "metadata": metadata,
            }
            await meetings.create(keys, meeting, options)
        join = Join(token, name=participant_name or readable_name(), has_media=has_media)
        return await self._enter(meeting, join, tracks, resume, on_room)

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
        name = participant_name or readable_name()
        while True:
            try:
                meeting, token = await self._way_in(room_name, name, passcode, wait)
                join = Join(
                    token, name=name, metadata=metadata, will_wait=wait, has_media=has_media
                )
                return await self._enter(meeting, join, tracks, resume, on_room)
            except _NOT_THERE_YET:
                if not wait:
                    raise
            await asyncio.sleep(_WAIT_AGAIN_S)

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
        if room_of(access_token) != room_id:
            raise InvalidToken(f"The access token is not for the room {room_id}; get another one.")
        meeting = Meeting(self._server or meetings.local_server(), RoomId(room_id))
        join = Join(access_token, metadata=metadata, has_media=has_media)
        return await self._enter(meeting, join, tracks, None, on_room)

    # --------------------------------------------------------------------------------------------

    def _keys(self) -> Keys | None:
        return Keys.found(self._api_key, self._api_secret)

    async def _way_in(
        self, room_name: str | None, name: str, passcode: str | None, wait: bool
    ) -> tuple[Meeting, str]:
        if self._token is not None:
            room_id = RoomId(room_name or room_of(self._token))
            return Meeting(self._server or meetings.local_server(), room_id), self._token
        keys = self._keys()
        if room_name is None:
            meeting = await meetings.only_meeting(self._server, keys)
        else:
            room_id = _checked(room_name)
            server = self._server or await meetings.find_by_name(room_id, keys)
            meeting = Meeting(server, room_id)
        token = await meetings.guest_token(meeting, keys, name=name, passcode=passcode, wait=wait)
        return meeting, token

    async def _enter(
        self,
        meeting: Meeting,
        join: Join,
        tracks: Tracks,
        resume: KeptSeat,
        on_room: OnRoom | None,
    ) -> Room:
        if self._room is not None:
            await self._room.close()
        room = self._room = Room(
            meeting.server,
            meeting.room_id,
            join,
            seat=Seat(PeerId(resume[0]), resume[1]) if resume else None,
            mint_invite=self._invites_to(meeting.room_id),
            mixer=self._mixer,
            ice_servers=self._ice_servers,
        )
        if on_room is not None:
            on_room(room)
        await room.connect()
        try:
            await room.publish(tracks or ())
        except BaseException:
            with contextlib.suppress(ProconfError):
                await room.close()
            raise
        return room

    def _invites_to(self, room_id: RoomId) -> MintInvite | None:
        keys = self._keys()
        if keys is None or self._token is not None:
            return None
        return lambda: keys.token(room_id, "guest", ttl_s=INVITE_TTL_S)


def readable_name() -> str:
    """Return a name that people can say, such as ``brave-otter``."""
    return str(coolname.generate_slug(2))


def room_of(token: str) -> str:
    """Return the room that an access token is for; whether it is genuine is the server's to say.

    Raises:
        InvalidToken: it is no token.
    """
    try:
        room = jwt.decode(token, options={"verify_signature": False})["room"]
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise InvalidToken("That is no access token; ask for a new invite.") from error
    return str(room)


def _checked(room_name: str | None) -> RoomId:
    name = room_name or readable_name()
    if not is_valid_room_id(name):
        raise ConfigError("A room's name is 1 to 64 letters, digits, dots, dashes or underscores.")
    return RoomId(name)
