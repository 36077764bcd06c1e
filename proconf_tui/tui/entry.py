"""The command that takes somebody into a meeting, made of the options; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from proconf_tui.control.commands import JoinMeeting, Seat, StartMeeting
from proconf_tui.protocol.ids import Label
from proconf_tui.tui.options import TuiOptions

OFF: Final = "none"
"""The device spec that means no device."""


def with_choice(options: TuiOptions, chosen: str) -> TuiOptions:
    """Return the options with one of several meetings chosen: a room's name or a server's URL."""
    if "://" in chosen:
        return replace(options, server_url=chosen)
    return replace(options, room=chosen)


def entry_of(
    options: TuiOptions,
    url: str | None,
    seat: Seat | None = None,
    sent: Collection[Label] = ("audio", "video"),
) -> StartMeeting | JoinMeeting:
    """Return the command that starts or joins the meeting of these options on the server at
    ``url`` (None: the agent looks for it), in a kept ``seat`` if there is one, and publishes of
    the open devices what is among ``sent``."""
    with_audio = options.mic != OFF and "audio" in sent
    with_video = options.camera != OFF and "video" in sent
    if options.mode == "start":
        return StartMeeting(
            room_name=options.room,
            participant_name=options.name,
            url=url,
            locked=options.locked,
            passcode=options.passcode,
            max_peers=options.max_peers,
            with_audio=with_audio,
            with_video=with_video,
            seat=seat,
        )
    return JoinMeeting(
        room_name=options.room,
        participant_name=options.name,
        url=url,
        token=options.token,
        wait=options.wait,
        passcode=options.passcode,
        with_audio=with_audio,
        with_video=with_video,
        seat=seat,
    )
