"""Every way in which a token can be wrong is refused, and says which it was."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from proconf_tui.config.credentials import Credentials
from proconf_tui.errors import InvalidToken
from proconf_tui.protocol.claims import (
    REQUIRED_OF_ROOM,
    ROOM_AUDIENCE,
    SERVER_AUDIENCE,
)
from proconf_tui.protocol.ids import Identity, RoomId
from proconf_tui.server import tokens

CREDENTIALS = Credentials("key-1", "a secret that is long enough for HS256")
NOW = 1_000_000.0


def payload(**changes: Any) -> dict[str, Any]:
    """The claims of a good room token, with some changed; None removes one."""
    claims: dict[str, Any] = {
        "iss": "key-1",
        "aud": ROOM_AUDIENCE,
        "sub": "ann",
        "room": "myRoom",
        "role": "guest",
        "exp": int(NOW) + 600,
        "nbf": int(NOW),
        "jti": "j1",
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(claims: dict[str, Any], secret: str = CREDENTIALS.api_secret) -> str:
    return jwt.encode(claims, secret, "HS256")


def test_a_minted_token_is_what_it_says() -> None:
    token = tokens.mint(
        CREDENTIALS,
        room=RoomId("myRoom"),
        identity=Identity("ann"),
        role="host",
        now=NOW,
        name="Ann",
    )
    claims = tokens.verify(token, CREDENTIALS, NOW + 1)
    assert (claims.room, claims.sub, claims.role, claims.name) == ("myRoom", "ann", "host", "Ann")
    assert claims.exp == NOW + 600


@pytest.mark.parametrize("missing", REQUIRED_OF_ROOM)
def test_each_required_claim_is_required(missing: str) -> None:
    with pytest.raises(InvalidToken, match=f"'{missing}'"):
        tokens.verify(signed(payload(**{missing: None})), CREDENTIALS, NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exp": int(NOW) - 60}, "expired"),
        ({"nbf": int(NOW) + 60}, "not valid yet"),
        ({"iss": "key-2"}, "another API key"),
        ({"aud": SERVER_AUDIENCE}, "another purpose"),
        ({"room": 7}, "claims are wrong"),
        ({"maxPeers": 0}, "claims are wrong"),
        ({"maxPeers": 1001}, "claims are wrong"),
        ({"maxPeers": 10**30}, "claims are wrong"),
        ({"role": ["host"]}, "claims are wrong"),
        ({"permissions": "all"}, "claims are wrong"),
        ({"exp": "tomorrow"}, "claims are wrong"),
    ],
)
def test_a_wrong_claim_is_named(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidToken, match=sentence):
        tokens.verify(signed(payload(**changes)), CREDENTIALS, NOW)


def test_another_secret_is_refused() -> None:
    token = signed(payload(), secret="another secret, also long enough for it")
    with pytest.raises(InvalidToken, match="another server's secret"):
        tokens.verify(token, CREDENTIALS, NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_only_the_pinned_algorithm_counts(algorithm: str) -> None:
    key = "" if algorithm == "none" else CREDENTIALS.api_secret + "x" * 64
    token = jwt.encode(payload(), key, algorithm)
    with pytest.raises(InvalidToken, match="HS256"):
        tokens.verify(token, CREDENTIALS, NOW)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", "\x00", "..", "e30.e30.e30"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(text, CREDENTIALS, NOW)


def test_a_room_token_opens_no_http_api_and_the_other_way_round() -> None:
    with pytest.raises(InvalidToken, match="another purpose"):
        tokens.verify_server(signed(payload()), CREDENTIALS, NOW)
    server_token = signed(payload(aud=SERVER_AUDIENCE, room=None, role=None))
    assert tokens.verify_server(server_token, CREDENTIALS, NOW).sub == "ann"
    with pytest.raises(InvalidToken):
        tokens.verify(server_token, CREDENTIALS, NOW)
