"""What everybody may do: own microphone, camera and hand, chat, invite, help, leaving."""

from __future__ import annotations

import contextlib

from textual import events, work

from proconf_tui.control.commands import (
    DisableVideo,
    EnableAudio,
    EnableVideo,
    LowerHand,
    Mute,
    RaiseHand,
    Unmute,
    UpdateRole,
)
from proconf_tui.control.screen import PeerInfo
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Role
from proconf_tui.tui.bindings import TALK
from proconf_tui.tui.people import am_last_moderator, others
from proconf_tui.tui.screens.confirm import Choice, ConfirmScreen
from proconf_tui.tui.screens.help import HelpScreen
from proconf_tui.tui.screens.invite import InviteScreen
from proconf_tui.tui.screens.meeting_sound import SoundActions
from proconf_tui.tui.widgets.chat import ChatInput

_END = Choice("e", "end", "End the meeting for everyone", is_dangerous=True)
_KEEP = Choice("k", "keep", "Leave; the meeting goes on without a moderator")
_HAND_OVER = Choice("h", "hand over", "Make somebody else moderator, then leave")
_STAY = Choice("s", "stay", "Stay")
_NOT_WHILE_AWAY = "The connection is broken: it cannot be ended or handed over until it is back."


class OwnActions(SoundActions):
    """Actions of the group "You", and those of the view that open a dialog."""

    def do_microphone(self) -> None:
        if not self.talk_key.is_idle:
            self.talk_key.end()
            return
        state = self.snapshot.me.streams.get("audio") if self.snapshot.me else None
        if self.is_away and state == "live":
            self.run_worker(self._mute_while_away(), group="commands")
        elif state is None and not self.has_microphone:
            self.tell_no_microphone()
        elif state is None:
            self.send(EnableAudio())
        else:
            self.send(Mute() if state == "live" else Unmute())

    def do_camera(self) -> None:
        state = self.snapshot.me.streams.get("video") if self.snapshot.me else None
        self.send(DisableVideo() if state is not None else EnableVideo())

    def do_hand(self) -> None:
        me = self.snapshot.me
        is_raised = me is not None and me.hand_raised_at is not None
        self.send(LowerHand() if is_raised else RaiseHand())

    def do_chat(self) -> None:
        self.uncover_chat()
        # Not `focus`, which comes after the keys that are on their way already.
        self.set_focus(self.query_one(ChatInput))

    def on_key(self, event: events.Key) -> None:
        """Let the chat have all that is typed after its key, however fast; take the talk key, and
        escape for what is open."""
        focused = self.focused
        if isinstance(focused, ChatInput) and focused.write(event):
            event.stop()
        elif event.key in self.action_named("chat").key_names:
            # Here, not as a binding: that comes after the keys which are on their way already.
            event.stop()
            self.do_chat()
        elif event.key in self.action_named(TALK).key_names:
            # Here, as its release passes through here: a binding would come after that.
            event.stop()
            self.press_to_talk()
        elif event.key == "escape" and self.close_statistics():
            event.stop()

    def do_invite(self) -> None:
        if self.snapshot.invite_url is None:
            self.tell("There is no invite link for this meeting.", "warning")
        else:
            self.app.push_screen(InviteScreen(self.snapshot.invite_url, self.snapshot.room_id))

    def do_help(self) -> None:
        self.app.push_screen(
            HelpScreen(self.context.actions, is_moderator=self.am_moderator, pane=self.pane)
        )

    def do_palette(self) -> None:
        self.app.action_command_palette()

    def do_leave(self) -> None:
        if am_last_moderator(self.snapshot):
            self._leave_as_last_moderator()
        else:
            self.app.run_worker(self.context.session.leave(), group="leave")

    async def _mute_while_away(self) -> None:
        self.tell("You are silent now; the others see it when the connection is back.")
        # It silences at once, and is refused because it cannot be told to anybody yet.
        with contextlib.suppress(ProconfError):
            await self.context.bridge.call(Mute())

    @work(group="leave", exclusive=True)
    async def _leave_as_last_moderator(self) -> None:
        choices, text = self._ways_out(), "You are its last moderator."
        if self.is_away:
            choices, text = [_STAY, _KEEP], f"{text} {_NOT_WHILE_AWAY}"
        answer = await self.app.push_screen_wait(ConfirmScreen("Leave the meeting?", text, choices))
        if answer == "hand over" and not await self._hand_over():
            return
        if answer in ("end", "keep", "hand over"):
            self.app.run_worker(
                self.context.session.leave(end_for_all=answer == "end"), group="leave"
            )

    async def _hand_over(self) -> bool:
        candidates = self._heirs()
        choices = [
            Choice(str(number) if number <= 9 else "", peer.peer_id, self.name_of(peer.peer_id))
            for number, peer in enumerate(candidates, 1)
        ]
        chosen = await self.app.push_screen_wait(
            ConfirmScreen("Who becomes moderator?", "", choices)
        )
        if chosen is None:
            return False
        # Only a host can make hosts.
        is_host = self.snapshot.me is not None and self.snapshot.me.role == "host"
        role: Role = "host" if is_host else "coHost"
        peer_id = next(peer.peer_id for peer in candidates if peer.peer_id == chosen)
        try:
            await self.context.bridge.call(UpdateRole(peer_id, role))
        except ProconfError as error:
            self.tell(error.message, "warning")
            return False
        return True

    def _ways_out(self) -> list[Choice]:
        # The first is the cursor's, and never the one that ends it for everybody.
        return [*([_HAND_OVER] if self._heirs() else []), _KEEP, _END, _STAY]

    def _heirs(self) -> list[PeerInfo]:
        """Return who can be made moderator; no program can, nor somebody who is not there."""
        return [peer for peer in others(self.snapshot) if peer.role != "bot" and peer.is_connected]
