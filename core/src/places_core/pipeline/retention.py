"""For how long the terms of a backend allow an answer to be kept."""

from __future__ import annotations

from ..models import PhotoMedia, Query
from ..ports import Terms


_IDS = {"id", "name", "movedPlace", "movedPlaceId", "attributions", "nextPageToken"}
_COORDINATES = _IDS | {"location"}


def allowed_seconds(query: Query, terms: Terms) -> float:
    """Return for how many seconds what the query asks for may be kept, judged by every path of its mask."""
    content = min(terms.keep_ids, terms.keep_coordinates, terms.keep_content)
    if isinstance(query, PhotoMedia):
        return content
    if query.fields.heads <= _IDS:
        return terms.keep_ids
    return min(terms.keep_ids, terms.keep_coordinates) if query.fields.heads <= _COORDINATES else content
