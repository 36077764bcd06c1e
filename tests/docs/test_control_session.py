"""The session in docs/control.md, held with a real client in a real meeting."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from scripts.docs import DOCS
from tests.support.meeting import WAIT_S, Meeting, meeting_server

_SESSION = re.compile(r"^## A session$.*?^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ANYTHING = "…"
_CLIENT = (sys.executable, "-m", "proconf_tui", "join")
_SILENT = ("--mic", "none", "--camera", "none", "--speaker", "none")
_OPTIONS = ("--headless", "--json", *_SILENT, "--name", "Ada")

Json = dict[str, Any]


class _Session(NamedTuple):
    sent: list[str]
    told: list[Json]

    @property
    def events(self) -> list[Json]:
        return [line for line in self.told if "event" in line]

    @property
    def answers(self) -> list[Json]:
        return [line for line in self.told if "event" not in line]


def _documented() -> _Session:
    found = _SESSION.search((DOCS / "control.md").read_text(encoding="utf-8"))
    assert found is not None
    lines = found[1].splitlines()
    sent = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    told = [json.loads(_as_json(line)) for line in lines if not line.startswith("> ")]
    return _Session(sent, told)


def _as_json(line: str) -> str:
    """Return the line with the fields that an object is said to have besides as one field."""
    return line.replace(f", {_ANYTHING}}}", f',"{_ANYTHING}":null}}')


def _fits(documented: Any, seen: Any) -> bool:
    """Return whether ``seen`` is as documented; an ellipsis stands for anything of its kind."""
    if documented == _ANYTHING:
        return isinstance(seen, str)
    if isinstance(documented, list) and isinstance(seen, list):
        return len(documented) == len(seen) and all(map(_fits, documented, seen))
    if isinstance(documented, dict) and isinstance(seen, dict):
        named = documented.keys() - {_ANYTHING}
        has_all = named < seen.keys() if _ANYTHING in documented else named == seen.keys()
        return has_all and all(_fits(documented[name], seen[name]) for name in named)
    return bool(documented == seen)


async def _hold(sent: list[str], place: str) -> _Session:
    """Send each command once the one before it is answered; return what the client told."""
    pipe = asyncio.subprocess.PIPE
    client = await asyncio.create_subprocess_exec(
        *_CLIENT, place, *_OPTIONS, stdin=pipe, stdout=pipe
    )
    assert client.stdin is not None
    assert client.stdout is not None
    told: list[Json] = []
    waiting = iter(sent)
    async with asyncio.timeout(WAIT_S):
        async for line in client.stdout:
            told.append(json.loads(line))
            if "id" in told[-1] and (command := next(waiting, None)):
                client.stdin.write(f"{command}\n".encode())
        assert await client.wait() == 0
    return _Session(sent, told)


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    async with meeting_server() as made:
        yield made


async def test_the_documented_session_is_what_a_client_sees(meeting: Meeting) -> None:
    hana = await meeting.host("Hana", tracks=())
    documented = _documented()
    seen = await _hold(documented.sent, hana.room.invite_url or "")
    for wanted, found in ((documented.events, seen.events), (documented.answers, seen.answers)):
        assert len(wanted) == len(found), found
        assert [each for each in zip(wanted, found, strict=True) if not _fits(*each)] == []
