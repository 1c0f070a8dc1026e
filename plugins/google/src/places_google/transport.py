"""Bytes to Google and back: one session, no redirects, every failure translated here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.metadata import version
from typing import Self

from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from attrs import define, frozen
from yarl import URL

from places_core.convert import loads
from places_core.errors import BadAnswer, ConnectionFailed, PlacesError, Timeout

from .requests import Request
from .settings import GoogleSettings


JSON_LIMIT = 16 * 1024 * 1024
_CHEAP = 16 * 1024
_JSON_HEADERS = {"Content-Type": "application/json"}
_END_OF_SEARCH = re.compile(rb'(?:\}\s*\]|")\s*\}\s*\Z')
_END = 64


@frozen
class HttpAnswer:
    """A response, read to its end."""

    status: int
    content_type: str
    retry_after: str | None
    body: bytes


Check = Callable[[ClientResponse], None]


@define
class Transport:
    """A session with the API."""

    _session: ClientSession
    _base: str

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: GoogleSettings) -> AsyncIterator[Self]:
        async with new_session(settings) as session:
            yield cls(session, settings.base_url.rstrip("/"))

    async def send(self, request: Request, key: str) -> HttpAnswer:
        """Send a request once; an HTTP error is an answer too, anything less raises `Unavailable`."""
        headers = {"X-Goog-Api-Key": key}
        if request.mask is not None:
            headers["X-Goog-FieldMask"] = request.mask
        if request.body is not None:
            headers |= _JSON_HEADERS
        url = _url(self._base + request.target)
        return await fetched(self._session, request.verb, url, JSON_LIMIT, headers, request.body)


def new_session(settings: GoogleSettings) -> ClientSession:
    """Return a session without a key and without cookies, with timeouts."""
    # A second timeout that cannot expire before the first is wasted work.
    pause = settings.read_timeout if settings.read_timeout < settings.timeout else None
    timeout = ClientTimeout(total=settings.timeout, sock_connect=settings.connect_timeout, sock_read=pause)
    connector = TCPConnector(
        limit=settings.max_connections, keepalive_timeout=settings.max_keepalive, ttl_dns_cache=300
    )
    agent = {"User-Agent": f"places-google/{version('places-google')}"}
    return ClientSession(connector=connector, timeout=timeout, headers=agent, cookie_jar=DummyCookieJar())


async def fetched(
    session: ClientSession,
    verb: str,
    url: URL,
    limit: int,
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    check: Check | None = None,
) -> HttpAnswer:
    """Send once and read at most `limit` bytes; `check` may refuse a response before its body is read."""
    try:
        async with session.request(verb, url, headers=headers, data=data, allow_redirects=False) as response:
            if check:
                check(response)
            return await _read(response, limit)
    except (TimeoutError, ClientError, OSError, ValueError) as error:
        problem = _problem(error, url.host or "")
    # Raised here and without a cause: aiohttp's errors hold the request's headers, and so the key.
    raise problem


async def _read(response: ClientResponse, limit: int) -> HttpAnswer:
    too_long = BadAnswer(f"{response.url.host} sent more than {limit} bytes.")
    if (response.content_length or 0) > limit:
        raise too_long
    parts, size = [], 0
    while part := await response.content.readany():
        parts.append(part)
        size += len(part)
        if size > limit:
            raise too_long
    headers = response.headers
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    return HttpAnswer(
        response.status, headers.get("Content-Type", "").lower(), headers.get("Retry-After"), body
    )


def whole_json(answer: HttpAnswer) -> bytes:
    """Return the body of a success; raises `BadAnswer` unless it is a whole JSON object.

    Parsing a large answer costs as much as all the rest, so of large answers only the ends are looked at.
    """
    body = answer.body
    if body[:1] == b"{":
        if len(body) > _CHEAP and _END_OF_SEARCH.search(body, len(body) - _END):
            return body
        if isinstance(_parsed(body), dict):
            return body
    raise BadAnswer(f"Google sent {_kind(answer)} instead of JSON: {beginning(body)!r}")


def beginning(body: bytes, most: int = 80) -> str:
    """Quote the beginning of an unexpected body."""
    return " ".join(body[: most * 4].decode("utf-8", "replace").split())[:most]


def _parsed(body: bytes) -> object:
    try:
        return loads(body)
    except BadAnswer as error:
        raise BadAnswer(f"Google sent an incomplete answer ({len(body)} bytes): {error}") from error


def _kind(answer: HttpAnswer) -> str:
    return answer.content_type.partition(";")[0] or "something"


@lru_cache(maxsize=1024)
def _url(text: str) -> URL:
    return URL(text, encoded=True)


def _problem(error: Exception, host: str) -> PlacesError:
    """Translate what aiohttp raises."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, TimeoutError):
        return Timeout(f"{host} did not answer in time ({type(error).__name__}).")
    if isinstance(error, ClientConnectorError):
        return ConnectionFailed(f"{host} cannot be reached: {error.os_error or what}")
    if isinstance(error, ClientConnectionError | ClientPayloadError | OSError):
        return ConnectionFailed(f"The connection to {host} broke ({what}).")
    # Other errors quote what was sent or received, so only their type is shown.
    return BadAnswer(f"{host} sent a malformed HTTP response ({type(error).__name__}).")
