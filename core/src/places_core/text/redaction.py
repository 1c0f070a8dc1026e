"""Values as they may be shown, without secrets, wherever somebody has put them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


MASK = "***"
_PASSWORD = re.compile(r"(:/{1,2}[^/@\s:]*):[^/@\s]+@")  # a path has lost one of the slashes
_PARAMETER = re.compile(r"([?&][\w.-]*(?:key|token|secret|password|signature)=)[^&\s'\"]+", re.IGNORECASE)
_GOOGLE_KEY = re.compile(r"AIza[\w-]{20,}")


def masked(value: Any, *, secret: bool) -> Any:
    """Return `value` as it may be shown; an empty secret is shown as it is."""
    if secret:
        return MASK if value else value
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, Mapping):
        return {masked(name, secret=False): masked(each, secret=False) for name, each in value.items()}
    return [masked(each, secret=False) for each in value] if isinstance(value, (list, tuple)) else value


def without_secrets(text: str) -> str:
    """Mask passwords and keys in URLs, and whatever looks like a key of Google's."""
    text = _PASSWORD.sub(rf"\1:{MASK}@", text)
    return _GOOGLE_KEY.sub(MASK, _PARAMETER.sub(rf"\1{MASK}", text))
