"""What everybody may do with sound: the talk key, devices, volumes, statistics, and hints of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from proconf_tui.control.commands import SetVolume, Statistics
from proconf_tui.control.screen import Levels, OpenedDevices, PeerInfo, RoomSnapshot
from proconf_tui.control.sound import HintName, MediaStatistics, SoundHint
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import PeerId
from proconf_tui.tui.announcements import Announcement
from proconf_tui.tui.bindings import TALK
from proconf_tui.tui.messages import KeyUp
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.devices import DevicesScreen
from proconf_tui.tui.screens.meeting_base import MeetingBase
from proconf_tui.tui.talk_key import TalkKey
from proconf_tui.tui.widgets.header import MeetingHeader
from proconf_tui.tui.widgets.statistics import StatisticsPanel
from proconf_tui.tui.words import name_of, one_line

VOLUMES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


class SoundActions(MeetingBase):
    """Actions that have to do with sound."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self.talk_key = TalkKey(self, context.bridge.call, self._talking, self._refused)
        self._silent_microphone: str | None = None
        self._talked_in: RoomSnapshot | None = None
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
        state = self.snapshot.me.streams.get("audio") if self.snapshot.me else None
        if self.is_away:
            self.tell_away()
        elif state is None:
            self.tell(f"Your microphone is off: press {self._key('microphone')} to turn it on.")
        elif state == "live":
            self.tell(
                f"Your microphone is on already; {self._key(TALK)} is for talking while muted."
            )
        else:
            return True
        return False

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
        self._redraw_devices()

    def show_level(self, levels: Levels) -> None:
        """Show in the dialog of devices how loud the microphone is."""
        for dialog in self.app.screen_stack:
            if isinstance(dialog, DevicesScreen):
                dialog.show_level(levels.microphone_dbfs)

    def do_statistics(self) -> None:
        panel = self.query_one(StatisticsPanel)
        panel.toggle(self._key("statistics"))

    async def ask_statistics(self) -> MediaStatistics:
        """Ask how voices are received and sent; raises what `Bridge.call` does."""
        return await self.context.bridge.call_for(Statistics(), MediaStatistics)

    def _redraw_devices(self) -> None:
        for dialog in self.app.screen_stack:
            if isinstance(dialog, DevicesScreen):
                dialog.redraw()

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
            self.tell(f"{name_of(peer.name)} is {'as loud as it gets' if step > 0 else 'silent'}.")
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
        has_microphone = self.snapshot.me is not None and "audio" in self.snapshot.me.streams
        if not has_microphone:
            self.talk_key.forget()
            self._talked_in = None

    def forget_sound(self) -> None:
        """The agent has stopped: what it was told is gone with it."""
        self.talk_key.forget()
        self._wanted_volumes.clear()
        self._talked_in = self._silent_microphone = None

    # --- hints ---

    @property
    def is_microphone_silent(self) -> bool:
        """Whether nothing comes from the microphone in use, as far as has been told."""
        return self._silent_microphone is not None

    def hint(self, event: SoundHint) -> Announcement | None:
        """Return what to say of a hint."""
        return self._hints[event.hint]()

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
        was_silent, self._silent_microphone = self.is_microphone_silent, None
        return Announcement("Your microphone is heard", "good") if was_silent else None

    def _muted_hint(self) -> Announcement | None:
        if not self.talk_key.is_idle:
            return None
        can_talk = self.snapshot.me is not None and "audio" in self.snapshot.me.streams
        keys = [*([self._key(TALK)] if can_talk else []), self._key("microphone")]
        return Announcement(
            f"You are muted: press {' or '.join(keys)} to talk", "warning", is_urgent=True
        )

    def _key(self, action: str) -> str:
        return self.action_named(action).shown_key
