"""Images, fetched from their own host by a session that never holds a key."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession
from attrs import define
from yarl import URL

from places_core.convert import loads
from places_core.errors import BadAnswer, NotFound, Unavailable
from places_core.ports import Reply

from .settings import GoogleSettings, is_loopback
from .transport import fetched, new_session


# Not SVG: it is a document that runs scripts.
_IMAGE = re.compile(r"image/(?!svg)[a-z0-9.+-]+")
_GONE = (403, 404, 410)


@define
class Images:
    """A session with the image hosts."""

    _session: ClientSession
    _hosts: tuple[str, ...]
    _limit: int

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: GoogleSettings) -> AsyncIterator[Self]:
        """Trust the hosts of the settings, and this machine if Google is emulated on it."""
        api = URL(settings.base_url).host or ""
        near = ("localhost", "127.0.0.1", "::1") if is_loopback(api) else ()
        async with new_session(settings) as session:
            yield cls(session, (*settings.photo_hosts, *near), settings.photo_max_bytes)

    async def fetch(self, uri: str) -> Reply:
        """Return the image at `uri`, as Google returned it."""
        url = self._trusted(uri)
        answer = await fetched(self._session, "GET", url, self._limit, check=self._check)
        return Reply(answer.body, answer.content_type.partition(";")[0].strip())

    def _trusted(self, uri: str) -> URL:
        url = _url(uri)
        secure = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
        host = (url.host or "").lower()
        if not secure or not any(host == known or host.endswith(f".{known}") for known in self._hosts):
            raise BadAnswer(f"The image is on {host or uri!r}, which is not in plugins.google.photo_hosts.")
        return url

    def _check(self, response: ClientResponse) -> None:
        """Refuse anything but an image before reading any of it."""
        status, kind = response.status, response.content_type.lower()
        if status in _GONE:
            raise NotFound(f"The image host no longer has the image (HTTP {status}).")
        if status == 429 or status >= 500:
            raise Unavailable(f"The image host answered HTTP {status}.")
        if status != 200:
            raise BadAnswer(f"The image host answered HTTP {status}.")
        if not _IMAGE.fullmatch(kind):
            raise BadAnswer(f"The image host sent {kind}, which is not an accepted image type.")


def photo_uri(body: bytes) -> str:
    """Return the URI of the image."""
    found = loads(body)
    uri = found.get("photoUri") if isinstance(found, dict) else None
    if not isinstance(uri, str):
        raise BadAnswer("Google sent no URI for the image.")
    return f"https:{uri}" if uri.startswith("//") else uri


def fresh_name(body: bytes, stale: str) -> str | None:
    """Find the name that replaces an expired one, among the photos of the place.

    Google does not say which became which, so the first stands for all of them.
    """
    found = loads(body)
    photos: Any = found.get("photos") if isinstance(found, dict) else None
    names = [photo.get("name") for photo in photos or () if isinstance(photo, dict)]
    return next((name for name in names if isinstance(name, str) and name != stale), None)


def _url(uri: str) -> URL:
    try:
        return URL(uri)
    except ValueError as error:
        raise BadAnswer(f"Google sent an invalid image URI: {uri[:80]!r}.") from error
