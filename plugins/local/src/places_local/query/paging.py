"""Page tokens: where the next page starts, bound to the question it continues."""

from __future__ import annotations

import base64
import binascii
import hashlib

import attrs

from places_core.errors import InvalidRequest
from places_core.models import TextSearch


FREE = frozenset({"fields", "page_size", "page_token"})
MARK = "osm-"
DIGEST = 9
MOST = 60


def start_of(query: TextSearch, edition: str) -> int:
    """How many places the pages before this one had."""
    if query.page_token is None:
        return 0
    try:
        raw = base64.b64decode(query.page_token.removeprefix(MARK), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused(query.page_token) from error
    if len(raw) != DIGEST + 1 or raw[:DIGEST] != _digest(query, edition) or not 0 < raw[-1] < MOST:
        raise _refused(query.page_token)
    return raw[-1]


def token_for(query: TextSearch, edition: str, start: int) -> str:
    return MARK + base64.urlsafe_b64encode(_digest(query, edition) + bytes([start])).decode("ascii")


def _digest(query: TextSearch, edition: str) -> bytes:
    asked = [
        (field.name, getattr(query, field.name))
        for field in attrs.fields(TextSearch)
        if field.name not in FREE
    ]
    return hashlib.blake2b(repr((edition, asked)).encode(), digest_size=DIGEST).digest()


def _refused(token: str) -> InvalidRequest:
    return InvalidRequest(
        "pageToken",
        token,
        "the nextPageToken of the page before, with all other parameters but pageSize unchanged",
        hint="Start again without pageToken",
    )
