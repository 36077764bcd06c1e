"""The embedded engine with real aiortc clients over loopback."""

from __future__ import annotations

from tests.support.rtc_client import Grey, TestRoom, until


async def test_three_clients_hear_and_see_each_other(room: TestRoom) -> None:
    for number, name in enumerate(("ann", "bob", "cyd")):
        await room.join(name, number)
    await until(room.all_have_all)
    # Two slots of each kind are enough for two others.
    assert [len(client.offers) for client in room.clients.values()] == [1, 1, 1]


async def test_who_joins_takes_the_slots_of_who_left(room: TestRoom) -> None:
    ann, bob, cyd = [await room.join(name, n) for n, name in enumerate(("ann", "bob", "cyd"))]
    await until(room.all_have_all)
    freed = {feed.mid for feed in bob.slots if feed.peer_id == ann.peer_id}

    await room.leave(ann)
    assert {feed.peer_id for feed in bob.slots} == {cyd.peer_id}
    dan = await room.join("dan", 4)
    await until(room.all_have_all)

    assert {feed.mid for feed in bob.slots if feed.peer_id == dan.peer_id} == freed
    assert len(bob.offers) == len(cyd.offers) == 1


async def test_more_streams_than_slots_bring_a_new_offer(room: TestRoom) -> None:
    ann, bob = [await room.join(name, n) for n, name in enumerate(("ann", "bob"))]
    await until(room.all_have_all)
    cyd = await room.join("cyd", 2)
    bob.add("screen", Grey(220))
    await room.engine.set_forwarding(bob.peer_id, "screen", is_on=True)
    await bob.negotiate()
    await until(room.all_have_all)

    def is_screen_seen() -> bool:
        shown = [client.from_peer("bob", "screen") for client in (ann, cyd)]
        return all(s is not None and s.luma is not None and abs(s.luma - 220) <= 4 for s in shown)

    await until(is_screen_seen)
    assert len(ann.offers) == 2
    # The old m-lines are the same text: nothing of theirs restarts.
    before, after = (text.split("m=")[1:] for text in ann.offers)
    assert after[: len(before)] == before
