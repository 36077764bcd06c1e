"""What moderators do reaches everybody it concerns, and nobody else can do it."""

from __future__ import annotations

import pytest

from proconf_tui.errors import InvalidMessage, PeerNotFound, PermissionDenied
from proconf_tui.protocol import messages
from proconf_tui.protocol.ids import PeerId
from proconf_tui.room import events
from tests.support.signalling import RunningServer, SignallingClient


@pytest.fixture
async def pair(server: RunningServer) -> tuple[SignallingClient, SignallingClient]:
    """A host and a guest who are in and may have media."""
    await server.create_room()
    host = await (await server.join("host", role="host", has_media=True)).until_in()
    guest = await (await server.join("ann", has_media=True)).until_in()
    await host.until(lambda: guest.peer_id in host.room.participants)
    return host, guest


Pair = tuple[SignallingClient, SignallingClient]


async def test_a_guest_moderates_nothing(pair: Pair) -> None:
    host, guest = pair
    for request in (
        messages.Kick(host.peer_id),
        messages.UpdateControls(room_locked=True),
        messages.MuteEveryone(),
        messages.CloseStreams(["audio"]),
        messages.UpdateRole(guest.peer_id, "coHost"),
        messages.UpdatePermissions(guest.peer_id, {"admin": True}),
        messages.UpdateRoomMetadata({"topic": "mine"}),
        messages.EndRoom(),
    ):
        with pytest.raises(PermissionDenied):
            await guest.ask(request)
    await host.settle()
    assert host.events == [event for event in host.events if isinstance(event, events.PeerJoined)]


async def test_muting_everyone_closes_their_audio(pair: Pair) -> None:
    host, guest = pair
    await host.ask(messages.Produce("audio"))
    await guest.ask(messages.Produce("audio"))
    await guest.ask(messages.Produce("video"))
    await host.ask(messages.MuteEveryone(allow_unmute=False))
    await guest.until(lambda: "audio" not in guest.room.participants[guest.peer_id].streams)
    assert set(guest.room.participants[guest.peer_id].streams) == {"video"}
    assert set(guest.room.participants[host.peer_id].streams) == {"audio"}
    with pytest.raises(PermissionDenied):
        await guest.ask(messages.Produce("audio"))


async def test_streams_can_be_closed_one_by_one(pair: Pair) -> None:
    host, guest = pair
    for label in ("audio", "video", "screen"):
        await guest.ask(messages.Produce(label))
    await host.ask(messages.CloseStreams(["video", "screen"], [guest.peer_id]))
    await guest.until(lambda: list(guest.room.participants[guest.peer_id].streams) == ["audio"])
    with pytest.raises(PeerNotFound):
        await host.ask(messages.CloseStreams(["audio"], [PeerId("nobody")]))


async def test_roles_and_permissions_change_what_one_may_do(pair: Pair) -> None:
    host, guest = pair
    await host.ask(messages.UpdateRole(guest.peer_id, "listener"))
    with pytest.raises(PermissionDenied):
        await guest.ask(messages.Produce("audio"))
    await host.ask(
        messages.UpdatePermissions(
            guest.peer_id, {"canProduce": True, "canProduceSources": {"mic": True}}
        )
    )
    await guest.ask(messages.Produce("audio"))
    with pytest.raises(PermissionDenied):
        await guest.ask(messages.Produce("video"))
    await host.ask(messages.UpdateRole(guest.peer_id, "coHost"))
    await guest.ask(messages.UpdateControls(room_locked=True))
    await host.until(lambda: host.room.controls.room_locked)
    assert host.room == guest.room


@pytest.mark.parametrize(
    "permissions", [{"canFly": True}, {"admin": "yes"}, {"canProduceSources": {"tuba": True}}]
)
async def test_what_is_no_permission_is_refused(pair: Pair, permissions: dict[str, object]) -> None:
    host, guest = pair
    with pytest.raises(InvalidMessage, match="permissions"):
        await host.ask(messages.UpdatePermissions(guest.peer_id, permissions))


async def test_chat_reaches_whom_it_is_for(server: RunningServer, pair: Pair) -> None:
    host, guest = pair
    third = await (await server.join("ben")).until_in()
    await guest.ask(messages.SendChat("for all"))
    await guest.ask(messages.SendChat("for you", to=host.peer_id))
    await host.until(lambda: len(host.room.chat) == 2)
    await third.settle()
    assert [line.text for line in host.room.chat] == ["for all", "for you"]
    assert [line.text for line in third.room.chat] == ["for all"]
    assert [line.text for line in guest.room.chat] == ["for all", "for you"]


async def test_a_chat_line_is_cleaned_on_its_way(pair: Pair) -> None:
    host, guest = pair
    await guest.ask(messages.SendChat("a\x1b]52;c;aGk=\x07b\u202ec"))
    await host.until(lambda: bool(host.room.chat))
    assert host.room.chat[0].text == "abc"


async def test_data_goes_to_those_who_may_receive_it(server: RunningServer, pair: Pair) -> None:
    host, guest = pair
    deaf = await (await server.join("ben")).until_in()
    await host.ask(messages.UpdatePermissions(deaf.peer_id, {"canRecvData": False}))
    await guest.ask(messages.SendData("to all", "game"))
    told = await host.next(messages.Data)
    assert (told.from_peer_id, told.payload, told.label) == (guest.peer_id, "to all", "game")
    await guest.ask(messages.SendData("to one", to=[deaf.peer_id]))
    await deaf.settle()
    assert not any(isinstance(each, messages.Data) for each in (*deaf.told, *guest.told))


async def test_data_needs_the_right_and_a_receiver(pair: Pair) -> None:
    host, guest = pair
    with pytest.raises(PeerNotFound):
        await guest.ask(messages.SendData("x", to=[PeerId("nobody")]))
    await host.ask(messages.UpdateControls(allow_send_data=False))
    with pytest.raises(PermissionDenied, match="chat and reactions off"):
        await guest.ask(messages.SendData("x"))
    await host.ask(messages.SendData("x"))


async def test_a_new_role_is_told_as_an_event_and_shows_more(
    server: RunningServer, pair: Pair
) -> None:
    host, guest = pair
    await host.ask(messages.UpdateControls(room_locked=True))
    waiting = await server.join("eve")
    await guest.settle()
    assert guest.room.lobby == {}
    await host.ask(messages.UpdateRole(guest.peer_id, "coHost"))
    await guest.until(lambda: waiting.peer_id in guest.room.lobby)
    assert any(isinstance(event, events.RoleUpdated) for event in guest.events)
    assert guest.room == host.room


async def test_hands_and_metadata(pair: Pair) -> None:
    host, guest = pair
    await guest.ask(messages.RaiseHand())
    await guest.ask(messages.UpdatePeerMetadata({"colour": "red"}))
    await host.ask(messages.UpdateRoomMetadata({"topic": "plans"}))
    await host.until(lambda: host.room.participants[guest.peer_id].hand_raised_at is not None)
    await host.ask(messages.LowerHand(guest.peer_id))
    await guest.until(lambda: guest.room.metadata == {"topic": "plans"})
    assert guest.room.participants[guest.peer_id].hand_raised_at is None
    assert guest.room.participants[guest.peer_id].metadata == {"colour": "red"}
