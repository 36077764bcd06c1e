"""What is shown, as it is lost and comes back while another takes its place."""

from __future__ import annotations

import asyncio
import threading

import av
import pytest

from proconf_tui.agent import sharing
from proconf_tui.agent.sharing import SharedScreen
from proconf_tui.errors import PermissionDenied
from proconf_tui.media.reporting import Reporting
from proconf_tui.sdk import LocalTrack
from tests.support.meeting import until


class _Film(Reporting):
    """A source that breaks as the test says, and perhaps as soon as it is open."""

    kind = "video"

    def __init__(self, source: str) -> None:
        self.device_name = source
        self.is_closed = False
        self.picture = av.VideoFrame(4, 4, "yuv420p")
        if source == "dying":
            self._report_lost("It has died at once.")

    async def lose(self) -> None:
        await asyncio.to_thread(self._report_lost, f"{self.device_name} is gone.")
        await asyncio.sleep(0)

    async def come_back(self) -> None:
        await asyncio.to_thread(self._report_returned, self.device_name)
        await asyncio.sleep(0)

    def latest(self) -> av.VideoFrame:
        return self.picture

    async def aclose(self) -> None:
        self.is_closed = True


class _Cinema:
    """A shared screen, the films that were opened for it, and what it said of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[_Film] = []
        self.said: list[str] = []
        self.may_open = threading.Event()
        self.may_open.set()
        self.screen = SharedScreen(self.said.append)
        monkeypatch.setattr(sharing, "open_camera", self._open)

    async def show(self, source: str) -> _Film:
        await self.screen.show(source, self._publish)
        return self.opened[-1]

    def _open(self, source: str, *, size: tuple[int, int]) -> _Film:
        assert self.may_open.wait(30)
        self.opened.append(_Film(source))
        return self.opened[-1]

    async def _publish(self, track: LocalTrack) -> None:
        return


@pytest.fixture
def cinema(monkeypatch: pytest.MonkeyPatch) -> _Cinema:
    return _Cinema(monkeypatch)


async def test_one_sees_what_one_shows(cinema: _Cinema) -> None:
    assert cinema.screen.latest() is None
    film = await cinema.show("film")
    assert cinema.screen.latest() is film.picture
    await cinema.screen.aclose()
    assert cinema.screen.latest() is None


async def test_a_loss_and_a_return_are_said_once(cinema: _Cinema) -> None:
    film = await cinema.show("film")
    for _ in range(2):
        await film.lose()
    was_lost = cinema.screen.is_lost
    await film.come_back()
    assert (was_lost, cinema.screen.is_lost) == (True, False)
    assert cinema.said == ["film is gone.", "film is shown again."]


async def test_one_that_dies_before_it_is_shown_is_lost(cinema: _Cinema) -> None:
    await cinema.show("dying")
    await until(lambda: cinema.screen.is_lost)
    assert cinema.said == ["It has died at once."]


async def test_news_of_an_old_source_change_nothing_about_the_new_one(cinema: _Cinema) -> None:
    old = await cinema.show("old")
    late = old.on_lost
    assert late is not None
    new = await cinema.show("new")
    assert old.is_closed
    await new.lose()
    for trouble in ("old is gone.", None):
        old.trouble = trouble
        late("news")
        await asyncio.sleep(0)
        assert cinema.screen.is_lost
    await cinema.show("newest")
    assert not cinema.screen.is_lost
    assert cinema.said == ["new is gone."]


async def test_one_that_opens_after_its_asker_has_gone_is_closed(cinema: _Cinema) -> None:
    cinema.may_open.clear()
    showing = asyncio.create_task(cinema.show("film"))
    await asyncio.sleep(0)
    showing.cancel()
    await asyncio.wait([showing])
    cinema.may_open.set()
    await cinema.screen.aclose()
    assert [film.is_closed for film in cinema.opened] == [True]


async def test_one_that_may_not_be_shown_is_closed(cinema: _Cinema) -> None:
    async def refuse(track: LocalTrack) -> None:
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        await cinema.screen.show("film", refuse)
    assert cinema.opened[0].is_closed
