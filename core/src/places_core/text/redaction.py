"""Values as they may be shown, without secrets and the passwords in URLs."""

from __future__ import annotations

import re
from typing import Any


MASK = "***"
_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]+@")


def masked(value: Any, *, secret: bool) -> Any:
    """Return `value` as it may be shown; an empty secret is shown as it is."""
    if secret:
        return MASK if value else value
    return without_passwords(value) if isinstance(value, str) else value


def without_passwords(text: str) -> str:
    """Turn `redis://me:secret@host` into `redis://me:***@host`."""
    return _PASSWORD.sub(rf"\1:{MASK}@", text)
