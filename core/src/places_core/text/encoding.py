"""Text that every encoding, store and provider can carry."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Replace each half of a surrogate pair, which UTF-8 cannot encode."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
