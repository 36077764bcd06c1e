"""Binding requests: who may be answered, and any bytes at all."""

from __future__ import annotations

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from proconf_tui.engine.ice_lite import (
    MAX_ADDRESSES,
    MAX_CHECKS,
    SILENCE_S,
    Address,
    Addresses,
    Checks,
    new_credentials,
    parse_request,
)

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


def test_an_ipv6_client_is_told_its_address() -> None:
    request = parse_request(_request("secret"))
    assert request is not None
    response = stun.parse_message(request.response(("2001:db8::7", 5004, 0, 3), "secret"))
    assert response.attributes["XOR-MAPPED-ADDRESS"] == ("2001:db8::7", 5004)


def _address(number: int) -> Address:
    return "192.0.2.1", number


def _check_from(checks: Checks, datagram: bytes, number: int) -> bool:
    request = parse_request(datagram)
    assert request is not None
    return checks.is_original(request, _address(number))


def test_a_check_repeated_from_elsewhere_is_another_s() -> None:
    checks, check = Checks(), _request("secret")
    assert _check_from(checks, check, 1)
    assert _check_from(checks, check, 1)
    assert not _check_from(checks, check, 2)
    assert _check_from(checks, _request("secret"), 2)


def test_only_the_newest_checks_are_remembered() -> None:
    checks, first, last = Checks(), _request("secret"), _request("secret")
    for check in (first, *(_request("secret") for _ in range(MAX_CHECKS - 1)), last):
        assert _check_from(checks, check, 1)
    assert not _check_from(checks, last, 2)
    assert _check_from(checks, first, 2)


def test_the_first_address_is_used_until_one_is_nominated() -> None:
    addresses = Addresses()
    for number in (1, 2, 3):
        addresses.add(_address(number), is_nominated=False, now=0.1 * number)
    assert addresses.chosen == _address(1)
    addresses.add(_address(2), is_nominated=True, now=0.5)
    assert addresses.chosen == _address(2)
    addresses.add(_address(3), is_nominated=True, now=0.6)
    assert addresses.chosen == _address(3)


def test_the_address_silent_for_longest_goes_but_never_the_chosen_one() -> None:
    addresses = Addresses()
    assert addresses.add(_address(0), is_nominated=True, now=0.0) is None
    for number in range(1, MAX_ADDRESSES):
        assert addresses.add(_address(number), is_nominated=False, now=0.01 * number) is None
    addresses.add(_address(1), is_nominated=False, now=0.5)
    dropped = [addresses.add(_address(n), is_nominated=False, now=0.6) for n in (100, 101)]
    assert dropped == [_address(2), _address(3)]
    assert addresses.chosen == _address(0)
    assert len(addresses.all()) == MAX_ADDRESSES


def _with_media_at(now: float) -> Addresses:
    addresses = Addresses()
    addresses.add(_address(1), is_nominated=True, now=0.0)
    addresses.media_at = now
    return addresses


@pytest.mark.parametrize("is_nominated", [True, False])
def test_who_is_alive_is_not_led_away_by_checks(is_nominated: bool) -> None:
    addresses = _with_media_at(10.0)
    addresses.add(_address(2), is_nominated=is_nominated, now=10.0 + SILENCE_S - 0.1)
    assert addresses.chosen == _address(1)


@pytest.mark.parametrize("is_nominated", [True, False])
def test_who_fell_silent_is_where_the_next_check_comes_from(is_nominated: bool) -> None:
    addresses = _with_media_at(10.0)
    addresses.add(_address(2), is_nominated=is_nominated, now=10.0 + SILENCE_S)
    assert addresses.chosen == _address(2)


def test_checks_too_are_a_sign_of_life() -> None:
    addresses = _with_media_at(10.0)
    for now in (12.0, 14.0, 16.0):
        addresses.add(_address(1), is_nominated=False, now=now)
        addresses.add(_address(2), is_nominated=False, now=now + 1.0)
        assert addresses.chosen == _address(1)


def test_media_lead_to_where_they_come_from_and_are_a_sign_of_life_there() -> None:
    addresses = _with_media_at(10.0)
    addresses.add(_address(2), is_nominated=False, now=10.5)
    addresses.move(_address(2))
    addresses.media_at = 11.0
    assert addresses.chosen == _address(2)
    addresses.add(_address(1), is_nominated=True, now=13.0)
    assert addresses.chosen == _address(2)
    addresses.add(_address(1), is_nominated=False, now=11.0 + SILENCE_S)
    assert addresses.chosen == _address(1)
