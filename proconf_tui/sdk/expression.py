"""What one says and shows in a room beside sound and pictures: data, chat, hand, metadata, role.

Each is one request, checked here only against limits that the server has too. It keeps nothing.
"""

from __future__ import annotations

import abc
import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from proconf_tui.errors import ConfigError, ConnectionLost, LimitExceeded
from proconf_tui.protocol.ids import CHAT_LABEL, REACTION_LABEL, PeerId
from proconf_tui.protocol.limits import (
    CHAT_CHARACTERS,
    DATA_PAYLOAD_BYTES,
    PEER_METADATA_BYTES,
    check_bytes,
    check_characters,
    check_json_size,
)
from proconf_tui.protocol.messages import (
    LowerHand,
    RaiseHand,
    SendChat,
    SendData,
    UpdatePeerMetadata,
    UpdateRole,
)
from proconf_tui.protocol.text import is_one_emoji
from proconf_tui.sdk.calls import Call
from proconf_tui.sdk.emitter import Json
from proconf_tui.sdk.remote_peer import checked_role

REACTION_CHARACTERS: Final = 8
"""As many as the longest joined emoji has."""

_PERHAPS_SAID: Final = (
    "You were away for too long to know whether that was said; look in the chat, and say it again."
)

Everybody = str
"""``"*"``; any other text is one peer's id."""

UntilBack = Callable[[], Awaitable[None]]
"""Waits until a connection that broke is made again; at once if none did.

Raises:
    ConnectionLost: there is no way back.
"""


class Expression(abc.ABC):
    """The local peer's calls that are no media."""

    def __init__(self, call: Call, until_back: UntilBack) -> None:
        self._call = call
        self._until_back = until_back

    @property
    @abc.abstractmethod
    def peer_id(self) -> PeerId:
        """Who one is."""

    @property
    @abc.abstractmethod
    def _seated_as(self) -> PeerId | None:
        """Whose seat one has, known before one is in it."""

    async def send_data(
        self, payload: str, *, to: Everybody | Iterable[str] = "*", label: str = "data"
    ) -> None:
        """Send to everybody (``"*"``), to one peer or to several; chat is label ``chat``.

        A chat line outlives a lost connection: it is sent when the connection is back, and said
        once.

        Raises:
            ConnectionLost: there is no connection, and for chat no way back to the same seat.
            LimitExceeded: more than 1 KiB, or 4,000 characters of chat.
            PermissionDenied: the role or the room forbids it.
            PeerNotFound: one of ``to`` is not in.
        """
        receivers = _receivers(to)
        if label == CHAT_LABEL:
            check_characters(payload, CHAT_CHARACTERS, "A chat line")
            for receiver in receivers or (None,):
                await self._say(SendChat(payload, receiver, secrets.token_urlsafe(9)))
        else:
            check_bytes(payload, DATA_PAYLOAD_BYTES, "The payload of a data message")
            await self._call(SendData(payload, label, receivers))

    async def _say(self, line: SendChat) -> None:
        said_as = self._seated_as
        while True:
            try:
                await self._call(line)
            except ConnectionLost as error:
                # Let whoever reads the connection notice it too.
                await asyncio.sleep(0)
                await self._until_back()
                if self._seated_as != said_as:
                    # The room knows the lines of one peer apart, and this is another.
                    raise ConnectionLost(_PERHAPS_SAID) from error
            else:
                return

    async def react(self, emoji: str) -> None:
        """Show everybody one emoji, in passing: data with the label ``reaction``.

        Raises:
            ConfigError: it is not one emoji of at most 8 characters.
            PermissionDenied: the role or the room forbids it.
        """
        if len(emoji) > REACTION_CHARACTERS or not is_one_emoji(emoji):
            raise ConfigError(
                f"A reaction is one emoji of at most {REACTION_CHARACTERS} characters."
            )
        await self.send_data(emoji, label=REACTION_LABEL)

    async def update_metadata(self, data: Json) -> None:
        """Replace one's metadata.

        Raises:
            LimitExceeded: it is more than 4 KiB of JSON.
        """
        check_json_size(data, PEER_METADATA_BYTES, "The metadata of a participant")
        await self._call(UpdatePeerMetadata(data))

    async def update_role(self, role: str) -> None:
        """Change one's own role; moderators only."""
        await self._call(UpdateRole(self.peer_id, checked_role(role)))

    async def raise_hand(self) -> None:
        """Ask for the floor."""
        await self._call(RaiseHand())

    async def lower_hand(self) -> None:
        """Ask no longer."""
        await self._call(LowerHand())


def _receivers(to: Everybody | Iterable[str]) -> list[PeerId] | None:
    if isinstance(to, str):
        return None if to == "*" else [PeerId(to)]
    receivers = [PeerId(each) for each in to]
    if not receivers:
        raise LimitExceeded("There is nobody to send to; name at least one participant.")
    return receivers
