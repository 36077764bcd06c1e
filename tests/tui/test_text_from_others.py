"""Whatever others write is shown as text: no markup, no control, no width beyond its place."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from proconf_tui.control.events import NewPeerJoined, RoomNotification
from proconf_tui.control.screen import ChatInfo, LobbyPeerInfo
from proconf_tui.protocol.ids import PeerId
from tests.support.fake_agent import FakeAgent, peer
from tests.tui.harness import Rig, running, text_of

EVIL = (
    "\x1b]0;PWNED\x07title",
    "\x1b]52;c;aGk=\x07clip",
    "\x1b[31mred\x1b[2J",
    "\x9b32mgreen",
    "abc\u202edef\u2066",
    "[/",
    "[@click=app.exit]click me[/]",
    "[link=http://evil]x[/link] $primary",
    "z" + "\u0301" * 50,
    "w" * 400,
    "\u200b\u200b\ufeff",
    "line\nbreak\ttab",
    "家" * 60,
)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
async def test_evil_text_everywhere(
    agent: FakeAgent, tmp_path: Path, size: tuple[int, int]
) -> None:
    ids = [PeerId(f"evil-{n}") for n in range(len(EVIL))]
    both = list(zip(ids, EVIL, strict=True))
    await agent.change(
        room_id=EVIL[3],
        peers=[peer(text, peer_id=id_, hand_raised_at=1.0, streams={}) for id_, text in both],
        lobby=[LobbyPeerInfo(id_, text, 1.0) for id_, text in both],
        chat=[ChatInfo(id_, text, text, 1.0) for id_, text in both],
        invite_url="http://x/" + "".join(EVIL),
    )
    async with running(agent, tmp_path, size) as rig:
        await rig.sees(f"People {len(EVIL) + 1}")
        for id_, text in both:
            await agent.tell(NewPeerJoined(id_, text, "guest", {}))
            await agent.tell(RoomNotification("x", text))
        for _ in EVIL:
            await rig.press("j")
            _check(rig, size)
        rig.app.clear_notifications()
        await rig.press("K")
        await rig.sees("Remove")
        _check(rig, size)
        await rig.press("escape", "i")
        await rig.sees("Invite to")
        _check(rig, size)


def _check(rig: Rig, size: tuple[int, int]) -> None:
    app = rig.app
    text = text_of(app)
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs")} - {"\n"}
    assert not bad
    assert app.is_running
    assert all(strip.cell_length == size[0] for strip in app.screen._compositor.render_strips())
    links = {
        segment.style.link or segment.style.meta.get("@click")
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None
    }
    assert links == {None}
