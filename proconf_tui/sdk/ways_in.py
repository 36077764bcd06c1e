"""How one gets into meetings with what one has: a server's address, a token, a key, or nothing.

It finds the meeting and gets the token that its server wants to see; it connects to nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from proconf_tui.errors import ConfigError, MeetingNotStarted, ServerUnreachable
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.messages import Join, Json
from proconf_tui.sdk import local, meetings
from proconf_tui.sdk.address import Invite, ServerAddress
from proconf_tui.sdk.meetings import Keys, Meeting


class Entrance(NamedTuple):
    """Where to go and what to say there."""

    meeting: Meeting
    join: Join


WayIn = Callable[[], Awaitable[Entrance]]
"""Finds the meeting and gets the token for it.

Raises:
    ProconfError: there is none to be had.
"""

MintInvite = Callable[[Meeting], Invite]
"""Returns a new invite to a meeting, without a token if its server would not take it."""


class Pass(NamedTuple):
    """A meeting, and the token to come into it with."""

    meeting: Meeting
    token: str


class Access:
    """What a manager was given; without ``url`` this machine's server, without key the one here."""

    def __init__(
        self, url: str | None, token: str | None, api_key: str | None, api_secret: str | None
    ) -> None:
        self._server = local.server_at(url) if url else None
        self._token = token
        self._api_key = api_key
        self._api_secret = api_secret

    def at(self, room_id: RoomId) -> Meeting:
        """Return the meeting of that name on the server given, else on the newest one here.

        Raises:
            ServerUnreachable: none was given and none runs here.
        """
        return Meeting(self._server or local.local_server(), room_id)

    def named(self, room_name: str | None) -> str | None:
        """Return that name, else that of the room which the token is for, else None."""
        if room_name is None and self._token is not None:
            return meetings.room_of(self._token)
        return room_name

    async def as_host(self, room_id: RoomId, options: Json | None) -> Pass:
        """Return the way to lead a meeting, which is made with ``options`` where it can be.

        Raises:
            ConfigError: there is such a meeting, or neither key nor token to start one with.
            ServerUnreachable: nothing answers there.
        """
        meeting = self.at(room_id)
        if self._token is not None and self._api_key is None:
            return Pass(meeting, self._token)
        keys = self._keys(meeting.server)
        if keys is None:
            raise ConfigError(
                f"Starting a meeting on {meeting.server.url} needs that server's API key and "
                "secret: set PROCONF_API_KEY and PROCONF_API_SECRET, or bring a host's token."
            )
        if options is not None:
            await meetings.create(keys, meeting, options)
        return Pass(meeting, self._token or keys.token(room_id, "host"))

    async def as_guest(
        self, room_name: str | None, name: str, *, passcode: str | None, wait: bool
    ) -> Pass:
        """Return the way into a meeting that runs, or with ``wait`` may be started yet.

        Raises:
            MeetingNotStarted: there is no server here yet, and one may come.
            ProconfError: there is no such meeting, or its server gives no token.
        """
        try:
            meeting = await self._find(room_name)
        except ServerUnreachable as error:
            if wait and self._server is None:
                # `start` brings its own server along, so there is something to wait for.
                raise MeetingNotStarted from error
            raise
        if self._token is not None and not meetings.is_invite(self._token):
            return Pass(meeting, self._token)
        # Whose invite is refused is refused, be there a key or not.
        keys = self._keys(meeting.server) if self._token is None else None
        token = await meetings.guest_token(
            meeting, keys, name=name, passcode=passcode, wait=wait, invite=self._token
        )
        return Pass(meeting, token)

    def mint_invite(self) -> MintInvite | None:
        """Return what makes invites; None for who has no key."""
        keys = Keys.found(self._api_key, self._api_secret)
        if keys is None:
            return None

        def mint(meeting: Meeting) -> Invite:
            # Who came with a token may have come through a tunnel, to somebody else's server.
            is_sure = self._token is None or keys.is_given or local.is_registered(meeting.server)
            token = keys.invite_to(meeting) if is_sure and keys.fit(meeting.server) else None
            return Invite(local.for_others(meeting.server), meeting.room_id, token)

        return mint

    def _keys(self, server: ServerAddress | None) -> Keys | None:
        """Return the key to use on ``server``; None is for the servers registered here."""
        keys = Keys.found(self._api_key, self._api_secret)
        return keys if keys and (server is None or keys.fit(server)) else None

    async def _find(self, room_name: str | None) -> Meeting:
        room_name = self.named(room_name)
        keys = self._keys(self._server)
        if room_name is None:
            return await meetings.only_meeting(self._server, keys)
        room_id = meetings.checked(room_name)
        return Meeting(self._server or await meetings.find_by_name(room_id, keys), room_id)
