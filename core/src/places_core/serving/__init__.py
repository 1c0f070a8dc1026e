"""What every adapter does to be a server: read options, bind, announce, check hosts, name callers, stop."""

from __future__ import annotations

from .announcement import announce, url
from .arguments import port_number, whole_number
from .callers import caller_name
from .hosts import allowed_hosts, allowed_origins
from .signals import stop_event
from .sockets import BACKLOG, bind, reserve


__all__ = [
    "BACKLOG",
    "allowed_hosts",
    "allowed_origins",
    "announce",
    "bind",
    "caller_name",
    "port_number",
    "reserve",
    "stop_event",
    "url",
    "whole_number",
]
