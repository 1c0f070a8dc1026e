"""Every error as the model reads it: what was wrong, what would do, and whether to try again."""

from __future__ import annotations

import math

from places_core.errors import (
    InvalidRequest,
    KeyRefused,
    NotSupported,
    PermissionDenied,
    PlacesError,
    QuotaExhausted,
    RateLimited,
    Unauthenticated,
    Unavailable,
    whole_seconds,
)
from places_core.events import Trace

from .sanitize import sanitize
from .tools.catalog import TOOLS
from .tools.validation import argument_faults


MOST = 300
"""How many characters of an error are shown."""
_MOST_OF_REASON = MOST - 60  # the rest is for what to do next, which would otherwise be cut off

_TOOLS = {
    "search_text": "places_search",
    "search_nearby": "places_nearby",
    "details": "places_details",
    "photo": "places_photo",
    "autocomplete": "places_autocomplete",
}
"""Which tool asks for which operation of a backend."""


def error_text(error: PlacesError, tool: str) -> str:
    """Write an error in one line, with the next step; a fault takes at most about 60 tokens."""
    if not isinstance(error, InvalidRequest):
        return f"{sanitize(_text(error, tool), MOST)}{_tried(error.trace)}"
    [arguments] = [each.arguments for each in TOOLS if each.name == tool]
    faults = [sanitize(str(fault), MOST) for fault in argument_faults(error, arguments)]
    return faults[0] if len(faults) == 1 else " ".join(f"({at}) {each}" for at, each in enumerate(faults, 1))


def _text(error: PlacesError, tool: str) -> str:
    match error:
        case NotSupported():
            offered = ", ".join(_TOOLS[name] for name in error.offers if name in _TOOLS)
            return f"{tool} is not supported by the backend in use. It offers: {offered or 'nothing'}."
        case QuotaExhausted():
            return f"The provider's quota is used up{_after(error.reset)}. Trying again before does not help."
        case RateLimited():
            return f"Too many calls. Try again in {whole_seconds(error.retry_after)} s."
        case Unauthenticated() | PermissionDenied() | KeyRefused():
            return f"{error} A person has to check the key of this server."
        case Unavailable():
            wait = f"in {whole_seconds(error.retry_after)} s" if error.retry_after else "once, a little later"
            return f"{sanitize(str(error), _MOST_OF_REASON)} Try again {wait}."
    return str(error)


def _tried(trace: Trace | None) -> str:
    """Return which backends gave no answer and how many calls there were, unless it is one of each."""
    if trace is None or not trace.tried or (len(trace.tried) == 1 and trace.attempts <= 1):
        return ""
    calls = "1 call" if trace.attempts == 1 else f"{trace.attempts} calls"
    return f" No answer from {sanitize(', '.join(trace.tried))} ({calls})."


def _after(reset: float | None) -> str:
    if reset is None or not math.isfinite(reset):
        return ""
    return f" for the next {whole_seconds(reset)} s"
