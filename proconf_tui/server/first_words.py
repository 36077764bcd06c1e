"""What a connection begins with, where TLS is spoken: seen without being taken, or answered.

It knows sockets; what is said to plain HTTP is known to `proconf_tui.server.plain_http`.
"""

from __future__ import annotations

import asyncio
import socket

from proconf_tui.server.plain_http import HEAD_BYTES, HEAD_END, answer_to, may_be_http


async def is_plain_http(connection: socket.socket) -> bool:
    """Return whether somebody begins with what may be HTTP without TLS; nothing is read.

    The socket does not block. Waits for the first byte.

    Raises:
        OSError: the connection is lost.
    """
    loop = asyncio.get_running_loop()
    has_come = asyncio.Event()
    loop.add_reader(connection, has_come.set)
    try:
        await has_come.wait()
    finally:
        loop.remove_reader(connection)
    return may_be_http(connection.recv(1, socket.MSG_PEEK))


async def answer_plain_http(connection: socket.socket) -> None:
    """Read a request, say where it is to go and wait until the other side has hung up.

    Who closes a socket that has more to read takes back what it said (RFC 9112 section 9.6).

    Raises:
        OSError: the connection is lost.
    """
    loop = asyncio.get_running_loop()
    head = b""
    while HEAD_END not in head and len(head) < HEAD_BYTES:
        more = await loop.sock_recv(connection, HEAD_BYTES - len(head))
        if not more:
            break
        head += more
    answer = answer_to(head.partition(HEAD_END)[0] + HEAD_END)
    if answer is not None:
        await loop.sock_sendall(connection, answer)
        connection.shutdown(socket.SHUT_WR)
        while await loop.sock_recv(connection, HEAD_BYTES):
            pass
