"""Every token that is not good is refused with its documented error, and nobody else notices."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from proconf_tui.errors import InvalidToken, ProconfError
from proconf_tui.protocol import messages
from proconf_tui.protocol.claims import INVITE_AUDIENCE, REQUIRED_OF_ROOM, SERVER_AUDIENCE
from proconf_tui.protocol.messages import Resume, TokenGranted
from proconf_tui.room import events
from tests.support.bystander import undisturbed
from tests.support.signalling import ROOM, RunningServer, room_payload, signed

Forge = Callable[[RunningServer], str]

HOUR_S: Final = 3600


def part(value: Any) -> str:
    """Return one part of a JWT."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(server: RunningServer, **changes: Any) -> dict[str, Any]:
    """Return what a good host's token says, with some changed; None removes one."""
    said = room_payload(server.credentials, "eve", "host") | changes
    return {name: value for name, value in said.items() if value is not None}


def saying(**changes: Any) -> Forge:
    """Return who signs a token that is wrong in what it says."""
    return lambda server: signed(server.credentials, claims(server, **changes))


def headed(header: Any, *, with_secret: bool = True) -> Forge:
    """Return who makes a token with a header of their own, signed with HS256 or not at all."""

    def forge(server: RunningServer) -> str:
        text = f"{part(header)}.{part(claims(server))}"
        secret = server.credentials.api_secret.encode() if with_secret else b""
        key = jwt.get_algorithm_by_name("HS256")
        signature = key.sign(text.encode(), secret) if with_secret else b""
        return f"{text}.{part(signature)}"

    return forge


def with_algorithm(algorithm: str) -> Forge:
    """Return who signs with this algorithm, with our secret where it takes one."""

    def forge(server: RunningServer) -> str:
        key: Any = server.credentials.api_secret + "x" * 64
        if algorithm == "none":
            key = ""
        elif algorithm == "RS256":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(claims(server), key, algorithm)

    return forge


def with_key(secret: str) -> Forge:
    return lambda server: jwt.encode(claims(server), secret, "HS256")


def changed(change: Callable[[str], str]) -> Forge:
    """Return who takes a good token and changes it."""
    return lambda server: change(server.token("eve", role="host"))


def payload_of(raw: bytes) -> Forge:
    """Return who signs bytes that are no claims."""

    def forge(server: RunningServer) -> str:
        text = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(raw)}"
        key = jwt.get_algorithm_by_name("HS256")
        return f"{text}.{part(key.sign(text.encode(), server.credentials.api_secret.encode()))}"

    return forge


def made_host(token: str) -> str:
    """Return a token whose payload was changed after it was signed."""
    header, payload, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{part(said | {'role': 'host', 'sub': 'boss'})}.{signature}"


NOW: Final = int(time.time())

BAD_TOKENS: Final[dict[str, tuple[Forge, str]]] = {
    "expired": (saying(exp=NOW - HOUR_S), "expired"),
    "not valid yet": (saying(nbf=NOW + HOUR_S), "not valid yet"),
    "algorithm none": (with_algorithm("none"), "HS256"),
    "algorithm HS384": (with_algorithm("HS384"), "HS256"),
    "algorithm HS512": (with_algorithm("HS512"), "HS256"),
    "algorithm RS256": (with_algorithm("RS256"), "HS256"),
    "algorithm None": (headed({"alg": "None"}, with_secret=False), "HS256"),
    "algorithm hs256": (headed({"alg": "hs256"}), "HS256"),
    "algorithm is a list": (headed({"alg": ["HS256"]}), "not a JWT|HS256"),
    "no algorithm": (headed({"typ": "JWT"}), "HS256"),
    "none comes last of two": (headed(b'{"alg":"HS256","alg":"none"}'), "HS256"),
    "unsigned, though HS256": (headed({"alg": "HS256"}, with_secret=False), "another server"),
    "header is an array": (headed(["HS256"]), "not a JWT"),
    "header is no JSON": (headed(b"{"), "not a JWT"),
    "header is deep": (headed(b"[" * 3000), "not a JWT"),
    "critical extension": (headed({"alg": "HS256", "crit": ["x"], "x": 1}), "not a JWT"),
    "detached payload": (headed({"alg": "HS256", "b64": False}), "not a JWT"),
    "another key": (with_key("another secret, just as long as ours is"), "another server"),
    "its own key in the header": (
        lambda server: jwt.encode(
            claims(server),
            "a key that came with the token itself",
            "HS256",
            headers={"jwk": {"kty": "oct", "k": part(b"a key that came with the token itself")}},
        ),
        "another server",
    ),
    "key of blanks": (with_key(" " * 32), "another server"),
    "another API key": (saying(iss="somebody"), "another API key"),
    "a server token": (saying(aud=SERVER_AUDIENCE), "another purpose"),
    "an invite": (saying(aud=INVITE_AUDIENCE), "another purpose"),
    "no audience at all": (saying(aud=[]), "another purpose|aud"),
    "changed after signing": (changed(made_host), "another server"),
    "cut off": (changed(lambda token: token[:-4]), "another server|not a JWT"),
    "two parts": (changed(lambda token: token.rpartition(".")[0]), "not a JWT"),
    "four parts": (changed(lambda token: token + ".x"), "not a JWT"),
    "empty": (lambda _: "", "not a JWT"),
    "text": (lambda _: "let me in", "not a JWT"),
    "zero bytes": (lambda _: "\x00.\x00.\x00", "not a JWT"),
    "letters beyond ASCII": (lambda _: "é.é.é", "not a JWT"),
    "payload is an array": (payload_of(b"[]"), "not a JWT"),
    "payload is no JSON": (payload_of(b"{"), "not a JWT"),
    "payload is no UTF-8": (payload_of(b'{"sub":"\xff"}'), "not a JWT"),
    "payload is deep": (payload_of(b'{"a":' * 1000), "not a JWT"),
    "expires at NaN": (saying(exp=float("nan")), "claims are wrong"),
    "expires never": (saying(exp=float("inf")), "claims are wrong"),
    "expires as text": (saying(exp="9999999999"), "claims are wrong"),
    "expires as true": (saying(exp=True), "claims are wrong"),
    "name is a number": (saying(name=7), "claims are wrong"),
    "identity of controls": (saying(sub="\x1b[2J"), "identity"),
    "identity too long": (saying(sub="x" * 65), "identity"),
    "role nobody has": (saying(role="emperor"), "role is none of"),
    "permission nobody has": (saying(permissions={"canFly": True}), "permissions"),
    "permission is a number": (saying(permissions={"admin": 1}), "permissions"),
    "metadata is deep": (saying(metadata=json.loads('{"a":' * 20 + "1" + "}" * 20)), "deep"),
    "metadata has a huge number": (saying(metadata={"n": 2**60}), "53 bits"),
    **{
        f"no {missing}": (saying(**{missing: None}), f"lacks the claim '{missing}'")
        for missing in REQUIRED_OF_ROOM
    },
}


async def refused(server: RunningServer, token: str) -> tuple[str, str]:
    """Return the code and the sentence with which a token is refused, its connection closed."""
    client = await server.client()
    with pytest.raises(ProconfError) as caught:
        await client.join(token)
    await client.until(lambda: client.is_over)
    assert caught.value.message.isprintable()
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("name", BAD_TOKENS)
async def test_a_bad_token_is_refused(server: RunningServer, name: str) -> None:
    forge, sentence = BAD_TOKENS[name]
    host = await server.host()
    async with undisturbed(host):
        code, message = await refused(server, forge(server))
    assert code == "BAD_TOKEN"
    assert any(each in message for each in sentence.split("|")), message


async def test_a_token_of_more_than_8_kib_is_too_long(server: RunningServer) -> None:
    host = await server.host()
    async with undisturbed(host):
        code, message = await refused(server, "x" * 8193)
    assert code == "LIMIT_EXCEEDED"
    assert "8 KiB" in message


@pytest.mark.parametrize("room", ["otherRoom", "../etc", "", "\x1b[2J", "x" * 65])
async def test_the_token_of_a_room_that_is_not_there_opens_none(
    server: RunningServer, room: str
) -> None:
    host = await server.host()
    async with undisturbed(host):
        code, _ = await refused(server, server.token("eve", room=room))
    assert code == "ROOM_NOT_FOUND"


async def test_another_rooms_token_opens_that_room_and_no_other(server: RunningServer) -> None:
    host = await server.host()
    await server.create_room("otherRoom")
    async with undisturbed(host):
        client = await server.client()
        await client.join(server.token("eve", role="host", room="otherRoom"))
        await client.until_in()
        assert list(client.room.participants) == [client.peer_id]
        assert client.room.room_id == "otherRoom"


async def test_the_token_of_a_meeting_that_is_over_opens_nothing(server: RunningServer) -> None:
    host = await server.host()
    token = server.token("ann")
    await host.ask(messages.EndRoom())
    await host.until(lambda: host.is_over)
    code, _ = await refused(server, token)
    assert code == "ROOM_NOT_FOUND"


async def test_a_token_is_of_no_use_once_its_holder_was_kicked(server: RunningServer) -> None:
    host = await server.host()
    guest = await server.client()
    token = server.token("ann")
    await (await guest.join(token)).until_in()
    renewed: TokenGranted = await guest.ask(messages.RefreshToken(token))
    await host.until(lambda: guest.peer_id in host.room.participants)
    await host.ask(messages.Kick(guest.peer_id))
    assert (await guest.end()).reason == "KICKED"
    async with undisturbed(host):
        for each in (token, renewed.token):
            code, message = await refused(server, each)
            assert (code, "removed" in message) == ("BAD_TOKEN", True)
    async with undisturbed(host, sees=[events.PeerJoined]):
        await (await server.join("ann")).until_in()


async def test_the_seat_of_somebody_kicked_cannot_be_taken_again(server: RunningServer) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await host.until(lambda: guest.peer_id in host.room.participants)
    await host.ask(messages.Kick(guest.peer_id))
    await guest.end()
    async with undisturbed(host):
        client = await server.client()
        with pytest.raises(InvalidToken):
            await client.join("no token", resume=guest.resume_of())


@pytest.mark.parametrize(
    "resume_key", ["", "x", "0" * 64, "\u00e9", "x" * 5000], ids=["empty", "x", "0", "é", "long"]
)
async def test_a_wrong_key_takes_no_seat(server: RunningServer, resume_key: str) -> None:
    host = await server.host()
    guest = await (await server.join("ann")).until_in()
    await host.until(lambda: guest.peer_id in host.room.participants)
    async with undisturbed(host):
        client = await server.client()
        with pytest.raises(InvalidToken):
            await client.join("no token", resume=Resume(guest.peer_id, resume_key))
        await guest.settle()


@pytest.mark.parametrize(
    ("authorization", "sentence"),
    [
        (None, "needs a server token"),
        ("Bearer", "needs a server token"),
        ("Basic YTpi", "needs a server token"),
        ("Bearer x", "not a JWT"),
        ("room token", "another purpose"),
        ("invite", "another purpose"),
        ("expired", "expired"),
        ("unsigned", "HS256"),
    ],
)
async def test_the_http_api_takes_server_tokens_only(
    server: RunningServer, authorization: str | None, sentence: str
) -> None:
    host = await server.host()
    said = claims(server, aud=SERVER_AUDIENCE)
    made = {
        "room token": lambda: server.token("eve", role="host"),
        "invite": lambda: server.token("eve", aud=INVITE_AUDIENCE),
        "expired": lambda: server.server_token(exp=NOW - HOUR_S),
        "unsigned": lambda: jwt.encode(said, "", "none"),
    }
    if authorization in made:
        authorization = f"Bearer {made[authorization]()}"
    headers = {} if authorization is None else {"Authorization": authorization}
    async with undisturbed(host):
        answer = await server.http("DELETE", f"/api/v1/rooms/{ROOM}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "BAD_TOKEN")
    assert sentence in answer.json()["message"]
