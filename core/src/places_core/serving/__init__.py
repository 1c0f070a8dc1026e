"""What every adapter does to be a server: read its options, bind, announce, check hosts, stop on a signal."""

from __future__ import annotations

from .announcement import announce, url
from .arguments import port_number, whole_number
from .hosts import allowed_hosts, allowed_origins
from .signals import stop_event
from .sockets import bind, reserve


__all__ = [
    "allowed_hosts",
    "allowed_origins",
    "announce",
    "bind",
    "port_number",
    "reserve",
    "stop_event",
    "url",
    "whole_number",
]
