"""Strangers' datagrams of every kind, and forged ones of members: nobody's meeting suffers."""

from __future__ import annotations

import asyncio
import random
import re
import socket

from aioice import stun

from proconf_tui.engine.rtp import HEADER
from tests.support.rtc_client import RtcClient, TestRoom, until

# A DTLS 1.2 record that carries the beginning of a ClientHello, and one with an alert.
CLIENT_HELLO = bytes.fromhex("16feff000000000000000000360100002a000000000000002afefd") + bytes(40)
CLOSE_NOTIFY = bytes.fromhex("15fefd000000000000000000020100")


def _check(ufrag: str, password: str) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{ufrag}:x"
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


def _garbage(ufrag: str) -> list[bytes]:
    numbers = random.Random(7)
    noise = [numbers.randbytes(numbers.randrange(1, 1500)) for _ in range(200)]
    leading = [bytes([n]) + numbers.randbytes(60) for n in range(256)]
    rtp = [HEADER.pack(0x80, 120, n, n, n) + bytes(60) for n in range(20)]
    checks = [_check(ufrag, "a wrong password of any length"), _check("", ""), _check("é", "x")]
    return [b"", b"\x80", b"\x16", CLIENT_HELLO, CLOSE_NOTIFY, *checks, *noise, *leading, *rtp]


def _local(client: RtcClient, name: str) -> str:
    match = re.search(rf"a=ice-{name}:(\S+)", client.offers[0])
    assert match is not None
    return match[1]


async def _throw(datagrams: list[bytes], port: int) -> bytes | None:
    """Send all of them from one stranger's socket; return what came back, if anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.setblocking(False)
        for datagram in datagrams:
            stranger.sendto(datagram, ("127.0.0.1", port))
            await asyncio.sleep(0)
        await until_handled(stranger, port)
        try:
            return stranger.recv(2048)
        except BlockingIOError:
            return None


async def until_handled(stranger: socket.socket, port: int) -> None:
    # The socket is read in order: a stranger's datagrams are done when the loop has turned.
    for _ in range(50):
        await asyncio.sleep(0)


async def test_strangers_hurt_nobody(room: TestRoom) -> None:
    ann, bob = [await room.join(name, number) for number, name in enumerate(("ann", "bob"))]
    await until(room.all_have_all)
    port = room.engine.stats().port
    assert await _throw(_garbage(_local(ann, "ufrag")), port) is None
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
        await _throw([CLIENT_HELLO, CLOSE_NOTIFY, b""], port)
    bob = await room.join("bob", 1)
    for _ in range(5):
        await _throw([CLIENT_HELLO, CLOSE_NOTIFY, b""], port)
    await until(room.all_have_all)
    assert ann.has(bob)


async def test_a_members_address_cannot_be_taken_by_another(room: TestRoom) -> None:
    """Mallory signs checks for a connection of his own with Ann's address as their sender."""
    ann, mallory = [await room.join(name, n) for n, name in enumerate(("ann", "mallory"))]
    await until(room.all_have_all)
    check = _check(_local(mallory, "ufrag"), _local(mallory, "pwd"))
    # From Ann's own sockets, which is what a forged sender address looks like.
    for connection in (ann.publishing, ann.subscribing):
        for transceiver in connection.getTransceivers()[:1]:
            ice = transceiver.receiver.transport.transport
            pair = next(iter(ice._connection._nominated.values()))
            pair.protocol.transport.sendto(check, ("127.0.0.1", room.engine.stats().port))
    shown = (ann.frames(), mallory.frames())

    def both_go_on() -> bool:
        pairs = ((ann, shown[0]), (mallory, shown[1]))
        return all(c.frames()[f.mid] >= old[f.mid] + 5 for c, old in pairs for f in c.slots)

    await until(lambda: both_go_on() and room.all_have_all())


async def test_a_stranger_with_the_password_is_answered(room: TestRoom) -> None:
    """What keeps strangers out above is the password, not a deaf socket."""
    ann = await room.join("ann", 0)
    check = _check(_local(ann, "ufrag"), _local(ann, "pwd"))
    reply = await _throw([check], room.engine.stats().port)
    assert reply is not None
    assert stun.parse_message(reply).message_class is stun.Class.RESPONSE
