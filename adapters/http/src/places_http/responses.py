"""From an answer to HTTP: the bytes as they are, and in the headers how they came about."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from aiohttp import web
from multidict import CIMultiDict, istr

from places_core import Answer, PhotoMedia
from places_core.convert import loads
from places_core.errors import BadAnswer


JSON = "application/json; charset=UTF-8"
SERVER = "places-core"

_CONTENT_TYPE, _CACHE_CONTROL, _SERVER = istr("Content-Type"), istr("Cache-Control"), istr("Server")
_BACKEND, _CACHE, _AGE = istr("X-Places-Backend"), istr("X-Places-Cache"), istr("Age")
_ATTRIBUTION = istr("X-Places-Attribution")
_IMAGE = re.compile(r"image/[a-z0-9.+-]+", re.ASCII)
_URI = re.compile(r"https?://[!-~]+")


def sent(answer: Answer) -> web.Response:
    """Send the body untouched; no object is built of it."""
    return web.Response(body=answer.body, headers=_headers(answer, JSON))


def sent_photo(answer: Answer) -> web.Response:
    """Send where the image is, lead there, or send the image itself."""
    assert isinstance(answer.query, PhotoMedia)  # noqa: S101
    if not answer.content_type.startswith("application/json"):
        return _image(answer)
    if answer.query.skip_http_redirect:
        return sent(answer)
    headers = _headers(answer, JSON)
    headers["Location"] = _photo_uri(answer.body)
    return web.Response(status=302, headers=headers)


def _image(answer: Answer) -> web.Response:
    kind = answer.content_type.lower()
    headers = _headers(answer, kind if _IMAGE.fullmatch(kind) else "application/octet-stream")
    # The bytes come from a third party, and must not become a page or a script of this host.
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
    trace = answer.trace
    headers = CIMultiDict(
        (
            (_CONTENT_TYPE, content_type),
            (_CACHE_CONTROL, "private"),
            (_SERVER, SERVER),
            (_BACKEND, trace.backend),
            (_CACHE, trace.cache),
        )
    )
    if trace.cache in ("hit", "stale"):
        headers[_AGE] = str(int(trace.age))
    if answer.attribution:
        headers[_ATTRIBUTION] = header_text(answer.attribution)
    return headers


@lru_cache(maxsize=256)
def header_text(text: str) -> str:
    """Spell any text so that it fits into a header: ASCII as it is, the rest by RFC 8187."""
    plain = text.replace("©", "(c)")
    if plain.isascii() and plain.isprintable():
        return plain
    return f"UTF-8''{quote(text, safe='')}"
