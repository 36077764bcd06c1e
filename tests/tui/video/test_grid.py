"""The pane of tiles under the pilot: who is large, what is filled, who is named only."""

from __future__ import annotations

from pathlib import Path

from textual.geometry import Region

from proconf_tui.control.screen import Levels
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.video.frame import TileFrame
from proconf_tui.tui.video.grid import VideoGrid, named
from proconf_tui.tui.video.subjects import TileKey
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, meeting


def regions(rig: Rig) -> dict[str, Region]:
    return {frame.person.name: frame.region for frame in rig.app.screen.query(TileFrame)}


def largest(rig: Rig) -> str:
    area = {name: region.area for name, region in regions(rig).items()}
    return max(area, key=lambda name: area[name])


async def test_the_large_tile_is_pinned_until_its_person_leaves_or_g_is_pressed(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path) as rig:
        grace, linus = peer("Grace", joined_at=1.0), peer("Linus", joined_at=2.0)
        await agent.change(peers=[grace, linus])
        await rig.sees("People 3")
        await rig.press("1")
        await rig.until(lambda: largest(rig) == "Grace")
        await agent.tell(Levels(None, {PeerId("linus"): -10.0}))
        await rig.sees("▲ Grace", "pinned 1")
        await agent.change(peers=[linus])
        await rig.until(lambda: len({region.size for region in regions(rig).values()}) == 1)
        await rig.press("1")
        await rig.sees("▲ Linus")
        await rig.press("g")
        await rig.sees_no("▲")
        assert len({region.size for region in regions(rig).values()}) == 1


async def test_tiles_keep_their_places_and_change_their_kind_with_the_camera(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (80, 24)) as rig:
        people = [peer(name, joined_at=at) for at, name in enumerate(("Grace", "Linus", "Niklaus"))]
        await agent.change(peers=people)
        await rig.sees("People 4", "Niklaus")
        grid = rig.app.screen.query_one(VideoGrid)
        before = grid.placed(grid.content_size)
        raised = peer("Niklaus", joined_at=2.0, hand_raised_at=1.0)
        await agent.change(peers=[*people[:2], raised])
        await rig.sees("⚑ hand")
        assert grid.placed(grid.content_size) == before
        dark = [
            peer(one.name, joined_at=one.joined_at, streams={"audio": "live"}) for one in people
        ]
        await agent.change(peers=[people[0], *dark[1:]])
        await rig.until(lambda: regions(rig)["Linus"].height < regions(rig)["Grace"].height)
        assert {wanted.peer_id for wanted in grid.tiles()} == {None, "grace"}


async def test_numbers_stay_in_every_layout_and_size_and_pin_who_is_not_shown(
    agent: FakeAgent, tmp_path: Path
) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        people = [peer(f"Guest {n}", joined_at=float(n)) for n in range(1, 9)]
        await agent.change(peers=people)
        await rig.sees("People 9", "Guest 8")
        grid = rig.app.screen.query_one(VideoGrid)

        def numbered() -> list[str]:
            found = [grid.subject_at(number) for number in range(1, 10)]
            return [subject.person.name for subject in found if subject is not None]

        everybody = [*(f"Guest {n}" for n in range(1, 9)), "Ada"]
        assert numbered() == everybody
        await rig.press("g")
        await rig.pilot.resize_terminal(60, 18)
        await rig.until(lambda: TileKey(PeerId("guest-8")) in grid.hidden(grid.content_size))
        assert numbered() == everybody
        await agent.tell(Levels(None, {PeerId("guest-7"): -10.0}))
        await rig.press("8")
        await rig.sees("▲ Guest 8")
        assert numbered() == everybody


async def test_filled_tiles_take_all_the_room(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path) as rig:
        grid = rig.app.screen.query_one(VideoGrid)
        assert regions(rig)["Ada"].height < grid.size.height
        await rig.press("f")
        await rig.until(lambda: regions(rig)["Ada"].size == grid.content_size)


def test_who_is_not_shown_is_named_as_far_as_there_is_room() -> None:
    assert named(["Bo", "Cleo"], 40).plain == "+2: Bo, Cleo"
    assert named(["Bo", "Cleo", "Dev"], 16).plain == "+3: Bo, …"
    assert named(["王小明先生", "Cleo"], 10).plain == "+2"
    assert named([], 40).plain == ""
