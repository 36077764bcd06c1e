"""Frames and messages: each message comes back as it was, everything else is refused."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.errors import InvalidMessage
from proconf_tui.protocol import messages
from proconf_tui.protocol.codec import (
    Failure,
    Reply,
    decode_request,
    decode_result,
    decode_server_message,
    encode_error,
    encode_notification,
    encode_request,
    encode_result,
)
from proconf_tui.protocol.ids import Identity, PeerId
from proconf_tui.protocol.limits import JSON_DEPTH, JSON_INTEGER, MAX_PEERS, STREAM_LABELS
from proconf_tui.protocol.messages import NOTIFICATIONS, REQUESTS, Notification, Request
from proconf_tui.protocol.text import clean, clean_name

ANA = PeerId("ana")

# --- every message there and back ---------------------------------------------------------------

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
lines = st.text(max_size=40).map(clean)
blocks = st.text(max_size=40).map(lambda text: clean(text, is_multiline=True))
json_objects = st.dictionaries(
    lines,
    st.recursive(
        st.none() | st.booleans() | st.integers(-JSON_INTEGER, JSON_INTEGER) | blocks,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(lines, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
raws = json_objects.map(lambda value: msgspec.Raw(msgspec.json.encode(value)))

BY_FIELD: dict[str, st.SearchStrategy[Any]] = {
    "peer_id": ids,
    "from_peer_id": ids,
    "identity": ids,
    "room_id": ids,
    "dominant_speaker": ids,
    "name": st.text(max_size=40).map(clean_name),
    "text": blocks,
    "payload": blocks,
    "permissions": st.dictionaries(st.just("admin"), st.booleans()),
    "metadata": json_objects,
    "label": st.sampled_from(["audio", "video", "screen"]),
    "labels": st.lists(st.sampled_from(["audio", "video", "screen"])),
    "peer_ids": st.none() | st.lists(ids, max_size=3),
    "active_speakers": st.lists(ids, max_size=3),
    "levels": st.dictionaries(ids, st.floats(-127, 0), max_size=3),
    "state": raws,
    "events": st.lists(raws, max_size=3),
    "sdp": st.text(max_size=40),
    "token": st.text(max_size=40),
    "resume_key": st.text(max_size=40),
    "mid": lines,
    "code": lines,
    "message": lines,
    "version": st.integers(0, JSON_INTEGER),
    "width_px": st.integers(1, 8192),
    "height_px": st.integers(1, 8192),
}


def _values(kind: type[msgspec.Struct], field: str, hint: Any) -> st.SearchStrategy[Any]:
    if kind is messages.Publish and field == "labels":
        return st.dictionaries(lines, st.sampled_from(["audio", "video", "screen"]), max_size=3)
    if field == "to":
        return st.none() | (st.lists(ids, max_size=3) if kind is messages.SendData else ids)
    if field == "resume":
        return st.none() | _structs(messages.Resume)
    if field == "feeds":
        return st.lists(_structs(messages.SlotFeed), max_size=3)
    if kind is messages.Watch:
        return st.none() | st.lists(_structs(messages.WatchedStream), max_size=3)
    if kind is messages.Wanted:
        return st.dictionaries(BY_FIELD["label"], st.none() | _structs(messages.SizePx))
    return BY_FIELD[field] if field in BY_FIELD else st.from_type(hint)


def _structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    fields = msgspec.structs.fields(kind)
    return st.builds(
        kind, **{field.name: _values(kind, field.name, field.type) for field in fields}
    )


requests = st.sampled_from(list(REQUESTS.values())).flatmap(_structs)
notifications = st.sampled_from(list(NOTIFICATIONS.values())).flatmap(_structs)
request_ids = st.integers(0, JSON_INTEGER)


@given(request_ids, requests)
def test_a_request_comes_back_as_it_was(request_id: int, request: Request) -> None:
    assert decode_request(encode_request(request_id, request)) == (request_id, request)


@given(notifications)
def test_a_notification_comes_back_as_it_was(notification: Notification) -> None:
    assert _comparable(decode_server_message(encode_notification(notification))) == _comparable(
        notification
    )


@given(request_ids, lines, lines)
def test_an_error_comes_back_as_it_was(request_id: int, code: str, message: str) -> None:
    decoded = decode_server_message(encode_error(request_id, code, message))
    assert decoded == Failure(request_id, code, message)


@pytest.mark.parametrize(
    ("request_type", "result"),
    [
        (messages.Ping, messages.Empty()),
        (messages.Publish, messages.PublishResult(sdp="v=0")),
    ],
)
def test_a_result_comes_back_typed_by_its_request(
    request_type: type[Request], result: msgspec.Struct
) -> None:
    reply = decode_server_message(encode_result(7, result))
    assert isinstance(reply, Reply)
    assert reply.id == 7
    assert decode_result(reply, request_type) == result
    with pytest.raises(InvalidMessage, match="join"):
        decode_result(reply, messages.Join)


def _comparable(message: object) -> object:
    """Raw JSON compares by identity; its bytes are what must stay."""
    return type(message), msgspec.json.encode(message)


# --- everything else ----------------------------------------------------------------------------


def _ask(method: str, params: str) -> str:
    return f'{{"id": 7, "method": "{method}", "params": {params}}}'


_MANY = ", ".join(['"p"'] * (MAX_PEERS + 1))
_SOUNDS = ", ".join(['"audio"'] * (STREAM_LABELS + 1))
_MIDS = ", ".join(f'"{mid}": "audio"' for mid in range(STREAM_LABELS + 1))

shaped = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers() | st.text(max_size=3) | st.none(),
        "method": st.sampled_from([*REQUESTS, *NOTIFICATIONS]) | st.integers(),
        "params": json_objects | st.fixed_dictionaries({"peerId": st.text() | st.integers()}),
        "result": st.just({}),
        "error": st.just({"code": "X"}) | st.none(),
    },
).map(lambda value: msgspec.json.encode(value).decode())


@given(st.binary() | st.text() | shaped)
def test_any_frame_is_a_message_or_invalid(frame: str | bytes) -> None:
    for decode in (decode_request, decode_server_message):
        with contextlib.suppress(InvalidMessage):
            decode(frame)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (b'{"id": 7, "method": "ping"}', "binary"),
        ("", "JSON object"),
        ("[]", "JSON object"),
        ('{"id": 7, "method": "ping"', "JSON object"),
        ('{"id": 7} {}', "JSON object"),
        ('{"a": "\ud800"}', "JSON object"),
        ("[" * 100_000, "JSON object"),
        ('{"method": "ping"}', "no id"),
        ('{"id": -1, "method": "ping"}', "from 0"),
        ('{"id": 9007199254740992, "method": "ping"}', "from 0"),
        ('{"id": "7", "method": "ping"}', "id message is wrong"),
        (_ask("update-room-metadata", '{"metadata": {"x": NaN}}'), "JSON object"),
        (" " * (128 * 1024 + 1), "at most 128 KiB"),
    ],
)
def test_a_frame_without_a_readable_id_is_refused_without_one(
    frame: str | bytes, says: str
) -> None:
    with pytest.raises(InvalidMessage, match=says) as refused:
        decode_request(frame)
    assert refused.value.request_id is None


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ('{"id": 7}', "no method"),
        ('{"id": 7, "method": 5}', "method message is wrong"),
        (_ask("fly", "{}"), "no request named 'fly'"),
        (_ask("\\u001b[2Jfly", "{}"), "no request named 'fly'"),
        (_ask("welcome", "{}"), "no request named"),
        (_ask("kick", "{}"), "missing required field `peerId`"),
        (_ask("kick", "[]"), "Expected `object`"),
        (_ask("kick", '{"peerId": 5}'), "Expected `str`"),
        (_ask("kick", '{"peerId": "../.."}'), "no participant's id"),
        (_ask("kick", '{"peerId": "a", "block": 1}'), "Expected `bool`"),
        (_ask("unblock", '{"identity": "a b"}'), "no identity"),
        (_ask("produce", '{"label": "smell"}'), "Invalid enum value"),
        (_ask("update-role", '{"peerId": "a", "role": "king"}'), "Invalid enum value"),
        (_ask("update-room-metadata", '{"metadata": {"x": 1e999}}'), "out of range"),
        (_ask("update-room-metadata", '{"metadata": {"x": 9007199254740992}}'), "53 bits"),
        (_ask("send-data", f'{{"payload": "{"x" * 1025}"}}'), "at most 1 KiB"),
        (_ask("send-data", f'{{"payload": "", "label": "{"x" * 65}"}}'), "at most 64 char"),
        (_ask("send-data", f'{{"payload": "", "to": [{_MANY}]}}'), "at most 1000"),
        (_ask("close-streams", f'{{"labels": [], "peerIds": [{_MANY}]}}'), "at most 1000"),
        (_ask("close-streams", f'{{"labels": [{_SOUNDS}]}}'), "at most 64; these are 65"),
        (_ask("publish", f'{{"sdp": "", "labels": {{{_MIDS}}}}}'), "at most 64; these are 65"),
        (_ask("publish", f'{{"sdp": "{"x" * 65537}", "labels": {{}}}}'), "at most 64 KiB"),
        (_ask("join", f'{{"token": "{"x" * 8193}"}}'), "at most 8 KiB"),
        (_ask("join", f'{{"token": "", "name": "{"x" * 513}"}}'), "at most 512 char"),
        (_ask("send-chat", f'{{"text": "{"x" * 4001}"}}'), "at most 4000 char"),
        (_ask("update-room-metadata", f'{{"metadata": {{"x": "{"x" * 8192}"}}}}'), "at most 8 KiB"),
    ],
)
def test_a_bad_request_is_refused_with_its_id_and_the_reason(frame: str, says: str) -> None:
    with pytest.raises(InvalidMessage, match=says) as refused:
        decode_request(frame)
    assert refused.value.request_id == 7


def test_nesting_is_limited() -> None:
    def asking(depth: int) -> str:
        nested = '{"a":' * depth + "1" + "}" * depth
        return _ask("update-peer-metadata", f'{{"metadata": {nested}}}')

    decode_request(asking(JSON_DEPTH))
    with pytest.raises(InvalidMessage, match=f"nested {JSON_DEPTH} deep"):
        decode_request(asking(JSON_DEPTH + 1))
    with pytest.raises(InvalidMessage):
        decode_request(asking(20_000))


@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        '{"id": 7}',
        '{"id": 7, "error": {}}',
        '{"id": 7, "error": null}',
        '{"method": "join", "params": {"token": ""}}',
        '{"method": "closed", "params": {"reason": "BORED", "message": ""}}',
        '{"method": "data"}',
        '{"method": "data", "params": {"fromPeerId": "a b", "payload": "", "label": ""}}',
        '{"method": "levels", "params": {"levels": {}, "activeSpeakers": ["a b"]}}',
    ],
)
def test_what_no_server_says_is_refused(frame: str) -> None:
    with pytest.raises(InvalidMessage):
        decode_server_message(frame)


# --- text from others ---------------------------------------------------------------------------


def test_text_is_clean_behind_the_codec_and_secrets_are_left_alone() -> None:
    join = messages.Join(
        token="a\x1bb", name=" \x1b[31mAna\u202e ", metadata={"k\x07": ["\x1b]0;x\x07v\nw"]}
    )
    _, decoded = decode_request(encode_request(1, join))
    assert decoded == messages.Join(token="a\x1bb", name="Ana", metadata={"k": ["v\nw"]})


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (messages.SendChat(text="\x1b[2Ja\r\nb"), messages.SendChat(text="a\nb")),
        (
            messages.SendData(payload="\x9b2Jx", label="\u200bl"),
            messages.SendData(payload="x", label="l"),
        ),
        (
            messages.Unblock(identity=Identity("ana@example.org")),
            messages.Unblock(identity=Identity("ana@example.org")),
        ),
    ],
)
def test_each_kind_of_text_is_cleaned_its_own_way(sent: Request, received: Request) -> None:
    assert decode_request(encode_request(1, sent)) == (1, received)


def test_text_from_a_server_is_cleaned_too() -> None:
    notice = messages.Notice(code="X", message="one\ntwo\x1b[2J")
    assert decode_server_message(encode_notification(notice)) == messages.Notice("X", "one two")
    refused = decode_server_message(encode_error(3, "X", "no\x07"))
    assert refused == Failure(3, "X", "no")
