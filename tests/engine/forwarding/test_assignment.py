"""Which stream feeds which slot, and when more slots are wanted."""

from __future__ import annotations

import pytest

from proconf_tui.engine.base import Kind, SlotFeed
from proconf_tui.engine.forwarding.assignment import (
    MAX_AUDIO_SLOTS,
    MAX_VIDEO_SLOTS,
    assign,
    feeds,
    first_slots,
    growth,
)
from proconf_tui.engine.forwarding.producer import Producer
from proconf_tui.engine.forwarding.slot import Slot
from proconf_tui.protocol.ids import PeerId
from tests.engine.forwarding.support import SOURCE, Collector, producer, slot


def _slots(audio: int, video: int) -> list[Slot]:
    collector = Collector()
    counts: dict[Kind, int] = {"audio": audio, "video": video}
    return [slot(collector, kind) for kind, count in counts.items() for _ in range(count)]


def test_streams_take_free_slots_of_their_kind_in_order() -> None:
    slots = _slots(2, 1)
    a, b, c, v = producer(), producer(), producer(), producer("video")
    done = assign(slots, [a, v, b, c])
    assert [s.producer for s in slots] == [a, b, v]
    assert done.attached == (a, v, b)
    assert done.short == {"audio": 1, "video": 0}


def test_streams_keep_their_slots_and_new_ones_take_what_is_freed() -> None:
    slots = _slots(3, 0)
    a, b, c, d = (producer() for _ in range(4))
    assign(slots, [a, b, c])
    done = assign(slots, [d, c, a])
    assert [s.producer for s in slots] == [a, d, c]
    assert done.attached == (d,)
    assert b.slots == []


def test_a_stream_takes_the_slot_it_had_else_the_one_that_is_free_the_longest() -> None:
    slots = _slots(0, 3)
    ann, ben, cyd, dan = (producer("video", peer_id=name) for name in ("ann", "ben", "cyd", "dan"))

    def turn(*streams: Producer) -> list[Producer | None]:
        assign(slots, streams)
        return [slot.producer for slot in slots]

    assert turn(ann) == [ann, None, None]
    assert turn(ben) == [None, ben, None]
    assert turn(ann) == [ann, None, None]
    assert turn() == [None, None, None]
    assert turn(cyd) == [None, None, cyd]
    assert turn(dan) == [None, dan, None]
    again = producer("video", peer_id="cyd")
    dan.release()
    assert turn(ben, again) == [ben, None, again]


def test_a_slot_is_fed_only_when_the_client_answered_for_it() -> None:
    slots = _slots(2, 0)
    slots[0].is_live = False
    a, b = producer(), producer()
    assert assign(slots, [a, b]).short == {"audio": 1, "video": 0}
    assert [s.producer for s in slots] == [None, a]
    slots[1].is_live = False
    assign(slots, [a, b])
    assert [s.producer for s in slots] == [None, None]


@pytest.mark.parametrize(
    ("live", "coming", "short", "added"),
    [
        (2, 0, 0, 0),
        (2, 0, 1, 2),
        (2, 0, 2, 2),
        (2, 0, 3, 4),
        (2, 2, 2, 0),
        (2, 2, 3, 2),
        (MAX_AUDIO_SLOTS - 1, 0, 5, 1),
        (MAX_AUDIO_SLOTS, 0, 5, 0),
    ],
)
def test_growth(live: int, coming: int, short: int, added: int) -> None:
    slots = _slots(live + coming, 3)
    for one in slots[live : live + coming]:
        one.is_live = False
    assert growth(slots, {"audio": short, "video": 0}) == {"audio": added, "video": 0}


def test_the_first_slots_are_enough_for_what_is_there() -> None:
    assert first_slots([]) == {"audio": 2, "video": 2}
    streams = [producer() for _ in range(5)]
    assert first_slots([*streams, producer("video")]) == {"audio": 6, "video": 2}
    many = [producer(), producer("video")] * 100
    assert first_slots(many) == {"audio": MAX_AUDIO_SLOTS, "video": MAX_VIDEO_SLOTS}


def test_the_map_names_who_feeds_what() -> None:
    slots = _slots(2, 0)
    assign(slots, [producer()])
    assert feeds(slots) == (SlotFeed("0", "audio", PeerId("ann"), "audio", SOURCE),)
