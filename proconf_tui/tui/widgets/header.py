"""The line at the top: room, lock, how many are in and waiting, my devices, time."""

from __future__ import annotations

import time

from rich.cells import cell_len
from textual.content import Content

from proconf_tui.control.screen import ControlsInfo, PeerInfo, RoomSnapshot
from proconf_tui.tui.people import is_away, is_live, is_muted, is_suspended, waiting
from proconf_tui.tui.widgets.one_line import OneLine
from proconf_tui.tui.words import clock, duration, one_line

_Part = tuple[str, str]


class MeetingHeader(OneLine):
    """Always tells the newest snapshot, and anything that is wrong with the connection."""

    def __init__(self) -> None:
        super().__init__(widget_id="header")
        self._snapshot: RoomSnapshot | None = None
        self._trouble = ""
        self._is_talking = False
        self._is_silent = False
        self._is_deaf = False
        self._away_since: float | None = None

    def show(self, snapshot: RoomSnapshot) -> None:
        """Tell of this snapshot."""
        self._snapshot = snapshot
        if not is_away(snapshot):
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time.monotonic()
        self.tick()

    def warn(self, trouble: str) -> None:
        """Say in few words what is wrong; empty when it is over."""
        self._trouble = trouble
        self.tick()

    def talk(self, *, is_talking: bool) -> None:
        """Say whether one talks by the key."""
        self._is_talking = is_talking
        self.tick()

    def mark_devices(self, *, is_silent: bool, is_deaf: bool) -> None:
        """Say whether nothing comes from the microphone, and whether no loudspeaker works."""
        self._is_silent, self._is_deaf = is_silent, is_deaf
        self.tick()

    def on_resize(self) -> None:
        self.tick()

    def tick(self) -> None:
        """Tell the time."""
        if self._snapshot is None:
            return
        left, right = self._left(self._snapshot), self._right(self._snapshot)
        gap = self.size.width - 2 - _width(left) - _width(right)
        while gap < 1 and len(right) > 1:
            gap += _width(right[-1:])
            right = right[:-1]
        self.write(Content.assemble(*left, " " * max(1, gap), *right))

    def _left(self, snapshot: RoomSnapshot) -> list[_Part]:
        room = one_line(snapshot.room_id, max(12, self.size.width // 4))
        parts: list[_Part] = [
            ("● ", "$success" if snapshot.state == "connected" else "$warning"),
            (room, "bold $foreground"),
            _openness(snapshot.controls),
            (f"  {len(snapshot.peers) + (snapshot.me is not None)} in", "$foreground"),
        ]
        if knocking := len(waiting(snapshot)):
            parts.append((f"  {knocking} waiting", "bold $warning"))
        no_media = "no media connection" if snapshot.media_trouble else ""
        trouble = self._trouble or self._reconnecting() or no_media
        return [*parts, (f"  {trouble}", "bold $error")] if trouble else parts

    def _reconnecting(self) -> str:
        if self._away_since is None:
            return ""
        return f"reconnecting {int(time.monotonic() - self._away_since)} s"

    def _right(self, snapshot: RoomSnapshot) -> list[_Part]:
        me = snapshot.me
        now = time.time()
        parts: list[_Part] = []
        if me is not None and me.hand_raised_at is not None:
            parts.append(("⚑ hand  ", "$warning"))
        if self._is_deaf:
            parts.append(("no sound  ", "bold $error"))
        is_cut_off = snapshot.media_trouble is not None
        parts += [self._microphone(me, is_cut_off=is_cut_off), ("  ", "")]
        parts.append(_camera(me, is_cut_off=is_cut_off))
        if snapshot.created_at is not None:
            parts.append((f"  {duration(now - snapshot.created_at)}", "$quiet"))
        return [*parts, (f"  {clock(now)}", "$quiet")]

    def _microphone(self, me: PeerInfo | None, *, is_cut_off: bool) -> _Part:
        if is_cut_off and (self._is_talking or is_live(me, "audio")):
            return "! not heard", "bold $error"
        if self._is_talking:
            return " ♪ TALKING ", "bold $background on $success"
        if is_live(me, "audio"):
            return ("! silent", "bold $warning") if self._is_silent else ("♪ on", "$success")
        return ("♪ muted", "$error") if is_muted(me) else ("♪ off", "$quiet")


def _camera(me: PeerInfo | None, *, is_cut_off: bool) -> _Part:
    if is_cut_off and is_live(me, "video"):
        return "! not seen", "bold $error"
    if is_live(me, "video"):
        return "▣ on", "$success"
    is_lost = me is not None and "video" in me.streams
    return ("! no picture", "bold $warning") if is_lost else ("▣ off", "$quiet")


def _openness(controls: ControlsInfo) -> _Part:
    if is_suspended(controls):
        return "  suspended", "bold $error"
    return ("  locked", "$warning") if controls.room_locked else ("  open", "$quiet")


def _width(parts: list[_Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)
