"""Strangers' datagrams of every kind, and forged ones of members: nobody's meeting suffers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket

from proconf_tui.engine.rtp import HEADER
from tests.support.checks import check, check_for
from tests.support.rtc_client import RtcClient, TestRoom, until

# A DTLS 1.2 record that carries the beginning of a ClientHello, and one with an alert.
CLIENT_HELLO = bytes.fromhex("16feff000000000000000000360100002a000000000000002afefd") + bytes(40)
CLOSE_NOTIFY = bytes.fromhex("15fefd000000000000000000020100")


def _garbage(ufrag: str) -> list[bytes]:
    numbers = random.Random(7)
    noise = [numbers.randbytes(numbers.randrange(1, 1500)) for _ in range(200)]
    leading = [bytes([n]) + numbers.randbytes(60) for n in range(256)]
    rtp = [HEADER.pack(0x80, 120, n, n, n) + bytes(60) for n in range(20)]
    checks = [check(ufrag, "a wrong password of any length"), check("", ""), check("é", "x")]
    return [b"", b"\x80", b"\x16", CLIENT_HELLO, CLOSE_NOTIFY, *checks, *noise, *leading, *rtp]


def _ufrag(client: RtcClient) -> str:
    match = re.search(r"a=ice-ufrag:(\S+)", client.offers[0])
    assert match is not None
    return match[1]


async def _throw(datagrams: list[bytes], witness: RtcClient, port: int) -> int:
    """Send all of them from one stranger's socket; return how many replies it got.

    The engine reads in order: when a check of the witness's is answered, sent afterwards
    from another socket, all the rest has been handled.
    """
    last = check_for(witness.offers[0], is_nominating=False)
    with _stranger() as stranger, _stranger() as other:
        for datagram in datagrams:
            stranger.sendto(datagram, ("127.0.0.1", port))
            await asyncio.sleep(0)
        other.sendto(last, ("127.0.0.1", port))
        # The handshake may go there too, once the check was believed.
        await until(lambda: _replies(other) > 0)
        return _replies(stranger)


def _stranger() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.setblocking(False)
    return made


def _replies(stranger: socket.socket) -> int:
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            stranger.recv(2048)
            count += 1
    return count


async def test_strangers_hurt_nobody(room: TestRoom) -> None:
    ann, bob = [await room.join(name, number) for number, name in enumerate(("ann", "bob"))]
    await until(room.all_have_all)
    port = room.engine.stats().port
    assert await _throw(_garbage(_ufrag(ann)), ann, port) == 0
    shown = (ann.frames(), bob.frames())

    def both_go_on() -> bool:
        pairs = ((ann, shown[0]), (bob, shown[1]))
        return all(c.frames()[f.mid] >= old[f.mid] + 5 for c, old in pairs for f in c.slots)

    await until(lambda: both_go_on() and room.all_have_all())
    assert all(p.is_publishing and p.is_subscribing for p in room.engine.stats().peers.values())


async def test_garbage_before_and_during_the_handshake_hurts_nobody(room: TestRoom) -> None:
    port = room.engine.stats().port
    ann = await room.join("ann", 0)
    for _ in range(5):
        await _throw([CLIENT_HELLO, CLOSE_NOTIFY, b""], ann, port)
    bob = await room.join("bob", 1)
    for _ in range(5):
        await _throw([CLIENT_HELLO, CLOSE_NOTIFY, b""], bob, port)
    await until(room.all_have_all)
    assert ann.has(bob)


async def test_a_members_address_cannot_be_taken_by_another(room: TestRoom) -> None:
    """Mallory signs checks for a connection of his own with Ann's address as their sender."""
    ann, mallory = [await room.join(name, n) for n, name in enumerate(("ann", "mallory"))]
    await until(room.all_have_all)
    forged = check_for(mallory.offers[0])
    # From Ann's own sockets, which is what a forged sender address looks like.
    for connection in (ann.publishing, ann.subscribing):
        for transceiver in connection.getTransceivers()[:1]:
            ice = transceiver.receiver.transport.transport
            pair = next(iter(ice._connection._nominated.values()))
            pair.protocol.transport.sendto(forged, ("127.0.0.1", room.engine.stats().port))
    shown = (ann.frames(), mallory.frames())

    def both_go_on() -> bool:
        pairs = ((ann, shown[0]), (mallory, shown[1]))
        return all(c.frames()[f.mid] >= old[f.mid] + 5 for c, old in pairs for f in c.slots)

    await until(lambda: both_go_on() and room.all_have_all())


async def test_a_stranger_with_the_password_is_answered(room: TestRoom) -> None:
    """What keeps strangers out above is the password, not a deaf socket."""
    ann = await room.join("ann", 0)
    assert await _throw([check_for(ann.offers[0])], ann, room.engine.stats().port) == 1
