"""Five SDK clients of one real server, and everything that one of them may try.

A refusal is an answer like any other; whatever else goes wrong is a failure. The server runs in
this process, so that what it knows can be compared with what its clients know.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, NamedTuple

import msgspec
import pytest

from proconf_tui.protocol.ids import Identity
from proconf_tui.protocol.messages import Unblock
from proconf_tui.room.model import RoomState
from proconf_tui.room.view import view
from proconf_tui.server import main
from proconf_tui.server.hub import Hub
from tests.support.meeting import until
from tests.support.player import OUT, REFUSALS, Player
from tests.support.signalling import ROOM, RunningServer, running_server

ROLES: Final = ("host", "coHost", "guest", "speaker", "listener")
PLAYERS: Final = len(ROLES)


class Step(NamedTuple):
    """Who does what to whom; ``number`` chooses how."""

    actor: int
    action: str
    other: int
    number: int


class Table:
    """The players, the server they sit at, and what went wrong."""

    def __init__(self, server: RunningServer, hub: Hub) -> None:
        self.players = [Player(server, role) for role in ROLES]
        self.hub = hub
        self.said: set[str] = set()
        """The lines to everybody that the server has accepted since the room was opened."""
        self.lines = 0
        self.mistakes: list[dict[str, Any]] = []

    @property
    def room_state(self) -> RoomState | None:
        """The room as the server knows it; None for one that is over."""
        return next((room.state for room in self.hub.rooms if room.room_id == ROOM), None)

    async def play(self, together: list[Step]) -> None:
        """Do some things at once; each may be refused."""
        await asyncio.gather(*(self._do(step) for step in together))

    async def _do(self, step: Step) -> None:
        me, other = self.players[step.actor], self.players[step.other]
        with contextlib.suppress(*REFUSALS):
            await ACTIONS[step.action](self, me, other, step.number)
        self.note_ids()

    def note_ids(self) -> None:
        """Remember who is who, for those who will be gone when others speak of them."""
        for player in self.players:
            seat = player.manager.room.seat if player.manager.room else None
            player.peer_id = seat.peer_id if seat else player.peer_id

    # --- what must hold -------------------------------------------------------------------------

    async def until_quiet(self) -> None:
        """Wait until nobody is on the way and everybody has heard everything."""
        with contextlib.suppress(TimeoutError):
            await until(lambda: not self.differences())

    def check(self) -> None:
        """Fail if anybody knows another room than the server's, or a line is lost or doubled."""
        assert self.differences() == []
        assert not self.mistakes
        state = self.room_state
        texts = [line.text for line in state.chat] if state else []
        assert len(texts) == len(set(texts))
        assert state is None or self.said <= set(texts)

    def differences(self) -> list[str]:
        """Return in what clients and server do not agree."""
        return [found for player in self.players if (found := self._difference(player))]

    def _difference(self, player: Player) -> str:
        state = self.room_state or RoomState(room_id=ROOM)
        if not player.is_settled:
            return f"{player.role} is {player.state}"
        if player.state == "waiting":
            return "" if player.peer_id in state.lobby else f"{player.role} waits for nothing"
        if player.state in OUT:
            # The seat may still be kept for somebody whose connection was closed.
            seat = state.participants.get(player.peer_id) or state.lobby.get(player.peer_id)
            return f"{player.role} is not in" if seat and seat.is_connected else ""
        return _unlike(player, state)


def _unlike(player: Player, state: RoomState) -> str:
    seen = player.room.state_view
    if seen is None:
        return f"{player.role} sees nothing"
    shown = view(state, player.room.local_peer.peer_id)
    # Who is told nothing of an event learns nothing of its version either.
    expected = msgspec.structs.replace(shown, version=seen.version)
    if seen == expected and seen.version <= state.version:
        return ""
    return f"{player.role} sees {seen} and not {expected}"


@contextlib.asynccontextmanager
async def table(*, is_locked: bool) -> AsyncIterator[Table]:
    """Five people who are in a meeting, or wait for it."""
    hubs: list[Hub] = []

    def made(*parts: Any) -> Hub:
        hubs.append(Hub(*parts))
        return hubs[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "Hub", made)
        async with running_server() as server:
            people = Table(server, hubs[0])
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _, context: people.mistakes.append(context))
            await server.create_room(roomLocked=is_locked)
            try:
                for player in people.players:
                    await player.come()
                people.note_ids()
                yield people
            finally:
                for player in people.players:
                    await player.aclose()


# --- what anybody may try -----------------------------------------------------------------------


async def _come(_: Table, me: Player, __: Player, ___: int) -> None:
    await me.come()


async def _leave(_: Table, me: Player, __: Player, ___: int) -> None:
    await me.room.close()


async def _end(people: Table, me: Player, __: Player, number: int) -> None:
    if number == 0:
        await me.room.close("CLOSED")
        people.said.clear()


async def _open(people: Table, me: Player, _: Player, number: int) -> None:
    if people.room_state is None:
        await me._server.create_room(roomLocked=number % 2 == 0)


async def _break(_: Table, me: Player, __: Player, ___: int) -> None:
    me.break_connection()


async def _chat(people: Table, me: Player, other: Player, number: int) -> None:
    people.lines += 1
    text = f"line {people.lines}"
    is_private = number % 2 == 0
    to = other.peer_id if is_private else "*"
    await me.room.local_peer.send_data(text, to=to, label="chat")
    if not is_private:
        people.said.add(text)


async def _data(_: Table, me: Player, other: Player, number: int) -> None:
    to = "*" if number % 2 else other.peer_id
    await me.room.local_peer.send_data(f"data {number}", to=to)


async def _hand(_: Table, me: Player, __: Player, number: int) -> None:
    peer = me.room.local_peer
    await (peer.raise_hand() if number % 2 else peer.lower_hand())


async def _own_metadata(_: Table, me: Player, __: Player, number: int) -> None:
    await me.room.local_peer.update_metadata({"number": number})


async def _room_metadata(_: Table, me: Player, __: Player, number: int) -> None:
    await me.room.update_metadata({"number": number})


async def _lower_hand_of(_: Table, me: Player, other: Player, __: int) -> None:
    await me.room.lower_hand_of(other.peer_id)


async def _admit(_: Table, me: Player, other: Player, __: int) -> None:
    await me.room.admit_peer(other.peer_id)


async def _admit_all(_: Table, me: Player, __: Player, ___: int) -> None:
    await me.room.admit_all()


async def _deny(_: Table, me: Player, other: Player, __: int) -> None:
    await me.room.deny_peer(other.peer_id)


async def _kick(_: Table, me: Player, other: Player, number: int) -> None:
    await me.room.kick_peer(other.peer_id, block=number == 0)


async def _unblock(_: Table, me: Player, other: Player, __: int) -> None:
    await me.room._session.request(Unblock(Identity(other.role)))


async def _role(_: Table, me: Player, other: Player, number: int) -> None:
    role = (*ROLES, "bot", "host", "guest")[number]
    await me.room.get_remote_peer_by_id(other.peer_id).update_role(role)


async def _rights(_: Table, me: Player, other: Player, number: int) -> None:
    peer = me.room.get_remote_peer_by_id(other.peer_id)
    await peer.update_permissions(
        admin=number == 0, can_recv_data=number % 2 == 0, can_send_data=number > 2
    )


async def _controls(_: Table, me: Player, __: Player, number: int) -> None:
    await me.room.update_room_controls(
        room_locked=bool(number & 1), allow_send_data=number != 6, allow_produce=number != 4
    )


async def _mute_everyone(_: Table, me: Player, __: Player, number: int) -> None:
    await me.room.mute_everyone(allow_unmute=number % 2 == 0)


Action = Callable[[Table, Player, Player, int], Awaitable[None]]

ACTIONS: Final[dict[str, Action]] = {
    "admit": _admit,
    "admit all": _admit_all,
    "break the connection": _break,
    "chat": _chat,
    "come": _come,
    "controls": _controls,
    "data": _data,
    "deny": _deny,
    "end the meeting": _end,
    "hand": _hand,
    "kick": _kick,
    "leave": _leave,
    "lower a hand": _lower_hand_of,
    "mute everyone": _mute_everyone,
    "open the room": _open,
    "own metadata": _own_metadata,
    "rights": _rights,
    "role": _role,
    "room metadata": _room_metadata,
    "unblock": _unblock,
}
