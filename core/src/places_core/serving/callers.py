"""Under which name a client is counted."""

from __future__ import annotations


_HOST_BITS = 64


def caller_name(address: str) -> str:
    """Return the name under which a client is counted: its IPv4 address, or its IPv6 /64 network, since one
    host may use any address in it.
    """
    if ":" not in address:
        return address
    from ipaddress import IPv6Address, IPv6Network  # a millisecond that the command would pay at each start

    try:
        address_6 = IPv6Address(address)
    except ValueError:
        return address
    if address_6.ipv4_mapped:
        return str(address_6.ipv4_mapped)
    return str(IPv6Network((int(address_6) >> _HOST_BITS << _HOST_BITS, 128 - _HOST_BITS)))
