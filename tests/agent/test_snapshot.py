"""A room's state as a screen gets it."""

from __future__ import annotations

import msgspec

from proconf_tui.agent.known_names import MOST, KnownNames
from proconf_tui.agent.snapshot import CHAT_LINES, Seen, snapshot_of
from proconf_tui.control.screen import BlockedInfo, RoomSnapshot
from proconf_tui.protocol.ids import Identity, PeerId, Role, RoomId
from proconf_tui.room.model import ChatLine, Participant, RoomState, StreamState, Waiting
from proconf_tui.room.permissions import BY_ROLE, Controls, Permissions

ME, ADA, BOB = PeerId("me"), PeerId("ada"), PeerId("bob")


def _member(peer_id: PeerId, joined_at: float, role: Role = "guest") -> Participant:
    permissions: Permissions = BY_ROLE[role]
    identity = Identity(f"id-{peer_id}")
    return Participant(peer_id, identity, str(peer_id), role, permissions, joined_at)


def _knocker(peer_id: str, knocked_at: float) -> Waiting:
    permissions = BY_ROLE["guest"]
    return Waiting(PeerId(peer_id), Identity(peer_id), peer_id, "guest", permissions, knocked_at)


def _room(chat: tuple[ChatLine, ...] = ()) -> RoomState:
    streams = {"audio": StreamState(), "video": StreamState(is_paused=True)}
    ada = _member(ADA, 30.0)
    return RoomState(
        RoomId("r"),
        created_at=10.0,
        controls=Controls(room_locked=True),
        participants={
            ADA: Participant(
                ada.peer_id,
                ada.identity,
                ada.name,
                ada.role,
                ada.permissions,
                ada.joined_at,
                streams=streams,  # type: ignore[arg-type]
                hand_raised_at=40.0,
                is_connected=False,
            ),
            ME: _member(ME, 20.0, "host"),
            BOB: _member(BOB, 25.0),
        },
        lobby={PeerId("y"): _knocker("y", 9.0), PeerId("x"): _knocker("x", 5.0)},
        chat=chat,
    )


def test_before_admission_there_is_a_state_and_nobody_in_it() -> None:
    assert snapshot_of(Seen("waiting", "r", None, None, None)) == RoomSnapshot("waiting", "r")


def test_everything_a_screen_shows_is_there_in_order() -> None:
    snapshot = snapshot_of(Seen("connected", "r", ME, _room(), "http://h/j/r"))
    assert snapshot.me is not None
    assert (snapshot.me.peer_id, snapshot.me.is_moderator) == (ME, True)
    assert [peer.peer_id for peer in snapshot.peers] == [BOB, ADA]
    ada = snapshot.peers[1]
    assert ada.streams == {"audio": "live", "video": "paused"}
    assert (ada.hand_raised_at, ada.is_connected, ada.is_moderator) == (40.0, False, False)
    assert [peer.peer_id for peer in snapshot.lobby] == ["x", "y"]
    assert snapshot.controls.room_locked
    assert snapshot.controls.allow_produce_sources == {"cam": True, "mic": True, "screen": True}
    assert (snapshot.invite_url, snapshot.created_at) == ("http://h/j/r", 10.0)


def test_a_screen_that_starts_late_learns_that_nobody_hears_it() -> None:
    seen = Seen("connected", "r", ME, _room(), None, media_trouble="No sound gets through.")
    assert snapshot_of(seen).media_trouble == "No sound gets through."
    assert snapshot_of(seen._replace(media_trouble=None)).media_trouble is None


def test_who_has_muted_is_shown_so_before_the_room_knows() -> None:
    room = _room()
    mine = msgspec.structs.replace(room.participants[ADA], peer_id=ME)
    told = msgspec.structs.replace(room, participants={**room.participants, ME: mine})
    for is_muted, state in ((False, "live"), (True, "paused")):
        seen = snapshot_of(Seen("reconnecting", "r", ME, told, None, is_muted=is_muted))
        assert seen.me is not None
        assert seen.me.streams["audio"] == state
    assert next(peer for peer in seen.peers if peer.peer_id == ADA).streams["audio"] == "live"


def test_chat_is_bounded_and_says_what_is_private() -> None:
    lines = tuple(ChatLine(ADA, "Ada", str(n), float(n)) for n in range(CHAT_LINES + 5))
    private = ChatLine(ADA, "Ada", "psst", 999.0, to=ME)
    snapshot = snapshot_of(Seen("connected", "r", ME, _room((*lines, private)), None))
    assert len(snapshot.chat) == CHAT_LINES
    assert (snapshot.chat[-1].text, snapshot.chat[-1].is_private) == ("psst", True)
    assert (snapshot.chat[-1].to_peer_id, snapshot.chat[0].to_peer_id) == (ME, None)
    assert not snapshot.chat[0].is_private


def test_who_is_blocked_has_the_name_they_were_seen_under() -> None:
    known = KnownNames()
    assert known.seen(_room())[Identity("x")] == "x", "who waits is seen too"
    gone = frozenset({Identity("id-ada"), Identity("stranger")})
    blocked = msgspec.structs.replace(_room(), participants={}, lobby={}, blocked=gone)
    snapshot = snapshot_of(Seen("connected", "r", ME, blocked, None, known.seen(blocked)))
    assert snapshot.blocked == [BlockedInfo("id-ada", "ada"), BlockedInfo("stranger")]


def test_so_many_names_are_known_and_no_more() -> None:
    known = KnownNames()
    crowd = {PeerId(f"p{n}"): _knocker(f"p{n}", 0.0) for n in range(MOST + 1)}
    names = known.seen(msgspec.structs.replace(_room(), participants={}, lobby=crowd))
    assert len(names) == MOST
    assert Identity("p0") not in names
