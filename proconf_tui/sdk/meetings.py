"""Finding a meeting and the token that opens it, before there is a room.

It knows HTTP, the local servers and who holds their key; it opens no websocket.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import quote

import coolname
import jwt

from proconf_tui.config.credentials import Credentials, load_credentials
from proconf_tui.config.paths import data_dir
from proconf_tui.errors import (
    AmbiguousMeeting,
    ConfigError,
    InvalidToken,
    MeetingNotStarted,
    PermissionDenied,
    ServerUnreachable,
)
from proconf_tui.protocol.claims import INVITE_AUDIENCE
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.messages import Json
from proconf_tui.protocol.text import is_valid_room_id
from proconf_tui.sdk import http, local
from proconf_tui.sdk.address import ServerAddress
from proconf_tui.sdk.answers import GuestToken
from proconf_tui.sdk.service import AccessToken, RoomService, invite_token

INVITE_TTL_S: Final = 12 * 3600.0

_NO_TOKEN = "That is no access token; ask for a new invite."


@dataclasses.dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting by its server and its name."""

    server: ServerAddress
    room_id: RoomId


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """The API key that may do everything on a server.

    One that was not given, be it by the environment, was found in the data directory, where this
    machine's servers keep it. It is for them alone: no other server is shown what it signs.
    """

    credentials: Credentials
    is_given: bool = False

    @classmethod
    def found(cls, api_key: str | None, api_secret: str | None) -> Keys | None:
        """Return the given key, else this user's, else None.

        Raises:
            ConfigError: this user's cannot be read.
        """
        if api_key and api_secret:
            return cls(Credentials(api_key, api_secret), is_given=True)
        kept = load_credentials()
        is_given = all(os.environ.get(name) for name in ("PROCONF_API_KEY", "PROCONF_API_SECRET"))
        return cls(kept, is_given=is_given) if kept else None

    def service(self, server: ServerAddress) -> RoomService:
        """Return the rooms of a server."""
        return RoomService(str(server), self.credentials.api_key, self.credentials.api_secret)

    def token(self, room_id: str, role: str, *, name: str | None = None, ttl_s: float = 600) -> str:
        """Return a new token for one room."""
        key = self.credentials
        made = AccessToken(key.api_key, key.api_secret, room_id, role=role, name=name, ttl_s=ttl_s)
        return made.to_jwt()

    def fit(self, server: ServerAddress) -> bool:
        """Return whether this is the key of that server, as far as one can know."""
        return self.is_given or server.is_here

    def invite_to(self, meeting: Meeting) -> str:
        """Return the token of an invite, good for half a day."""
        key = self.credentials
        return invite_token(key.api_key, key.api_secret, meeting.room_id, INVITE_TTL_S)


async def create(keys: Keys, meeting: Meeting, options: Json) -> None:
    """Make the room, unless it is there and nobody has started it.

    Raises:
        ConfigError: a meeting of that name runs already.
    """
    service = keys.service(meeting.server)
    try:
        await service.create_room(meeting.room_id, **options)
    except ConfigError:
        rooms = await service.list_rooms()
        if not any(room["roomId"] == meeting.room_id and not room["isStarted"] for room in rooms):
            raise


async def only_meeting(server: ServerAddress | None, keys: Keys | None) -> Meeting:
    """Return the one meeting that runs on ``server``, or on this machine.

    Raises:
        ServerUnreachable: no server runs.
        MeetingNotStarted: none has been started.
        AmbiguousMeeting: there are several.
        ConfigError: without the server's key its meetings cannot be listed.
    """
    servers = [server] if server else local.servers()
    if not servers:
        raise ServerUnreachable(local.NO_SERVER)
    if keys is None:
        raise ConfigError(
            "Name the meeting to join or ask for an invite; to list a server's meetings, set "
            "PROCONF_API_KEY and PROCONF_API_SECRET to its API key and secret."
        )
    found = [meeting for one in servers for meeting in await _started(one, keys, server)]
    if not found:
        raise MeetingNotStarted("No meeting is running; start one with: proconf-tui start")
    return _one_of(found)


def _one_of(found: list[Meeting]) -> Meeting:
    if len(found) == 1:
        return found[0]
    names = tuple(dict.fromkeys(meeting.room_id for meeting in found))
    if len(names) > 1:
        raise AmbiguousMeeting(
            f"Several meetings are running: {', '.join(names)}; name the one to join.", names
        )
    urls = tuple(meeting.server.url for meeting in found)
    raise AmbiguousMeeting(
        f"The meeting {names[0]} runs on several servers: {', '.join(urls)}; "
        "choose one with --server.",
        urls,
    )


async def _started(server: ServerAddress, keys: Keys, named: ServerAddress | None) -> list[Meeting]:
    try:
        rooms = await keys.service(server).list_rooms()
    except (ServerUnreachable, InvalidToken):
        # Of several that happen to run here, one that is ending or another's hides no other.
        if named is not None:
            raise
        return []
    return [Meeting(server, RoomId(room["roomId"])) for room in rooms if room["isStarted"]]


async def find_by_name(room_id: RoomId, keys: Keys | None) -> ServerAddress:
    """Return the local server on which this meeting runs, else the newest one.

    Raises:
        ServerUnreachable: no server runs here.
        AmbiguousMeeting: it runs on several.
    """
    newest, servers = local.local_server(), local.servers()
    if keys is None or len(servers) < 2:
        return newest
    wanted = [Meeting(server, room_id) for server in servers]
    found = [one for one in wanted if one in await _started(one.server, keys, None)]
    return _one_of(found).server if found else newest


async def guest_token(
    meeting: Meeting,
    keys: Keys | None,
    *,
    name: str | None,
    passcode: str | None,
    wait: bool,
    invite: str | None = None,
) -> str:
    """Return a guest's token, asked of the server, or made where its key is at hand.

    Raises:
        PermissionDenied: the server lets in only who has an invite.
        ProconfError: its refusal for another reason.
    """
    asked = {
        "passcode": passcode,
        "name": name,
        "willWait": wait,
        "invite": invite,
        "device": _device_id(),
    }
    path = f"/api/v1/rooms/{quote(meeting.room_id, safe='')}/guest-token"
    try:
        granted = await http.call(meeting.server, "POST", path, GuestToken, body=asked)
    except PermissionDenied:
        if keys is None:
            raise
        return keys.token(meeting.room_id, "guest", name=name)
    return granted.token


def _device_id() -> str:
    """Return what tells this user's machine from others, so that a block holds; made once.

    Raises:
        ConfigError: the data directory cannot be used.
    """
    path = data_dir() / "device-id"
    try:
        return _kept(path) or _made(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be used ({error.strerror}); see to it.") from error


def _kept(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip()[:64] or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _made(path: Path) -> str:
    made = secrets.token_hex(16)
    path.touch(mode=0o600)
    path.write_text(made, "ascii")
    return made


def readable_name() -> str:
    """Return a name that people can say, such as ``brave-otter``."""
    return str(coolname.generate_slug(2))


def room_of(token: str) -> str:
    """Return the room that an access token is for; whether it is genuine is the server's to say.

    Raises:
        InvalidToken: it is no token.
    """
    return str(_unverified(token)["room"])


def is_invite(token: str) -> bool:
    """Return whether this is an invite's token, to be exchanged for an access token.

    Raises:
        InvalidToken: it is no token.
    """
    return _unverified(token).get("aud") == INVITE_AUDIENCE


def _unverified(token: str) -> Json:
    try:
        payload: Json = jwt.decode(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken(_NO_TOKEN) from error
    if "room" not in payload:
        raise InvalidToken(_NO_TOKEN)
    return payload


def checked(room_name: str | None) -> RoomId:
    """Return the room's name, made up unless given.

    Raises:
        ConfigError: no room can have that name.
    """
    name = room_name or readable_name()
    if not is_valid_room_id(name):
        raise ConfigError("A room's name is 1 to 64 letters, digits, dots, dashes or underscores.")
    return RoomId(name)
