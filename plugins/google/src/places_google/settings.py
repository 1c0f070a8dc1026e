"""The section `[plugins.google]`."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any, Self

from attrs import field, frozen, validators
from yarl import URL


_SECURE = "an https:// address; http:// only to this machine"
_LANGUAGE = "a BCP-47 language code such as 'en' or 'pt-BR'"
_REGION = "a two-letter CLDR region code such as 'fi'"


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


class BaseUrl(str):
    """An https:// address without login, query and fragment, or an http:// one of this machine.

    Raises `ValueError` for any other.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        try:
            url = URL(text)
            safe = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
        except ValueError:
            safe = False
        if not safe or not url.host or url.user or url.query_string or url.fragment:
            raise ValueError(f"the address must be {_SECURE}")
        return super().__new__(cls, text)


DEFAULT_URL = BaseUrl("https://places.googleapis.com/v1")


def _seconds(default: float) -> Any:
    return field(default=default, validator=validators.gt(0), metadata={"allowed": "above 0"})


def _optional_code(pattern: str, allowed: str) -> Any:
    readable = validators.optional(validators.matches_re(re.compile(pattern)))
    return field(default=None, validator=readable, metadata={"allowed": allowed})


@frozen
class GoogleSettings:
    """How Google is called, and with which keys; durations in seconds."""

    api_key: str | tuple[str, ...] | None = field(default=None, repr=False)
    """One key, or several that are used in turn."""
    api_key_file: str | None = None
    """A file with one key per line; it may be replaced at any time."""
    key_source: str | None = None
    """The key source; defaults to `file` if `api_key_file` is set, otherwise to `settings`."""
    base_url: BaseUrl = field(default=DEFAULT_URL, metadata={"allowed": _SECURE})
    """Base URL of the API: Google, a proxy or an emulator."""
    timeout: float = _seconds(5.0)
    """How long one attempt may take in total."""
    connect_timeout: float = _seconds(2.0)
    read_timeout: float = _seconds(5.0)
    """Read timeout: longest silence between two chunks."""
    max_connections: int = field(default=100, validator=validators.ge(1), metadata={"allowed": "at least 1"})
    max_keepalive: float = field(default=30.0, validator=validators.ge(0), metadata={"allowed": "at least 0"})
    """How long an idle connection is kept open."""
    language: str | None = _optional_code(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*", _LANGUAGE)
    """Language of the answers to queries that name none; Google's own default is English."""
    region: str | None = _optional_code(r"[A-Za-z]{2}", _REGION)
    """Region of queries that name none."""
    cache_ttl: float | None = field(
        default=None, validator=validators.optional(validators.ge(0)), metadata={"allowed": "at least 0"}
    )
    """The operator's assertion that content may be cached for this long; the terms alone do not allow it."""
    photo_hosts: tuple[str, ...] = ("googleusercontent.com", "ggpht.com")
    """Hosts from which images may be downloaded, including their subdomains."""
    photo_max_bytes: int = field(
        default=20 * 1024 * 1024, validator=validators.ge(1), metadata={"allowed": "at least 1"}
    )
