"""What everybody may do: own microphone, camera and hand, chat, invite, help, leaving."""

from __future__ import annotations

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
from proconf_tui.errors import ProconfError
from proconf_tui.protocol.ids import Role
from proconf_tui.tui.people import am_last_moderator, others
from proconf_tui.tui.screens.confirm import Choice, ConfirmScreen
from proconf_tui.tui.screens.help import HelpScreen
from proconf_tui.tui.screens.invite import InviteScreen
from proconf_tui.tui.screens.meeting_base import MeetingBase
from proconf_tui.tui.widgets.chat import ChatInput
from proconf_tui.tui.words import name_of

_END = Choice("e", "end", "End the meeting for everyone", is_dangerous=True)
_KEEP = Choice("k", "keep", "Leave; the meeting goes on without a moderator")
_HAND_OVER = Choice("h", "hand over", "Make somebody else moderator, then leave")
_STAY = Choice("s", "stay", "Stay")


class OwnActions(MeetingBase):
    """Actions of the group "You", and those of the view that open a dialog."""

    def do_microphone(self) -> None:
        state = self.snapshot.me.streams.get("audio") if self.snapshot.me else None
        if state is None:
            self.send(EnableAudio())
        else:
            self.send(Mute() if state == "live" else Unmute())

    def do_camera(self) -> None:
        state = self.snapshot.me.streams.get("video") if self.snapshot.me else None
        self.send(DisableVideo() if state == "live" else EnableVideo())

    def do_hand(self) -> None:
        me = self.snapshot.me
        is_raised = me is not None and me.hand_raised_at is not None
        self.send(LowerHand() if is_raised else RaiseHand())

    def do_chat(self) -> None:
        self.show_chat()
        self.query_one(ChatInput).focus()

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
            self.run_worker(self._leave_as_last_moderator(), group="leave", exclusive=True)
        else:
            self.app.run_worker(self.context.session.leave(), group="leave")

    def show_chat(self) -> None:
        """Bring the chat into sight where it shares its place."""

    async def _leave_as_last_moderator(self) -> None:
        # The first is the cursor's: with others in the room not the one that ends it for them.
        has_others = bool(others(self.snapshot))
        choices = [_HAND_OVER, _KEEP, _END, _STAY] if has_others else [_END, _KEEP, _STAY]
        answer = await self.app.push_screen_wait(
            ConfirmScreen("Leave the meeting?", "You are its last moderator.", choices)
        )
        if answer == "hand over" and not await self._hand_over():
            return
        if answer in ("end", "keep", "hand over"):
            self.app.run_worker(
                self.context.session.leave(end_for_all=answer == "end"), group="leave"
            )

    async def _hand_over(self) -> bool:
        candidates = others(self.snapshot)
        choices = [
            Choice(str(number) if number <= 9 else "", peer.peer_id, name_of(peer.name))
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
