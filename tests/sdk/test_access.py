"""Access tokens: every row of what they say, as a server takes it, and what cannot be said."""

from __future__ import annotations

import time
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest

from proconf_tui.config.credentials import Credentials
from proconf_tui.errors import ConfigError, InvalidToken, LimitExceeded, ProconfError, RoomFull
from proconf_tui.protocol.ids import RoomId
from proconf_tui.protocol.limits import LONGEST_S
from proconf_tui.room.model import Participant
from proconf_tui.room.permissions import BY_ROLE
from proconf_tui.sdk import AccessToken
from proconf_tui.sdk.access import invite_token, server_token
from proconf_tui.server import tokens
from tests.support.signalling import ROOM, RunningServer, SignallingClient, running_server

KEY = Credentials("key", "s" * 32)


def made(**fields: Any) -> AccessToken:
    return AccessToken(KEY.api_key, KEY.api_secret, fields.pop("room_id", ROOM), **fields)


def lifetime_s(token: AccessToken) -> int:
    claims = tokens.verify(token.to_jwt(), KEY, time.time())
    return claims.exp - claims.nbf


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    async with running_server() as running:
        await running.create_room()
        yield running


async def joined(server: RunningServer, **fields: Any) -> SignallingClient:
    """Return who has come in with such a token."""
    key = server.credentials
    token = AccessToken(key.api_key, key.api_secret, ROOM, **fields).to_jwt()
    return await (await (await server.client()).join(token)).until_in()


def member(client: SignallingClient) -> Participant:
    return client.room.participants[client.peer_id]


# --- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*BY_ROLE, "moderator", "member"])
async def test_role(server: RunningServer, role: str) -> None:
    await server.join("host", role="host")
    meant = {"moderator": "host", "member": "guest"}.get(role, role)
    me = member(await joined(server, role=role))
    assert (me.role, me.permissions) == (meant, BY_ROLE[me.role])


async def test_identity_name_and_metadata(server: RunningServer) -> None:
    fields = {"identity": "ann@example.org", "name": "Ann", "metadata": {"team": ["a", 1]}}
    me = member(await joined(server, role="host", **fields))
    assert (me.identity, me.name, me.metadata) == tuple(fields.values())
    another = member(await joined(server, role="host"))
    assert another.identity.startswith("user-")


async def test_permissions(server: RunningServer) -> None:
    await server.join("host", role="host")
    changes = {"can_send_data": False, "can_produce_sources": {"cam": False}}
    may = member(await joined(server, permissions=changes)).permissions
    assert (may.can_send_data, may.can_recv_data) == (False, True)
    assert (may.can_produce_sources.cam, may.can_produce_sources.mic) == (False, True)


async def test_max_peers(server: RunningServer) -> None:
    await joined(server, role="host")
    await joined(server, max_peers=2)
    with pytest.raises(RoomFull):
        await joined(server, max_peers=2)


def test_ttl_s() -> None:
    assert lifetime_s(made()) == 600
    assert lifetime_s(made(ttl_s=0.2)) == 1
    assert lifetime_s(made(ttl_s=LONGEST_S)) == LONGEST_S
    with pytest.raises(InvalidToken, match="expired"):
        tokens.verify(made(ttl_s=1).to_jwt(), KEY, time.time() + 60)


def test_no_two_tokens_are_the_same() -> None:
    same = [tokens.verify(made().to_jwt(), KEY, time.time()) for _ in range(2)]
    assert same[0].jti != same[1].jti


def test_the_secret_is_not_shown() -> None:
    assert KEY.api_secret not in repr(made())


# --- what cannot be said --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        *[({"room_id": room}, ConfigError) for room in ("", "a b", "../x", "x" * 65, "\x1b[2J")],
        *[({"identity": one}, ConfigError) for one in ("", "a b", "x" * 65, "\x07")],
        ({"role": "admin"}, ConfigError),
        ({"permissions": {"can_fly": True}}, ConfigError),
        ({"permissions": {"can_produce": "yes"}}, ConfigError),
        ({"permissions": {"can_produce_sources": {"lamp": True}}}, ConfigError),
        ({"permissions": {"can_produce_sources": True}}, ConfigError),
        *[({"max_peers": most}, ConfigError) for most in (0, -1, 1001)],
        *[
            ({"ttl_s": ttl_s}, ConfigError)
            for ttl_s in (0, -1, LONGEST_S + 1, 1e300, float("inf"), float("nan"))
        ],
        ({"metadata": {"x": "y" * 4096}}, LimitExceeded),
        ({"metadata": {"x": 2**60}}, ConfigError),
        # 4 KiB as JSON, three times as much in a token, where JSON is ASCII.
        ({"metadata": {"x": "ä" * 2000}}, LimitExceeded),
        ({"name": "x" * 9000}, LimitExceeded),
    ],
)
def test_what_no_server_takes_is_refused(fields: dict[str, Any], error: type[ProconfError]) -> None:
    with pytest.raises(error) as refused:
        made(**fields).to_jwt()
    assert refused.value.message.isprintable()


@pytest.mark.parametrize("secret", ["", "short", '{"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2Vj"}'])
def test_a_secret_that_is_none_is_refused_in_our_words(secret: str) -> None:
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        with pytest.raises(ConfigError, match="API secret"):
            AccessToken("key", secret, ROOM).to_jwt()
        with pytest.raises(ConfigError, match="API secret"):
            invite_token("key", secret, ROOM, 60)
        with pytest.raises(ConfigError, match="API secret"):
            server_token("key", secret)
    assert not leaked


def test_an_invite_and_a_server_token_are_checked_alike() -> None:
    for ttl_s in (0.0, -1.0, 1e300):
        with pytest.raises(ConfigError):
            invite_token(KEY.api_key, KEY.api_secret, ROOM, ttl_s)
        with pytest.raises(ConfigError):
            server_token(KEY.api_key, KEY.api_secret, ttl_s)
    with pytest.raises(ConfigError):
        invite_token(KEY.api_key, KEY.api_secret, "../x", 60)
    tokens.verify_invite(
        invite_token(KEY.api_key, KEY.api_secret, ROOM, 60), KEY, time.time(), RoomId(ROOM)
    )
