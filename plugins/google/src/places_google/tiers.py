"""The billing tier of a query: the highest among the fields of its mask."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from places_core.convert import loads
from places_core.models import Autocomplete, Details, FieldMask, PhotoMedia, Query


TIERS = ("ids_only", "essentials", "pro", "enterprise", "enterprise_atmosphere")
_METHODS = {"details": "details", "search_text": "searchText", "search_nearby": "searchNearby"}


def tier(query: Query) -> str:
    """Return the tier as Google's price list spells it, such as `searchText.pro`.

    What the list does not know counts as the highest. Details that end a session are billed as the highest
    tier unless they ask for essentials only.
    """
    if isinstance(query, PhotoMedia):
        return "photos"
    if isinstance(query, Autocomplete):
        return "autocomplete_requests"
    method = _METHODS[query.operation]
    highest = _highest(query.fields, method)
    if isinstance(query, Details) and query.session_token and TIERS.index(highest) >= TIERS.index("pro"):
        highest = TIERS[-1]
    return f"{method}.{highest}"


def _highest(mask: FieldMask, method: str) -> str:
    fields = {path.removeprefix("places.").partition(".")[0] for path in mask.paths}
    known = _known()[method]
    return max((known.get(field, TIERS[-1]) for field in fields), key=TIERS.index)


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = loads(files(__package__).joinpath("tiers.json").read_bytes())
    return table
