"""What is known of the room follows what the server tells, whichever way comes first."""

from __future__ import annotations

import msgspec
import pytest

from proconf_tui.errors import ConnectionLost
from proconf_tui.media.mixer import Mixer
from proconf_tui.protocol.ids import Identity, Mid, PeerId, RoomId
from proconf_tui.protocol.messages import Request, SlotFeed
from proconf_tui.room.model import Participant, RoomState
from proconf_tui.room.permissions import Permissions
from proconf_tui.sdk.subscriptions import Subscriptions
from proconf_tui.sdk.view import RoomView
from tests.support.receivers import unconnected_receiver

ANA, BEN = PeerId("ana"), PeerId("ben")


async def _nobody(request: Request) -> msgspec.Struct:
    raise ConnectionLost


def _room(*present: PeerId) -> RoomState:
    people = {
        peer_id: Participant(peer_id, Identity(peer_id), peer_id, "guest", Permissions(), 0.0)
        for peer_id in present
    }
    return RoomState(RoomId("room"), participants=people)


@pytest.mark.parametrize("source", [0, 7])
async def test_a_map_from_before_somebody_left_leaves_them_no_voice(source: int) -> None:
    mixer = Mixer()
    view = RoomView(_nobody, mixer)
    view.me = ANA
    subscriptions = Subscriptions(mixer, view.show, view.subscribed, view.unsubscribed)
    first, second = Mid("0"), Mid("1")
    for mid in (first, second):
        subscriptions.add_receiver(mid, unconnected_receiver("audio"))
    view.replace(_room(ANA, BEN))
    subscriptions.apply([SlotFeed(first, "audio", BEN, "audio", source)])
    assert mixer.get(BEN) is not None
    view.replace(_room(ANA))
    subscriptions.apply([SlotFeed(second, "audio", BEN, "audio", source)])
    subscriptions.apply(())
    assert mixer.get(BEN) is None
    await subscriptions.aclose()


async def test_who_only_falls_silent_keeps_their_volume() -> None:
    mixer = Mixer()
    view = RoomView(_nobody, mixer)
    view.me = ANA
    view.replace(_room(ANA, BEN))
    view.peers[BEN].set_volume(2.0)
    view.unsubscribed(BEN, "audio")
    assert view.peers[BEN].volume == 2.0
