"""In which order people stand in lists and tiles."""

from __future__ import annotations

from pathlib import Path

from proconf_tui.control.screen import PeerInfo, RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.people import Passing, others, people
from proconf_tui.tui.video.seating import Seating
from proconf_tui.tui.widgets.participants import ParticipantsPane
from tests.support.fake_agent import FakeAgent, knocker, peer
from tests.tui.harness import meeting


def came(name: str, peer_id: str, at: float, hand: float | None = None) -> PeerInfo:
    return peer(name, peer_id=PeerId(peer_id), joined_at=at, hand_raised_at=hand)


def room(*peers: PeerInfo) -> RoomSnapshot:
    return RoomSnapshot("connected", "myRoom", me=peer("Ada", peer_id="me"), peers=list(peers))


def test_who_was_let_in_together_stays_in_the_order_they_were_let_in() -> None:
    snapshot = room(came("Linus", "z", 2.0), came("Grace", "k", 2.0), came("Barbara", "a", 2.0))
    assert [one.name for one in others(snapshot)] == ["Linus", "Grace", "Barbara"]


def test_who_came_earlier_comes_first_wherever_they_stand() -> None:
    snapshot = room(came("Linus", "a", 2.0), came("Grace", "z", 1.0))
    assert [one.name for one in others(snapshot)] == ["Grace", "Linus"]


def test_a_raised_hand_moves_the_row_and_not_the_tile() -> None:
    snapshot = room(
        came("Linus", "z", 1.0),
        came("Grace", "k", 2.0, hand=9.0),
        came("Barbara", "a", 2.0, hand=8.0),
    )
    everybody = people(snapshot, Passing())
    assert [one.name for one in everybody] == ["Ada", "Barbara", "Grace", "Linus"]
    seating = Seating()
    seating.seat(everybody, 0.0)
    assert [one.name for one in seating.order] == ["Linus", "Grace", "Barbara", "Ada"]
    assert [one.name for one in seating.numbered] == ["Linus", "Grace", "Barbara", "Ada"]


async def test_all_who_wait_come_in_as_they_knocked(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        await agent.change(peers=[came(name, name[::-1], 5.0) for name in ("Zoe", "Max", "Ann")])
        await agent.change(lobby=[knocker("Wim", ago_s=9.0)])
        await rig.press("A")
        await rig.sees("People 5")
        pane = rig.app.screen.query_one(ParticipantsPane)
        rows = [pane.render_line(y).text for y in range(5)]
        names = ["Ada", "Zoe", "Max", "Ann", "Wim"]
        assert [next(name for name in names if name in row) for row in rows] == names
