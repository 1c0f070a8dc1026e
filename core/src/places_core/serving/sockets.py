"""The sockets that a server listens on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..errors import ConfigError


BACKLOG = 2_048
"""How many new connections may wait; with the usual 128, some of 1,000 at once wait a second to try again."""

_ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@contextmanager
def bind(host: str, port: int, *, shared: bool = False) -> Iterator[tuple[list[socket.socket], int]]:
    """Listen on every address of `host`, and yield the sockets and the one port that they have.

    Other processes may listen on a `shared` port, too. Raises `ConfigError`, which says what to do, where it
    cannot listen.
    """
    with ExitStack() as stack:
        with _explained(host, port):
            sockets = _listen(host, port, shared, stack)
        yield sockets, sockets[0].getsockname()[1]


@contextmanager
def reserve(host: str, port: int) -> Iterator[int]:
    """Hold a port for processes that share it, and yield its number.

    Raises `ConfigError` like `bind`, also where other processes share the port already.
    """
    with bind(host, port) as (sockets, free):  # not shared: that would join a server that is running
        family, address = sockets[0].family, sockets[0].getsockname()
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with _explained(host, free):
            held.bind(address)
        yield free


def _listen(host: str, port: int, shared: bool, stack: ExitStack) -> list[socket.socket]:
    """Leave out addresses that this machine lacks, such as `::1` where IPv6 is off, unless it lacks all."""
    sockets: list[socket.socket] = []
    absent: OSError | None = None
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, *_, address in dict.fromkeys(found):
        try:
            server = socket.create_server(
                (address[0], port, *address[2:]), family=family, reuse_port=shared, backlog=BACKLOG
            )
        except OSError as error:
            if error.errno not in _ABSENT:
                raise
            absent = error
        else:
            # Accepted sockets inherit it; asyncio sets it only where the protocol was named.
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(stack.enter_context(server))
            port = server.getsockname()[1]
    if absent and not sockets:
        raise absent
    return sockets


@contextmanager
def _explained(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use on {host}; choose another with --port, or any free one with --port 0"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 with --port"
    reason = str(error.strerror).partition(" (")[0]  # `create_server` appends what it attempted
    return f"cannot listen on {host}, port {port}: {reason}; choose another address with --host"
