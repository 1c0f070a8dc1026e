"""Saying where a server listens."""

from __future__ import annotations

import sys

from .hosts import WILDCARDS, bracketed


def url(host: str, port: int, path: str = "") -> str:
    """Return the URL by which this machine reaches a server that listens there."""
    return f"http://{bracketed(WILDCARDS.get(host, host))}:{port}{path}"


def announce(name: str, address: str, *hints: str) -> None:
    """Write `places NAME listening on ADDRESS` and the hints to standard error, a line each."""
    sys.stderr.write("\n".join((f"places {name} listening on {address}", *hints, "")))
    sys.stderr.flush()
