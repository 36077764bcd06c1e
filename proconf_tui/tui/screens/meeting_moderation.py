"""What moderators may do; the server decides, these only ask it."""

from __future__ import annotations

from typing import Final

from textual import work

from proconf_tui.control.commands import (
    AdmitAll,
    AdmitPeer,
    CloseStreamOfLabel,
    DenyPeer,
    KickPeer,
    MuteEveryone,
    UnblockPeer,
    UpdateRole,
    UpdateRoomControls,
)
from proconf_tui.control.screen import (
    BlockedInfo,
    ControlsInfo,
    LobbyPeerInfo,
    PeerInfo,
    RoomSnapshot,
)
from proconf_tui.protocol.ids import Identity, Label, PeerId
from proconf_tui.tui.people import is_live, is_suspended
from proconf_tui.tui.screens.base import Context
from proconf_tui.tui.screens.blocked import BlockedScreen
from proconf_tui.tui.screens.confirm import Choice, ConfirmScreen
from proconf_tui.tui.screens.controls import ControlsScreen
from proconf_tui.tui.screens.meeting_lobby import DoorNews

_MAY_UNMUTE = Choice("y", "may", "Mute; they may unmute themselves")
_STAY_MUTED = Choice("n", "may not", "Mute; only moderators may speak")
_ALLOW_AGAIN = Choice("a", "allow", "Let everyone use the microphone again")
_KICK = Choice("y", "kick", "Remove them; they may knock again", is_dangerous=True)
_SUSPEND = Choice("y", "suspend", "Suspend; P again brings it back", is_dangerous=True)
_GO_ON = Choice("n", "go on", "Go on as it is")
_STOPPED: Final[dict[Choice, list[Label]]] = {
    Choice("s", "screen", "The screen they share"): ["screen"],
    Choice("v", "camera", "Their camera"): ["video"],
    Choice("b", "both", "Both"): ["screen", "video"],
}
_BLOCK = Choice("b", "block", "Remove and block them from coming back", is_dangerous=True)


class ModerationActions(DoorNews):
    """Actions of the groups "Lobby and room" and "Selected participant"."""

    def __init__(self, context: Context, snapshot: RoomSnapshot) -> None:
        super().__init__(context, snapshot)
        self._before_suspension: ControlsInfo | None = None

    def do_admit(self) -> None:
        if (peer := self.selected_waiting()) is not None:
            self.send(AdmitPeer(peer.peer_id))

    def do_admit_all(self) -> None:
        if self.selected_waiting() is not None:
            self.send(AdmitAll())

    def do_deny(self) -> None:
        if (peer := self.selected_waiting()) is not None:
            self.deny(peer)

    def do_lock(self) -> None:
        self.set_lock(is_locked=not self.snapshot.controls.room_locked)

    def do_controls(self) -> None:
        self.app.push_screen(ControlsScreen(self.snapshot, self.send))

    def do_blocked(self) -> None:
        self.app.push_screen(BlockedScreen(self.snapshot, self.unblock))

    def do_suspend(self) -> None:
        if is_suspended(self.snapshot.controls):
            self._resume()
        else:
            self._suspend()

    def do_mute_everyone(self) -> None:
        self._mute_everyone()

    def do_mute(self) -> None:
        if (peer := self.selected_other()) is not None:
            self.mute(peer)

    def do_stop_camera(self) -> None:
        if (peer := self.selected_other()) is None:
            return
        shown: list[Label] = ["video"] if is_live(peer, "video") else []
        if "screen" in peer.streams:
            shown.append("screen")
        if not shown:
            self.tell(f"{self.name_of(peer.peer_id)} has no camera on.")
        elif len(shown) == 1:
            self.send(CloseStreamOfLabel(shown, [peer.peer_id]))
        else:
            self._stop_pictures(peer.peer_id, self.name_of(peer.peer_id))

    def do_kick(self) -> None:
        if (peer := self.selected_other()) is not None:
            self.kick(peer)

    def do_moderator(self) -> None:
        if (peer := self.selected_other()) is None:
            return
        if peer.role == "host":
            self.tell(f"{self.name_of(peer.peer_id)} is the host and stays a moderator.")
            return
        self.send(UpdateRole(peer.peer_id, "guest" if peer.is_moderator else "coHost"))

    def set_lock(self, *, is_locked: bool) -> None:
        """Let people wait to be admitted, or let them in."""
        self.send(UpdateRoomControls(room_locked=is_locked))

    # --- also from the chat's commands, with somebody named ---

    def admit(self, peer: LobbyPeerInfo) -> None:
        """Let them in."""
        self.send(AdmitPeer(peer.peer_id))

    def deny(self, peer: LobbyPeerInfo) -> None:
        """Refuse them."""
        self.denied.add(peer.peer_id)
        self.send(DenyPeer(peer.peer_id))

    def mute(self, peer: PeerInfo) -> None:
        """Close their microphone."""
        if not is_live(peer, "audio"):
            self.tell(f"{self.name_of(peer.peer_id)} is muted already.")
            return
        self.send(CloseStreamOfLabel(["audio"], [peer.peer_id]))

    def kick(self, peer: PeerInfo) -> None:
        """Ask, then remove them."""
        self._kick(peer.peer_id, self.name_of(peer.peer_id))

    def unblock(self, blocked: BlockedInfo) -> None:
        """Let them come again."""
        self.send(UnblockPeer(Identity(blocked.identity)))

    @work(group="dialog", exclusive=True)
    async def _suspend(self) -> None:
        answer = await self.app.push_screen_wait(
            ConfirmScreen(
                "Suspend the meeting?",
                "Everybody's microphone, camera and screen stop (but moderators'), "
                "and the room is locked.",
                [_SUSPEND, _GO_ON],
            )
        )
        if answer == _SUSPEND.value:
            self._before_suspension = self.snapshot.controls
            self.send(UpdateRoomControls(room_locked=True, allow_produce=False))

    def _resume(self) -> None:
        before, self._before_suspension = self._before_suspension, None
        if before is None:
            # Somebody else has suspended it: whether it was open before only they know.
            self.send(UpdateRoomControls(allow_produce=True))
        else:
            self.send(
                UpdateRoomControls(
                    room_locked=before.room_locked, allow_produce=before.allow_produce
                )
            )

    @work(group="dialog", exclusive=True)
    async def _kick(self, peer_id: PeerId, name: str) -> None:
        answer = await self.app.push_screen_wait(
            ConfirmScreen(f"Remove {name}?", "", [_KICK, _BLOCK])
        )
        if answer is not None:
            self.send(KickPeer(peer_id, block=answer == "block"))

    @work(group="dialog", exclusive=True)
    async def _stop_pictures(self, peer_id: PeerId, name: str) -> None:
        answer = await self.app.push_screen_wait(
            ConfirmScreen(f"What of {name} is to stop?", "", list(_STOPPED))
        )
        labels = next((_STOPPED[one] for one in _STOPPED if one.value == answer), None)
        if labels is not None:
            self.send(CloseStreamOfLabel(labels, [peer_id]))

    @work(group="dialog", exclusive=True)
    async def _mute_everyone(self) -> None:
        controls = self.snapshot.controls
        is_mic_off = not controls.allow_produce_sources.get("mic", True)
        choices = [_MAY_UNMUTE, _STAY_MUTED, *([_ALLOW_AGAIN] if is_mic_off else [])]
        answer = await self.app.push_screen_wait(
            ConfirmScreen("Mute everyone?", "Everybody but the moderators.", choices)
        )
        if answer == "allow":
            self.send(UpdateRoomControls(allow_produce_sources={"mic": True}))
        elif answer is not None:
            self.send(MuteEveryone(allow_unmute=answer == "may"))
