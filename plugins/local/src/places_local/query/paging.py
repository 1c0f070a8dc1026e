"""Page tokens: where the next page starts, bound to the query that it continues."""

from __future__ import annotations

import base64
import binascii
import hashlib

import attrs

from places_core.errors import InvalidRequest
from places_core.models import TextSearch


MAX_RESULTS = 60
TOKEN_PREFIX = "osm-"  # noqa: S105  # it marks whose token it is
DIGEST_SIZE = 9
MAY_CHANGE = frozenset({"fields", "page_size", "page_token"})
"""What may differ from page to page."""


def offset_of(query: TextSearch, edition: str) -> int:
    """Return how many places the pages before this one hold; raise `InvalidRequest` for an invalid token."""
    if query.page_token is None:
        return 0
    try:
        raw = base64.b64decode(query.page_token.removeprefix(TOKEN_PREFIX), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid(query.page_token) from error
    digest, offset = raw[:DIGEST_SIZE], raw[DIGEST_SIZE:]
    if len(offset) != 1 or digest != _digest(query, edition) or not 0 < offset[0] < MAX_RESULTS:
        raise _invalid(query.page_token)
    return offset[0]


def token_for(query: TextSearch, edition: str, offset: int) -> str:
    """Return the token of the page that starts at `offset`; `edition` names the index."""
    raw = _digest(query, edition) + bytes([offset])
    return TOKEN_PREFIX + base64.urlsafe_b64encode(raw).decode("ascii")


def _digest(query: TextSearch, edition: str) -> bytes:
    asked = [
        (field.name, getattr(query, field.name))
        for field in attrs.fields(TextSearch)
        if field.name not in MAY_CHANGE
    ]
    return hashlib.blake2b(repr((edition, asked)).encode(), digest_size=DIGEST_SIZE).digest()


def _invalid(token: str) -> InvalidRequest:
    return InvalidRequest(
        "pageToken",
        token,
        "the nextPageToken of the page before, with all other parameters but pageSize unchanged",
        hint="Start again without pageToken",
    )
