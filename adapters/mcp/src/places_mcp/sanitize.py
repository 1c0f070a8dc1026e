"""Strangers write the text of places: here it loses whatever could deceive a reader or forge a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit


_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_UNSEEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_SCHEME = re.compile(
    r"\b(?!https?:)(javascript|vbscript|data(?=:\s*\w+/)|[a-z][a-z0-9+.-]*(?=://)):", re.IGNORECASE
)
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Zs"})
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})


def sanitize(text: object, most: int = 200) -> str:
    """Return `text` as one line of at most `most` visible characters.

    A bar separates the parts of a record, so inside a part it becomes a slash.
    """
    if not isinstance(text, str):
        return ""
    line = _visible(text)
    if "|" in line:
        line = line.replace("|", "/")
    if ":" in line:
        line = _SCHEME.sub(r"\1 ", line)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def identifier(text: object) -> str:
    """Return an id or token without invisible characters, otherwise unchanged: it will be sent back."""
    return _visible(text) if isinstance(text, str) else ""


def web_address(uri: object, most: int = 500) -> str:
    """Return `uri` if a browser would fetch it over http or https, else an empty string."""
    if not isinstance(uri, str) or len(uri) > most or not uri.isprintable() or " " in uri:
        return ""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return uri if parts.scheme in ("http", "https") and parts.netloc else ""


def _visible(text: str) -> str:
    if not text.isprintable():
        text = "".join(_seen(_ANSI.sub("", text)))
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    text = text.strip()
    return " ".join(text.split()) if "  " in text else text


def _seen(text: str) -> Iterator[str]:
    for char in text:
        category = unicodedata.category(char)
        if category in _BREAKS:
            yield " "
        elif category not in _DROPPED:
            yield char
