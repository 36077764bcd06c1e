"""What a room can be asked for beyond one's own part in it: controls, lobby, order.

Each is one request; the server decides who may. It keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from proconf_tui.errors import ConfigError
from proconf_tui.protocol.ids import Identity, Label, PeerId, Source
from proconf_tui.protocol.limits import ROOM_METADATA_BYTES, check_json_size
from proconf_tui.protocol.messages import (
    Admit,
    AdmitAll,
    CloseStreams,
    Deny,
    Json,
    Kick,
    LowerHand,
    MuteEveryone,
    Unblock,
    UpdateControls,
    UpdateRoomMetadata,
)
from proconf_tui.sdk.calls import Call


class Moderation:
    """The room's calls for moderators; each raises `PermissionDenied` for anybody else."""

    def __init__(self, call: Call) -> None:
        self._ask = call

    async def update_metadata(self, data: Json) -> None:
        """Replace the room's metadata; everybody gets ``metadata-updated``.

        Raises:
            LimitExceeded: it is more than 8 KiB of JSON.
        """
        check_json_size(data, ROOM_METADATA_BYTES, "The metadata of a room")
        await self._ask(UpdateRoomMetadata(data))

    async def update_room_controls(
        self,
        *,
        room_locked: bool | None = None,
        allow_produce: bool | None = None,
        allow_produce_sources: Mapping[str, bool] | None = None,
        allow_consume: bool | None = None,
        allow_send_data: bool | None = None,
    ) -> None:
        """Change the named controls; ``allow_*`` bind those who are no moderators.

        Raises:
            ConfigError: there is no such source.
        """
        sources = None if allow_produce_sources is None else _sources(allow_produce_sources)
        await self._ask(
            UpdateControls(
                room_locked=room_locked,
                allow_produce=allow_produce,
                allow_produce_sources=sources,
                allow_consume=allow_consume,
                allow_send_data=allow_send_data,
            )
        )

    async def close_stream_of_label(
        self, labels: Label | Iterable[Label], peer_ids: Iterable[str] | None = None
    ) -> None:
        """Close those streams of these peers, or of all remote peers, in the server."""
        wanted = [labels] if isinstance(labels, str) else list(labels)
        peers = None if peer_ids is None else [PeerId(each) for each in peer_ids]
        await self._ask(CloseStreams(wanted, peers))

    async def mute_everyone(self, *, allow_unmute: bool = True) -> None:
        """Close ``audio`` of all who are no moderators; maybe forbid the microphone too."""
        await self._ask(MuteEveryone(allow_unmute))

    async def admit_peer(self, peer_id: str) -> None:
        """Let one in who waits."""
        await self._ask(Admit(PeerId(peer_id)))

    async def deny_peer(self, peer_id: str) -> None:
        """Send one away who waits."""
        await self._ask(Deny(PeerId(peer_id)))

    async def admit_all(self) -> None:
        """Let in all who wait, as far as there is room."""
        await self._ask(AdmitAll())

    async def kick_peer(self, peer_id: str, *, block: bool = False) -> None:
        """Remove somebody; ``block`` keeps that identity out until unblocked."""
        await self._ask(Kick(PeerId(peer_id), block))

    async def unblock_peer(self, identity: str) -> None:
        """Let a blocked identity come again; one that is not blocked is ignored."""
        await self._ask(Unblock(Identity(identity)))

    async def lower_hand_of(self, peer_id: str) -> None:
        """Lower somebody's hand."""
        await self._ask(LowerHand(PeerId(peer_id)))


def _sources(allowed: Mapping[str, bool]) -> dict[Source, bool]:
    for name in allowed:
        if name not in get_args(Source):
            known = ", ".join(get_args(Source))
            raise ConfigError(f"There is no source {name!r}; there are {known}.")
    return cast("dict[Source, bool]", dict(allowed))
