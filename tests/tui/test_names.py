"""Nobody reads as oneself, as the host, or as somebody else who is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.control.events import NewPeerJoined, PeerLeft
from proconf_tui.control.screen import ChatInfo, RoomSnapshot
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.names import MOST_KNOWN, SOMEBODY, Named, Names, guarded
from tests.support.fake_agent import ME, FakeAgent, knocker, peer
from tests.tui.harness import meeting


@pytest.mark.parametrize(
    "name",
    [
        "You",
        "YOU",
        "\uff39\uff4f\uff55",
        "Y\u030cou",
        "\u0423\u043eu",
        "y0u",
        "You (host)",
        "you[host]",
        "You, host",
        "You - host",
        "* You *",
        "Wendy (you)",
    ],
)
def test_nobody_else_reads_as_oneself(name: str) -> None:
    assert guarded(Named(name, is_host=True, is_moderator=True)).startswith("(not you) ")


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "You Jing",
        "Li You",
        "You-Jin Kim",
        "Youssef",
        "Bayou",
        "Thank you",
        "Ghost",
        "Hostess",
    ],
)
def test_names_that_imitate_nobody_stay(name: str) -> None:
    assert guarded(Named(name)) == name


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Ada host", "host"),
        ("Ada you host", "host"),
        ("Host", "host"),
        ("Ada [HOST]", "host"),
        ("Ada h\u043est", "host"),
        ("Ada co-host", "moderator"),
        ("Ada mod", "moderator"),
        ("Moderator!", "moderator"),
    ],
)
def test_a_role_at_the_end_of_a_name_is_told_apart_from_a_role(name: str, mark: str) -> None:
    assert guarded(Named(name)) == f"(not {mark}) {name}"
    assert guarded(Named(name, is_host=True, is_moderator=True)) == name


def _room(*names: str) -> RoomSnapshot:
    peers = [
        peer(name, peer_id=PeerId(str(n)), joined_at=float(n)) for n, name in enumerate(names, 1)
    ]
    return RoomSnapshot("connected", "r", me=peer("Ada", peer_id=ME), peers=peers)


def _called(names: Names, *ids: str) -> list[str]:
    return [names.of(PeerId(one)) for one in ids]


def test_of_two_people_of_one_name_the_later_has_a_number() -> None:
    names = Names()
    names.hear(_room("Ada", "Grace", "Grace", "Grace (2)", "Gr\u0430ce"))
    assert names.of(ME) == "Ada"
    assert _called(names, "1", "2", "3") == ["Ada (2)", "Grace", "Grace (2)"]
    assert _called(names, "4", "5") == ["Grace (2) (2)", "Gr\u0430ce (3)"]


def test_a_number_stays_and_a_name_that_is_free_is_given_again() -> None:
    names = Names()
    names.hear(NewPeerJoined(PeerId("1"), "Grace", "guest", {}))
    names.hear(NewPeerJoined(PeerId("2"), "Grace", "guest", {}))
    names.hear(PeerLeft(PeerId("1"), "Grace", "guest", "LEFT"))
    assert _called(names, "1", "2") == ["Grace", "Grace (2)"]
    names.hear(NewPeerJoined(PeerId("3"), "Grace", "guest", {}))
    assert _called(names, "1", "2", "3") == ["Grace", "Grace (2)", "Grace"]


def test_of_those_who_are_gone_the_first_are_forgotten() -> None:
    names = Names()
    for number in range(MOST_KNOWN + 5):
        names.hear(PeerLeft(PeerId(str(number)), "Grace", "guest", "LEFT"))
    assert names.of(PeerId("4")) == SOMEBODY
    assert names.of(PeerId(str(MOST_KNOWN + 4))) == "Grace"


async def test_look_alikes_are_told_apart_in_every_pane(agent: FakeAgent, tmp_path: Path) -> None:
    async with meeting(agent, tmp_path, (200, 60)) as rig:
        ada, host = PeerId("ada"), PeerId("ada-you-host")
        await agent.change(
            peers=[peer("Ada", joined_at=1.0), peer("Ada you host", joined_at=2.0, streams={})],
            lobby=[knocker("You")],
            chat=[ChatInfo(ada, "Ada", "Let me in", 1.0), ChatInfo(host, "Ada you host", "?", 2.0)],
        )
        shown = await rig.sees(
            "Ada (you) host",
            "Ada (2) Let me in",
            "(not host) Ada you host ?",
            "(not you) You asks to be let in",
        )
        assert shown.count("(not host) Ada") == 3, "the list, a tile and the chat"
        assert shown.count("Ada (2)") == 3
