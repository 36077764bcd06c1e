"""Who watches what in one room, and the word to publishers: at once, then at a bounded pace.

The shell of `proconf_tui.server.watching`: it remembers what was said and has the timer. However
often the watchers change their minds, a publisher hears of it five times a second at most, and
always the last of it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final

from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.messages import Wanted
from proconf_tui.server.media_policy import MediaPlan
from proconf_tui.server.tasks import Tasks
from proconf_tui.server.watching import Sizes, Watching, wanted

PERIOD_S: Final = 0.2


class RoomWatching:
    """What everybody in a room, or waiting for it, looks at, and what publishers were told."""

    def __init__(
        self,
        tasks: Tasks,
        plan: Callable[[], MediaPlan],
        tell: Callable[[PeerId, Wanted], None],
    ) -> None:
        """``plan`` tells who publishes and receives now; ``tell`` passes a message to a peer."""
        self._tasks = tasks
        self._plan = plan
        self._tell = tell
        self._watchers: dict[PeerId, Watching | None] = {}
        self._told: dict[PeerId, Sizes] = {}
        self._is_resting = False
        self._has_news = False

    @property
    def watchers(self) -> Mapping[PeerId, Watching | None]:
        """What each looks at, None for everything; who is not in it has said nothing yet."""
        return self._watchers

    def take(self, peer_id: PeerId, watched: Watching | None) -> None:
        """Take what a peer looks at from now on; `changed` is for the caller to call."""
        self._watchers[peer_id] = watched

    def receives(self, peer_id: PeerId) -> None:
        """Note that a peer begins to receive: who has not said what they look at sees all."""
        if peer_id not in self._watchers:
            self._watchers[peer_id] = None
            self.changed()

    def keep_only(self, peers: Container[PeerId]) -> None:
        """Forget what was said by those who have no seat any more."""
        for peer_id in [each for each in self._watchers if each not in peers]:
            del self._watchers[peer_id]

    def changed(self, *, fresh: Iterable[PeerId] = ()) -> None:
        """Tell what is wanted to whom it is news; to who is ``fresh`` in any case."""
        for peer_id in fresh:
            self._told.pop(peer_id, None)
        if self._is_resting:
            self._has_news = True
        else:
            self._report()

    def _report(self) -> None:
        before, self._told = self._told, wanted(self._plan(), self._watchers)
        news = {each: sizes for each, sizes in self._told.items() if before.get(each) != sizes}
        for peer_id, sizes in news.items():
            self._tell(peer_id, Wanted(dict(sizes)))
        if news:
            self._is_resting = True
            self._tasks.after(self, PERIOD_S, self._rested)

    def _rested(self) -> None:
        self._is_resting = False
        if self._has_news:
            self._has_news = False
            self._report()
