"""Addresses of Redis: one server, a master that sentinels know, or a cluster."""

from __future__ import annotations

import re
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
_PARTS = re.compile(
    r"(?P<scheme>[a-z+]+)://((?P<login>[^/?]*)@)?(?P<hosts>[^/?]*)(?P<path>/[^?]*)?(\?(?P<query>.*))?"
)
_PORTS = {"server": 6379, "sentinel": 26379, "cluster": 6379}


@frozen
class Address:
    """An address taken apart; `url` is the whole of it, as redis-py reads that of one server."""

    kind: Literal["server", "sentinel", "cluster"]
    url: str = field(repr=False)
    nodes: tuple[tuple[str, int], ...]
    tls: bool
    login: dict[str, str] = field(repr=False, eq=False)
    service: str = ""
    db: int = 0
    query: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Take an address apart, or raise `ValueError`."""
        match = _PARTS.fullmatch(url)
        if match is None or match["scheme"] not in _KINDS:
            raise _unfit()
        kind, tls = _KINDS[match["scheme"]]
        nodes = tuple(_node(host, _PORTS[kind]) for host in match["hosts"].split(",") if host)
        service, db = _path(match["path"] or "") if kind == "sentinel" else ("", 0)
        named = bool(match["path"] and not nodes) if match["scheme"] == "unix" else bool(nodes)
        if not named or (kind == "sentinel" and not service):
            raise _unfit()
        return cls(kind, url, nodes, tls, _login(match["login"] or ""), service, db, match["query"] or "")

    def __str__(self) -> str:
        """Return the address without its password and options."""
        if not self.nodes:
            return "the Redis at its unix socket"
        where = ",".join(f"{host}:{port}" for host, port in self.nodes)
        return f"the Redis {self.kind} at {where}" if self.kind != "server" else f"the Redis at {where}"


def _unfit() -> ValueError:
    return ValueError(f"the address must be {ALLOWED}")


def _node(text: str, default: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _unfit() from error
    if not host:
        raise _unfit()
    return host, default if port is None else port


def _path(path: str) -> tuple[str, int]:
    service, _, db = path.strip("/").partition("/")
    if db and not db.isdecimal():
        raise _unfit()
    return unquote(service), int(db or 0)


def _login(userinfo: str) -> dict[str, str]:
    username, _, password = userinfo.partition(":")
    login = {"username": unquote(username), "password": unquote(password)}
    return {name: value for name, value in login.items() if value}
