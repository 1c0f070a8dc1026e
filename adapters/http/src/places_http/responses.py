"""From an answer to an HTTP response: the bytes unchanged, and headers that say how they came about."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from aiohttp import web
from multidict import CIMultiDict, istr

from places_core import Answer, PhotoMedia
from places_core.convert import loads
from places_core.errors import BadAnswer
from places_core.events import Trace


JSON = "application/json; charset=UTF-8"
SERVER = "places-core"

_CONTENT_TYPE, _CACHE_CONTROL, _SERVER = istr("Content-Type"), istr("Cache-Control"), istr("Server")
_BACKEND, _CACHE, _AGE = istr("X-Places-Backend"), istr("X-Places-Cache"), istr("Age")
_ATTRIBUTION = istr("X-Places-Attribution")
_IMAGE = re.compile(r"image/[a-z0-9.+-]+", re.ASCII)
_URI = re.compile(r"https?://[!-~]+")


def to_response(answer: Answer) -> web.Response:
    """Return the body as it is: it is not parsed on the way."""
    return web.Response(body=answer.body, headers=_headers(answer, JSON))


def to_photo_response(answer: Answer) -> web.Response:
    """Return the address of the image, a redirect to it, or the image itself."""
    assert isinstance(answer.query, PhotoMedia)  # noqa: S101
    if not answer.content_type.startswith("application/json"):
        return _image(answer)
    if answer.query.skip_http_redirect:
        return to_response(answer)
    headers = _headers(answer, JSON)
    headers["Location"] = _photo_uri(answer.body)
    return web.Response(status=302, headers=headers)


def _image(answer: Answer) -> web.Response:
    kind = answer.content_type.lower()
    headers = _headers(answer, kind if _IMAGE.fullmatch(kind) else "application/octet-stream")
    # The bytes come from a third party and must not run as a page or a script of this origin.
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return web.Response(body=answer.body, headers=headers)


def _photo_uri(body: bytes) -> str:
    found = loads(body)
    uri = found.get("photoUri") if isinstance(found, dict) else None
    if not isinstance(uri, str) or not _URI.fullmatch(uri):
        raise BadAnswer("The backend did not say where the photo is.")
    return uri


def _headers(answer: Answer, content_type: str) -> CIMultiDict[str]:
    headers = CIMultiDict(((_CONTENT_TYPE, content_type), (_CACHE_CONTROL, "private"), (_SERVER, SERVER)))
    add_trace(headers, answer.trace)
    if answer.attribution:
        headers[_ATTRIBUTION] = header_text(answer.attribution)
    return headers


def add_trace(headers: CIMultiDict[str], trace: Trace) -> None:
    """Add the headers that say how an answer or an error came about."""
    if trace.backend:
        headers[_BACKEND] = trace.backend
    headers[_CACHE] = trace.cache
    if trace.cache in ("hit", "stale"):
        headers[_AGE] = str(int(trace.age))


@lru_cache(maxsize=256)
def header_text(text: str) -> str:
    """Return `text` as a header can carry it: ASCII unchanged, anything else encoded as in RFC 8187."""
    plain = text.replace("©", "(c)")
    if plain.isascii() and plain.isprintable():
        return plain
    return f"UTF-8''{quote(text, safe='')}"
