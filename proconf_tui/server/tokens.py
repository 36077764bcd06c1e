"""Making and checking access tokens: JWTs signed with HS256, that algorithm and no other.

Pinning matters: a library that believes the token's own ``alg`` can be handed ``none`` or a public
key as an HMAC secret (RFC 8725 §3.1). What a token may do in a room is the room's business; what
is known of tokens of people who were kicked too. A token never goes to a log.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import jwt
import msgspec

from proconf_tui.config.credentials import Credentials
from proconf_tui.errors import InvalidToken
from proconf_tui.protocol import claims as layout
from proconf_tui.protocol.claims import ServerClaims, TokenClaims
from proconf_tui.protocol.ids import Identity, Role, RoomId
from proconf_tui.protocol.limits import ID_CHARACTERS
from proconf_tui.protocol.text import clean

if TYPE_CHECKING:
    from jwt.types import Options

TTL_S: Final = 600
LEEWAY_S: Final = 5
"""Clocks of two machines differ a little."""


def mint(
    credentials: Credentials,
    *,
    room: RoomId,
    identity: Identity,
    role: Role,
    now: float,
    name: str | None = None,
    ttl_s: int = TTL_S,
) -> str:
    """Return a token that lets ``identity`` into ``room`` from ``now`` (epoch) for ``ttl_s``."""
    made = TokenClaims(
        iss=credentials.api_key,
        aud=layout.ROOM_AUDIENCE,
        sub=identity,
        room=room,
        role=role,
        name=name,
        exp=int(now) + ttl_s,
        nbf=int(now),
        jti=secrets.token_urlsafe(12),
    )
    return jwt.encode(layout.to_payload(made), credentials.api_secret, layout.ALGORITHM)


def renewed(token: str, credentials: Credentials, room: RoomId, token_id: str, now: float) -> str:
    """Return a token that says what ``token`` says, and is good from ``now`` (epoch).

    ``token`` may have expired; it is that of one who is in or waits. Its ``jti`` stays: when its
    holder is kicked, all that were made from it are refused together.

    Raises:
        InvalidToken: it is not the token that was joined with.
    """
    payload = _decoded(token, credentials, layout.REQUIRED_OF_ROOM, layout.ROOM_AUDIENCE)
    found = layout.room_claims(payload)
    if found.room != room or id_of(found) != token_id:
        raise InvalidToken("That is not the access token you came with.")
    fresh = msgspec.structs.replace(found, exp=int(now) + TTL_S, nbf=int(now))
    return jwt.encode(layout.to_payload(fresh), credentials.api_secret, layout.ALGORITHM)


def id_of(claims: ServerClaims) -> str:
    """Return what a room remembers of a token: its ``jti``, fit to be shown."""
    return clean(claims.jti, max_cells=ID_CHARACTERS)


def verify(token: str, credentials: Credentials, now: float) -> TokenClaims:
    """Return what a room token says, once everything about it is right.

    Raises:
        InvalidToken: with the sentence that says which thing is wrong.
    """
    payload = _decoded(token, credentials, layout.REQUIRED_OF_ROOM, layout.ROOM_AUDIENCE)
    found = layout.room_claims(payload)
    _check_times(found, now)
    return found


def verify_invite(token: str, credentials: Credentials, now: float, room: RoomId) -> None:
    """Check that a token invites to ``room``.

    Raises:
        InvalidToken: with the sentence that says which thing is wrong.
    """
    try:
        payload = _decoded(token, credentials, layout.REQUIRED_OF_ROOM, layout.INVITE_AUDIENCE)
    except InvalidToken as error:
        # A link that lost its end, most often; why its signature fails helps nobody.
        raise InvalidToken(
            "This invite link is incomplete or another server's; copy the whole of it again."
        ) from error
    found = layout.room_claims(payload)
    _check_times(found, now, "invite")
    if found.room != room:
        raise InvalidToken("The invite is for another room; use the link as you were given it.")


def verify_server(token: str, credentials: Credentials, now: float) -> ServerClaims:
    """Return what a token for the HTTP API says, once everything about it is right.

    Raises:
        InvalidToken: with the sentence that says which thing is wrong.
    """
    payload = _decoded(token, credentials, layout.REQUIRED_OF_SERVER, layout.SERVER_AUDIENCE)
    found = layout.server_claims(payload)
    _check_times(found, now)
    return found


def _decoded(
    token: str, credentials: Credentials, required: tuple[str, ...], audience: str
) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            credentials.api_secret,
            algorithms=[layout.ALGORITHM],
            audience=audience,
            issuer=credentials.api_key,
            options=_options(required),
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken(_sentence(error)) from error
    except (ValueError, TypeError, msgspec.MsgspecError) as error:
        raise InvalidToken("The access token is not a JWT.") from error


def _options(required: tuple[str, ...]) -> Options:
    # The times are checked against the caller's clock, so the library's own look is turned off.
    return {
        "require": list(required),
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
    }


_SENTENCES: Final[tuple[tuple[type[jwt.InvalidTokenError], str], ...]] = (
    (jwt.InvalidAlgorithmError, "The access token is not signed with HS256."),
    (jwt.InvalidSignatureError, "The access token was signed with another server's secret."),
    (jwt.InvalidAudienceError, "The access token is for another purpose (its aud is wrong)."),
    (jwt.InvalidIssuerError, "The access token was made with another API key (its iss is wrong)."),
)


def _sentence(error: jwt.InvalidTokenError) -> str:
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"The access token lacks the claim {error.claim!r}."
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence
    return "The access token is not a JWT."


def _check_times(found: ServerClaims, now: float, what: str = "access token") -> None:
    if now >= found.exp + LEEWAY_S:
        raise InvalidToken(f"The {what} has expired; ask for a new invite.")
    if now < found.nbf - LEEWAY_S:
        raise InvalidToken(f"The {what} is not valid yet; check both machines' clocks.")
