"""From a token and a `Join` to the command that enters a room. Pure but for the ids it makes up.

A token is made by whoever holds the server's secret and says what its bearer may do. What the
bearer adds (name, metadata) counts only where the token is silent.
"""

from __future__ import annotations

from typing import cast

from proconf_tui.errors import InvalidMessage, InvalidToken
from proconf_tui.protocol.boundary import clean_json
from proconf_tui.protocol.claims import TokenClaims
from proconf_tui.protocol.ids import Role
from proconf_tui.protocol.messages import Join, Json
from proconf_tui.protocol.text import clean_name, is_valid_identity
from proconf_tui.room import commands
from proconf_tui.room.permissions import ALIASES, BY_ROLE, Permissions, merge
from proconf_tui.server import names, tokens
from proconf_tui.server.outbox import Outbox
from proconf_tui.server.peer import Peer


def enter(
    claims: TokenClaims, request: Join, outbox: Outbox, secret: str
) -> tuple[Peer, commands.Enter]:
    """Return the handle of a new peer and the command that asks the room to let it in.

    ``secret`` is what keys to seats are made from.

    Raises:
        InvalidToken: the token's role, names or permissions are none.
    """
    if not is_valid_identity(claims.sub):
        raise InvalidToken("The access token's sub is not an identity: 1 to 64 visible characters.")
    role = _role(claims.role)
    peer_id = names.new_peer_id()
    peer = Peer(
        room_id=claims.room,
        peer_id=peer_id,
        resume_key=names.resume_key(secret, claims.room, peer_id),
        has_media=request.has_media,
        outbox=outbox,
    )
    command = commands.Enter(
        actor=peer.peer_id,
        identity=claims.sub,
        name=clean_name(claims.name or "") or clean_name(request.name or ""),
        role=role,
        permissions=_permissions(role, claims.permissions or {}),
        metadata=(request.metadata or {}) | _cleaned(claims.metadata or {}),
        max_peers=claims.max_peers,
        will_wait=request.will_wait,
        token_id=tokens.id_of(claims),
    )
    return peer, command


def _role(name: str) -> Role:
    role = ALIASES.get(name, name)
    if role not in BY_ROLE:
        raise InvalidToken(f"The access token's role is none of {', '.join(BY_ROLE)}.")
    return role


def _permissions(role: Role, changes: Json) -> Permissions:
    try:
        return merge(BY_ROLE[role], changes)
    except InvalidMessage as error:
        raise InvalidToken(f"The access token is wrong: {error.message}") from error


def _cleaned(metadata: Json) -> Json:
    try:
        return cast("Json", clean_json(metadata))
    except InvalidMessage as error:
        raise InvalidToken(f"The access token's metadata is wrong: {error.message}") from error
