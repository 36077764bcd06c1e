"""Both ends of a connection over a link that is nothing but two lists of frames."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import (
    ConnectionLost,
    InvalidMessage,
    LimitExceeded,
    PermissionDenied,
    RoomFull,
)
from proconf_tui.protocol import messages
from proconf_tui.protocol.codec import encode_error, encode_notification, encode_result
from proconf_tui.protocol.ids import PeerId, RoomId
from proconf_tui.protocol.limits import PENDING_REQUESTS
from proconf_tui.protocol.session import ClientSession, Failed, Replied, ServerSession

JOIN = messages.Join(token="t")
JOINED = messages.Joined(RoomId("standup"), PeerId("ana"), "key", heartbeat_s=5.0)
DONE = messages.Empty()


class Link:
    """A client and a server session; what the server answers is up to the test."""

    def __init__(self) -> None:
        self.now = 100.0
        self.client = ClientSession(self.now)
        self.server = ServerSession(self.now)

    def ask(self, request: messages.Request) -> int:
        """Send a request and check that the server reads the same."""
        request_id, frame = self.client.request(request, self.now)
        assert self.server.receive(frame, self.now) == (request_id, request)
        return request_id

    def tell(self, frame: str) -> list[object]:
        """Hand the client a frame of the server's."""
        return list(self.client.receive(frame, self.now))

    def join(self, joined: messages.Joined = JOINED) -> None:
        """Go through the handshake."""
        request_id = self.ask(JOIN)
        assert self.tell(encode_result(request_id, joined)) == [Replied(request_id, joined)]


# --- requests and replies -----------------------------------------------------------------------


def test_a_reply_is_typed_by_the_request_it_answers() -> None:
    link = Link()
    link.join()
    publish = link.ask(messages.Publish(sdp="offer", labels={}))
    ping = link.ask(messages.Ping())
    answer = messages.PublishResult(sdp="answer")
    assert link.tell(encode_result(ping, DONE)) == [Replied(ping, DONE)]
    assert link.tell(encode_result(publish, answer)) == [Replied(publish, answer)]


def test_a_refusal_becomes_the_error_it_names() -> None:
    link = Link()
    request_id = link.ask(JOIN)
    (failed,) = link.tell(encode_error(request_id, RoomFull.code, "Nine is enough."))
    assert isinstance(failed, Failed)
    assert failed.id == request_id
    assert type(failed.error) is RoomFull
    assert failed.error.message == "Nine is enough."


def test_notifications_come_between_replies() -> None:
    link = Link()
    link.join()
    notice = messages.Notice("X", "hello")
    assert link.tell(encode_notification(notice)) == [notice]


def test_a_reply_of_the_wrong_type_is_invalid() -> None:
    link = Link()
    request_id = link.ask(JOIN)
    with pytest.raises(InvalidMessage):
        link.tell(encode_result(request_id, messages.PublishResult(sdp="")))


def test_a_reply_to_nothing_is_ignored() -> None:
    link = Link()
    link.join()
    ping = link.ask(messages.Ping())
    assert link.tell(encode_result(99, DONE)) == []
    assert len(link.tell(encode_result(ping, DONE))) == 1
    assert link.tell(encode_result(ping, DONE)) == []


def test_a_request_without_a_reply_expires_once() -> None:
    link = Link()
    link.join()
    first = link.ask(messages.AdmitAll())
    link.now += 4
    second = link.ask(messages.RaiseHand())
    link.now += 6
    assert link.client.expire(link.now) == [first]
    assert link.client.expire(link.now) == []
    assert link.tell(encode_result(first, DONE)) == []
    assert link.client.expire(link.now + 4) == [second]


def test_only_so_many_requests_wait() -> None:
    client = ClientSession(0.0)
    for _ in range(PENDING_REQUESTS):
        client.request(messages.AdmitAll(), 0.0)
    with pytest.raises(LimitExceeded, match=str(PENDING_REQUESTS)):
        client.request(messages.AdmitAll(), 0.0)


def test_the_heartbeat_goes_on_whatever_waits() -> None:
    link = Link()
    link.join()
    for _ in range(PENDING_REQUESTS):
        link.ask(messages.AdmitAll())
    link.tell(encode_result(link.ask(messages.Ping()), DONE))


def test_a_lost_connection_fails_whatever_waits() -> None:
    client = ClientSession(0.0)
    asked = [client.request(messages.Ping(), 0.0)[0] for _ in range(3)]
    failed = client.fail_all()
    assert [each.id for each in failed] == asked
    assert all(isinstance(each.error, ConnectionLost) for each in failed)
    assert client.fail_all() == []


@given(st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_replies_in_any_order_find_their_requests(order: list[int], is_done: list[bool]) -> None:
    link = Link()
    link.join()
    asked = [link.ask(messages.Ping()) for _ in range(6)]
    for index in order:
        request_id = asked[index]
        if is_done[index]:
            assert link.tell(encode_result(request_id, DONE)) == [Replied(request_id, DONE)]
        else:
            (failed,) = link.tell(encode_error(request_id, PermissionDenied.code, "no"))
            assert isinstance(failed, Failed)
            assert failed.id == request_id
    assert link.client.expire(link.now + 1000) == []


# --- heartbeat ----------------------------------------------------------------------------------


def test_a_ping_is_due_twice_a_heartbeat() -> None:
    link = Link()
    link.join()
    assert not link.client.is_ping_due(102.4)
    assert link.client.next_deadline == 102.5
    assert link.client.is_ping_due(102.5)
    link.now = 102.5
    link.ask(messages.Ping())
    assert not link.client.is_ping_due(104.9)
    assert link.client.is_ping_due(110.0)


def test_a_silent_server_is_dead_after_one_and_a_half_heartbeats() -> None:
    link = Link()
    link.join()
    assert not link.client.is_dead(107.4)
    assert link.client.is_dead(107.5)
    link.now = 107.0
    link.tell(encode_notification(messages.MediaLost()))
    assert not link.client.is_dead(114.4)
    assert link.client.is_dead(114.5)


def test_the_server_sets_the_heartbeat() -> None:
    link = Link()
    link.join(msgspec.structs.replace(JOINED, heartbeat_s=1.0))
    assert link.client.is_ping_due(100.5)
    assert link.client.is_dead(101.5)
    assert not link.client.is_dead(101.4)


def test_a_heartbeat_of_nothing_is_invalid() -> None:
    link = Link()
    request_id = link.ask(JOIN)
    with pytest.raises(InvalidMessage):
        link.tell(encode_result(request_id, msgspec.structs.replace(JOINED, heartbeat_s=0.0)))


def test_the_next_deadline_is_the_nearest() -> None:
    client = ClientSession(0.0, request_timeout_s=2.0)
    assert client.next_deadline == 2.5
    client.request(messages.AdmitAll(), 0.4)
    assert client.next_deadline == 2.4
    client.expire(2.4)
    assert client.next_deadline == 2.5


# --- the server's handshake ---------------------------------------------------------------------


def test_the_first_message_is_join() -> None:
    link = Link()
    request_id, frame = link.client.request(messages.Ping(), link.now)
    with pytest.raises(InvalidMessage, match="must be join") as refused:
        link.server.receive(frame, link.now)
    assert refused.value.request_id == request_id


def test_nobody_joins_twice() -> None:
    link = Link()
    link.join()
    with pytest.raises(InvalidMessage, match="already"):
        link.ask(JOIN)


def test_another_version_is_refused_with_what_to_do() -> None:
    link = Link()
    with pytest.raises(InvalidMessage, match="same release"):
        link.ask(messages.Join(token="t", version=messages.PROTOCOL_VERSION + 1))


def test_a_connection_that_never_joins_is_dead_in_time_whatever_it_says() -> None:
    server = ServerSession(0.0, join_timeout_s=10.0)
    with pytest.raises(InvalidMessage):
        server.receive("nonsense", 9.0)
    assert not server.is_dead(9.9)
    assert server.is_dead(10.0)


def test_a_client_is_silent_after_one_heartbeat_and_dead_after_three_heartbeats() -> None:
    link = Link()
    link.join()
    link.now += 20.0
    link.ask(messages.Ping())
    assert not link.server.is_silent(124.9)
    assert link.server.next_deadline(124.9) == 125.0
    assert link.server.is_silent(125.0)
    assert link.server.next_deadline(125.0) == 135.0
    assert not link.server.is_dead(134.9)
    assert link.server.is_dead(135.0)
