"""Under which name a client is counted."""

from __future__ import annotations


_HOST_BITS = 64


def caller_name(address: str) -> str:
    """Return the name under which a client is counted: its IPv4 address, or its IPv6 /64 network.

    One host may use any address in such a network.
    """
    if ":" not in address:
        return address
    from ipaddress import IPv6Address, IPv6Network  # a millisecond that the command would pay at each start

    try:
        parsed = IPv6Address(address)
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed) >> _HOST_BITS << _HOST_BITS, 128 - _HOST_BITS)))
