"""Binding requests: who may be answered, and any bytes at all."""

from __future__ import annotations

from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.ice_lite import MAX_ADDRESSES, Addresses, new_credentials, parse_request

CLIENT = ("192.0.2.7", 5004)


def _request(password: str, *, username: str = "ours:theirs", is_nominating: bool = False) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = username
    message.attributes["PRIORITY"] = 1
    if is_nominating:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


def test_a_request_names_us_and_is_answered_with_its_address() -> None:
    request = parse_request(_request("secret", is_nominating=True))
    assert request is not None
    assert request.local_ufrag == "ours"
    assert request.is_nominating
    assert request.is_authentic("secret")
    response = stun.parse_message(request.response(CLIENT, "secret"))
    assert response.message_class is stun.Class.RESPONSE
    assert response.attributes["XOR-MAPPED-ADDRESS"] == CLIENT
    assert response.check_message_integrity(b"secret")


def test_a_wrong_password_is_not_authentic() -> None:
    request = parse_request(_request("guess"))
    assert request is not None
    assert not request.is_authentic("secret")
    assert not request.is_nominating


def test_an_unsigned_request_is_not_authentic() -> None:
    request = parse_request(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)))
    assert request is not None
    assert request.local_ufrag == ""
    assert not request.is_authentic("secret")


def test_what_is_no_binding_request_is_nothing() -> None:
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
    assert parse_request(bytes(response)) is None
    assert parse_request(bytes(stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST))) is None


@given(st.binary(max_size=120))
def test_any_bytes_are_read(datagram: bytes) -> None:
    parse_request(datagram)


@given(st.binary(max_size=60), st.integers(0, 0x3FFF))
def test_any_attributes_are_read(attributes: bytes, message_type: int) -> None:
    head = message_type.to_bytes(2) + len(attributes).to_bytes(2) + b"\x21\x12\xa4\x42" + bytes(12)
    parse_request(head + attributes)


@given(st.integers(20, 80), st.binary(min_size=1, max_size=4))
def test_any_damage_is_read(at: int, junk: bytes) -> None:
    whole = _request("secret")
    request = parse_request(whole[:at] + junk + whole[at + len(junk) :])
    if request is not None:
        request.is_authentic("secret")


def test_credentials_are_long_and_new_each_time() -> None:
    first, second = new_credentials(), new_credentials()
    assert (len(first.ufrag), len(first.password)) == (8, 24)
    assert first != second


def test_the_nominated_address_is_kept_and_old_ones_go() -> None:
    addresses = Addresses()
    many = [("192.0.2.1", port) for port in range(MAX_ADDRESSES + 2)]
    assert addresses.add(many[0], is_nominated=True) is None
    dropped = [addresses.add(address, is_nominated=False) for address in many[1:]]
    assert [address for address in dropped if address] == [many[1], many[2]]
    assert addresses.chosen == many[0]
    assert len(addresses.all()) == MAX_ADDRESSES
    addresses.add(many[-1], is_nominated=True)
    assert addresses.chosen == many[-1]


def test_the_first_address_is_used_until_one_is_nominated() -> None:
    addresses = Addresses()
    addresses.add(("192.0.2.1", 1), is_nominated=False)
    addresses.add(("192.0.2.1", 2), is_nominated=False)
    assert addresses.chosen == ("192.0.2.1", 1)
