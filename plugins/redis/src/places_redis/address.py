"""Addresses of Redis: one server, a master that sentinels know, or a cluster."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from attrs import field, frozen


ALLOWED = (
    "redis://host:port/db, rediss://host:port/db, unix:///path?db=0, "
    "redis+sentinel://host:port,host:port/service/db or redis+cluster://host:port,host:port "
    "(rediss+sentinel and rediss+cluster for TLS)"
)
_KINDS: dict[str, tuple[Literal["server", "sentinel", "cluster"], bool]] = {
    "redis": ("server", False),
    "rediss": ("server", True),
    "unix": ("server", False),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}
_PORTS = {"server": 6379, "sentinel": 26379, "cluster": 6379}


@frozen
class Address:
    """An address taken apart; `url` is the whole of it, as redis-py reads that of one server."""

    kind: Literal["server", "sentinel", "cluster"]
    url: str = field(repr=False)
    nodes: tuple[tuple[str, int], ...]
    tls: bool
    login: dict[str, str] = field(repr=False)
    service: str = ""
    db: int = 0
    query: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take an address apart, or raise `ValueError`."""
        parts = urlsplit(url)
        if parts.scheme not in _KINDS:
            raise ValueError(f"the address must be {ALLOWED}")
        kind, tls = _KINDS[parts.scheme]
        userinfo, _, hosts = parts.netloc.rpartition("@")
        nodes = tuple(_node(host, _PORTS[kind]) for host in hosts.split(",") if host)
        service, db = _path(parts.path) if kind == "sentinel" else ("", 0)
        if bool(nodes) == (parts.scheme == "unix") or (kind == "sentinel" and not service):
            raise ValueError(f"the address must be {ALLOWED}")
        return cls(kind, url, nodes, tls, _login(userinfo), service, db, parts.query)

    def __str__(self) -> str:
        """Give what may be shown: no password, no option."""
        if not self.nodes:
            return "the Redis at its unix socket"
        where = ",".join(f"{host}:{port}" for host, port in self.nodes)
        return f"the Redis {self.kind} at {where}" if self.kind != "server" else f"the Redis at {where}"


def _node(text: str, default: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(f"{text!r} is no host:port")
    return parts.hostname, default if parts.port is None else parts.port


def _path(path: str) -> tuple[str, int]:
    service, _, db = path.strip("/").partition("/")
    return unquote(service), int(db or 0)


def _login(userinfo: str) -> dict[str, str]:
    username, _, password = userinfo.partition(":")
    login = {"username": unquote(username), "password": unquote(password)}
    return {name: value for name, value in login.items() if value}
