"""The names under which a server may be called, so that no web page reaches it through DNS rebinding."""

from __future__ import annotations

import socket
from collections.abc import Iterable


WILDCARDS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104  recognised, not bound
"""The addresses that stand for all interfaces, each with the one that this machine reaches it by."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def allowed_hosts(host: str, port: int, extra: Iterable[str] = ()) -> frozenset[str]:
    """Return the `Host` headers that a server listening there accepts.

    A wildcard address answers to this machine's names and addresses, a loopback address to every loopback
    name. An `extra` name with a port is accepted with that port only, one without a port with `port` or none.
    """
    names = _names(host)
    hosts = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
    for name in extra:
        hosts |= {name} if _has_port(name) else {name, f"{name}:{port}"}
    return frozenset(hosts)


def allowed_origins(hosts: Iterable[str]) -> frozenset[str]:
    """Return the `Origin` headers of web pages that come from these hosts."""
    return frozenset(f"{scheme}://{host}" for host in hosts for scheme in ("http", "https"))


def bracketed(host: str) -> str:
    """Return `host` as URLs spell it: an IPv6 address goes in brackets."""
    return f"[{host}]" if ":" in host else host


def _names(host: str) -> set[str]:
    if host in WILDCARDS:
        return {*_LOOPBACK, socket.gethostname().lower(), *_own_addresses()}
    name = bracketed(host.lower())
    return {*_LOOPBACK} if name in _LOOPBACK else {name}


def _own_addresses() -> set[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return set()
    return {bracketed(str(address[0])) for *_, address in found}


def _has_port(name: str) -> bool:
    return name.rpartition("]")[2].count(":") == 1
