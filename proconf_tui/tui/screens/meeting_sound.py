"""What everybody may do with sound: the talk key, devices, volumes, statistics, and hints of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from proconf_tui.control.commands import (
    Command,
    EnableAudio,
    ServerStatistics,
    SetVolume,
    Statistics,
    Unmute,
)
from proconf_tui.control.screen import Levels, OpenedDevices, PeerInfo, RoomSnapshot
from proconf_tui.control.sound import HintName, MediaStatistics, SoundHint
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.protocol.stats_requests import ServerReport
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.bindings import TALK
from proconf_tui.tui.messages import KeyUp
from proconf_tui.tui.people import is_live
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.devices import DevicesScreen
from proconf_tui.tui.screens.meeting_base import MeetingBase
from proconf_tui.tui.talk_key import TalkKey
from proconf_tui.tui.widgets.header import MeetingHeader
from proconf_tui.tui.widgets.statistics import StatisticsPanel
from proconf_tui.tui.words import one_line

VOLUMES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


class SoundActions(MeetingBase):
    """Actions that have to do with sound."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self.talk_key = TalkKey(
            self, context.bridge.call, self._begin_talking, self._talking, self._refused
        )
        self._silent_microphone: str | None = None
        self._talked_in: RoomSnapshot | None = None
        self._was_publishing = False
        self._told_problems: set[str] = set()
        self._may_have_problems = True
        self._wanted_volumes: dict[PeerId, float] = {}
        self._hints: dict[HintName, Callable[[], Announcement | None]] = {
            "talking-while-muted": self._muted_hint,
            "silent-microphone": self._silent_hint,
            "microphone-heard": self._heard_hint,
        }

    # --- the talk key ---

    @property
    def is_talking_by_key(self) -> bool:
        return not self.talk_key.is_idle

    def do_talk(self) -> None:
        if self._may_talk():
            self.talk_key.toggle()

    def press_to_talk(self) -> None:
        """Take a press of the talk key, which may be one of many while it is held."""
        if self._may_talk():
            self.talk_key.press()

    def on_key_up(self, message: KeyUp) -> None:
        # With its modifiers as they are at the release, which need not be those of the press.
        if message.key.rpartition("+")[2] in self.action_named(TALK).key_names:
            self.talk_key.release()

    def keys_went_away(self) -> None:
        self.talk_key.end()

    def on_screen_suspend(self) -> None:
        """A dialog has the keys now."""
        self.talk_key.end()

    def _may_talk(self) -> bool:
        if not self.talk_key.is_idle or self.snapshot is self._talked_in:
            return True
        if self.is_away:
            self.tell_away()
        elif is_live(self.snapshot.me, "audio"):
            self.tell(
                f"Your microphone is on already; {self._key(TALK)} is for talking while muted."
            )
        elif not self.can_talk:
            self.tell_no_microphone()
        else:
            return True
        return False

    @property
    def can_talk(self) -> bool:
        """Whether one is not heard, and can be: muted, or with an open microphone."""
        if is_live(self.snapshot.me, "audio"):
            return False
        return self.is_publishing or self.has_microphone

    @property
    def is_publishing(self) -> bool:
        """Whether the room knows of one's microphone, be it muted or not."""
        return self.snapshot.me is not None and "audio" in self.snapshot.me.streams

    @property
    def has_microphone(self) -> bool:
        """Whether a microphone is open."""
        opened = self.context.session.equipment.opened
        return opened is not None and opened.microphone is not None

    def tell_no_microphone(self) -> None:
        """Say that there is none to be heard with."""
        self.tell(f"No microphone is in use: press {self._key('devices')} to choose one.")

    def _begin_talking(self) -> Command:
        # The snapshot that tells of it being published may have yet to come.
        is_known = self.is_publishing or self.snapshot is self._talked_in
        return Unmute() if is_known else EnableAudio()

    def _talking(self) -> None:
        # The snapshot that tells of the end has yet to come.
        self._talked_in = None if self.talk_key.is_live else self.snapshot
        for header in self.query(MeetingHeader):
            header.talk(is_talking=self.talk_key.is_live)
        self.call_later(self.show_people)

    def _refused(self, error: ProconfError) -> None:
        if not self.is_away:
            self.tell(error.message, "warning")

    # --- devices and statistics ---

    def do_devices(self) -> None:
        self.app.push_screen(DevicesScreen(self.context))

    def devices_opened(self, opened: OpenedDevices) -> None:
        if opened.microphone != self._silent_microphone:
            self._silent_microphone = None
        self.tell_problems()
        self._mark_devices()
        self.call_later(self.show_people)
        for dialog in self.app.screen_stack:
            if isinstance(dialog, DevicesScreen):
                dialog.devices_changed()

    def tell_problems(self) -> None:
        """Tell what could not be opened for this agent, once; of later failures events tell."""
        if not self._may_have_problems:
            return
        equipment = self.context.session.equipment
        problems = [one for one in equipment.problems() if one not in self._told_problems]
        self._told_problems |= set(problems)
        for problem in problems:
            self.announce(Announcement(problem, "warning", is_urgent=True))
        self._may_have_problems = False

    def _mark_devices(self) -> None:
        is_deaf = self.context.session.equipment.is_broken("speaker")
        for header in self.query(MeetingHeader):
            header.mark_devices(is_silent=self.is_microphone_silent, is_deaf=is_deaf)

    def show_level(self, levels: Levels) -> None:
        """Show in the dialog of devices how loud the microphone is."""
        for dialog in self.app.screen_stack:
            if isinstance(dialog, DevicesScreen):
                dialog.show_level(levels.microphone_dbfs)

    def do_statistics(self) -> None:
        panel = self.query_one(StatisticsPanel)
        panel.toggle(self._key("statistics"))

    def close_statistics(self) -> bool:
        """Close them if they are open, and return whether they were."""
        is_open = self.query_one(StatisticsPanel).display
        if is_open:
            self.do_statistics()
        return is_open

    async def ask_statistics(self) -> MediaStatistics:
        """Ask how voices are received and sent; raises what `Bridge.call` does."""
        return await self.context.bridge.call_for(Statistics(), MediaStatistics)

    async def ask_server(self) -> ServerReport:
        """Ask what the server knows of one's line; raises what `Bridge.call` does."""
        return await self.context.bridge.call_for(ServerStatistics(), ServerReport)

    # --- volumes ---

    def do_louder(self) -> None:
        self._change_volume(1)

    def do_quieter(self) -> None:
        self._change_volume(-1)

    def _change_volume(self, step: int) -> None:
        if (peer := self.selected_other()) is None:
            return
        now = self._wanted_volumes.get(peer.peer_id, peer.volume)
        ahead = [gain for gain in VOLUMES if (gain - now) * step > 0]
        if not ahead:
            who = self.name_of(peer.peer_id)
            self.tell(f"{who} is as loud as it gets." if step > 0 else f"You no longer hear {who}.")
            return
        gain = min(ahead, key=lambda gain: abs(gain - now))
        self._wanted_volumes[peer.peer_id] = gain
        self.run_worker(self._set_volume(peer, gain), group="commands")

    async def _set_volume(self, peer: PeerInfo, gain: float) -> None:
        try:
            await self.context.bridge.call(SetVolume(peer.peer_id, gain))
        except ProconfError as error:
            self._wanted_volumes.pop(peer.peer_id, None)
            self.tell(error.message, "warning")

    def know_sound(self) -> None:
        """Take from the newest snapshot what others have done to sound."""
        volumes = {peer.peer_id: peer.volume for peer in self.snapshot.peers}
        self._wanted_volumes = {
            peer_id: gain
            for peer_id, gain in self._wanted_volumes.items()
            if peer_id in volumes and volumes[peer_id] != gain
        }
        if self._was_publishing and not self.is_publishing:
            self.talk_key.forget()
            self._talked_in = None
        self._was_publishing = self.is_publishing
        self._mark_devices()

    def forget_sound(self) -> None:
        """The agent has stopped: what it was told is gone with it."""
        self.talk_key.forget()
        self._wanted_volumes.clear()
        self._talked_in = self._silent_microphone = None
        self._may_have_problems = True

    # --- hints ---

    @property
    def is_microphone_silent(self) -> bool:
        """Whether nothing comes from the microphone in use, or it has stopped working."""
        is_broken = self.context.session.equipment.is_broken("microphone")
        return is_broken or self._silent_microphone is not None

    def hint(self, event: SoundHint) -> Announcement | None:
        """Return what to say of a hint."""
        announcement = self._hints[event.hint]()
        self._mark_devices()
        return announcement

    def _silent_hint(self) -> Announcement:
        opened = self.context.session.equipment.opened
        self._silent_microphone = (opened.microphone if opened else None) or "your microphone"
        return Announcement(
            f"Nothing comes from {one_line(self._silent_microphone, 40)}: is it switched on? "
            f"Press {self._key('devices')} to choose another",
            "warning",
            is_urgent=True,
        )

    def _heard_hint(self) -> Announcement | None:
        was_silent = self._silent_microphone is not None
        self._silent_microphone = None
        return Announcement("Your microphone is heard", "good") if was_silent else None

    def _muted_hint(self) -> Announcement | None:
        if not self.talk_key.is_idle:
            return None
        keys = [*([self._key(TALK)] if self.can_talk else []), self._key("microphone")]
        return Announcement(
            f"You are muted: press {' or '.join(keys)} to talk", "warning", is_urgent=True
        )

    def _key(self, action: str) -> str:
        return self.action_named(action).shown_key
