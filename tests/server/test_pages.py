"""The page of an invite: a command to be pasted, made of nothing that a shell could take amiss."""

from __future__ import annotations

import pytest

from tests.support.signalling import RunningServer


async def test_an_invite_says_how_to_come(server: RunningServer) -> None:
    page = await server.http("GET", "/j/myRoom", headers={})
    assert page.status_code == 200
    assert f"proconf-tui join '{server.url}/j/myRoom'" in page.text


@pytest.mark.parametrize("name", ["%27;touch%20x;%27", "<script>", "a" * 65, "%1b]0;x%07", "-x"])
async def test_what_is_no_name_of_a_room_is_not_repeated(server: RunningServer, name: str) -> None:
    page = await server.http("GET", f"/j/{name}", headers={})
    assert page.status_code == 404
    assert page.json()["code"] == "ROOM_NOT_FOUND"
