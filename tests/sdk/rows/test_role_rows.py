"""The rows of roles and permissions: what each role may do, tried on a real server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest

from proconf_tui import AccessToken
from proconf_tui.control import events as told
from proconf_tui.errors import PermissionDenied
from proconf_tui.protocol.messages import Produce
from tests.support.enforcement import QUIET
from tests.support.meeting import Meeting, Person, until

RIGHTS: dict[str, set[str]] = {
    "host": {"mic", "cam", "screen", "data", "metadata", "moderate", "make a host"},
    "coHost": {"mic", "cam", "screen", "data", "metadata", "moderate"},
    "guest": {"mic", "cam", "screen", "data"},
    "speaker": {"mic", "data"},
    "listener": {"data"},
    "bot": set(),
}


async def _with_role(meeting: Meeting, role: str) -> Person:
    """Return somebody who has come with a token for ``role``."""
    key = meeting.server.credentials
    token = AccessToken(key.api_key, key.api_secret, "myRoom", role=role, name="Ben").to_jwt()
    ben = meeting.person("Ben")
    await ben.manager.join_room("myRoom", token, on_room=ben.listen)
    return ben


def _deeds(ben: Person, eve: Person) -> Iterator[tuple[str, Callable[[], Awaitable[object]]]]:
    me, call = ben.room.local_peer, ben.room.local_peer._call
    yield "mic", lambda: call(Produce("audio"))
    yield "cam", lambda: call(Produce("video"))
    yield "screen", lambda: call(Produce("screen"))
    yield "data", lambda: me.send_data("hello")
    yield "metadata", lambda: ben.room.update_metadata({"by": ben.name})
    yield "moderate", lambda: ben.room.update_room_controls(room_locked=True)
    yield "make a host", lambda: ben.room.get_remote_peer_by_id(eve.peer_id).update_role("host")


async def _done(deed: Awaitable[object]) -> bool:
    try:
        await deed
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize("role", list(RIGHTS))
async def test_role(meeting: Meeting, role: str) -> None:
    hana, eve = await meeting.host(), await meeting.join("Eve", **QUIET)
    ben = await _with_role(meeting, role)
    assert ben.room.local_peer.role == role
    await until(lambda: ben.hears(hana) and ben.sees(hana))
    await hana.room.local_peer.send_data("to all")
    await ben.until_told(told.ReceiveData, payload="to all")
    done = {name for name, deed in _deeds(ben, eve) if await _done(deed())}
    assert done == RIGHTS[role]


async def test_moderator_is_an_alias_of_host(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    ben = await _with_role(meeting, "moderator")
    assert ben.room.local_peer.role == "host"
    await ben.room.local_peer.update_role("member")
    await until(lambda: ben.room.local_peer.role == "guest")


async def test_guest_is_the_default(meeting: Meeting) -> None:
    await meeting.host(**QUIET)
    key = meeting.server.credentials
    ben = meeting.person("Ben")
    token = AccessToken(key.api_key, key.api_secret, "myRoom").to_jwt()
    room = await ben.manager.join_room("myRoom", token, has_media=False)
    assert room.local_peer.role == "guest"


async def test_a_right_is_ones_own_and_the_rooms(meeting: Meeting) -> None:
    hana, ben = await meeting.host(tracks=[]), await meeting.join("Ben", tracks=[])
    peer = hana.room.get_remote_peer_by_id(ben.peer_id)
    for own, room, may in ((True, True, True), (True, False, False), (False, True, False)):
        await peer.update_permissions(can_send_data=own, can_produce=own)
        await hana.room.update_room_controls(allow_send_data=room, allow_produce=room)
        assert await _done(ben.room.local_peer.send_data("hello")) is may
        assert await _done(ben.room.local_peer._call(Produce("audio"))) is may
    # Who has admin is not bound by the room, and still by what is their own.
    await peer.update_role("coHost")
    await hana.room.update_room_controls(allow_send_data=False, allow_produce=False)
    assert await _done(ben.room.local_peer.send_data("hello"))
    await peer.update_permissions(can_send_data=False)
    assert not await _done(ben.room.local_peer.send_data("hello"))
