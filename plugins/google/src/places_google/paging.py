"""Our page tokens: Google's token with the parameters it is bound to.

Google refuses a token unless everything but the page size is exactly as in the first call. Our callers reach
the same answer by many spellings, so the first call's parameters travel within the token.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

from attrs import evolve, frozen

from places_core.convert import dumps, loads, parse_request
from places_core.errors import BadAnswer, InvalidRequest
from places_core.models import TextSearch


MARK = "goog-"
_MOST = 32 * 1024
_PAGING = ("pageSize", "pageToken")
_KEY = b'"nextPageToken"'
# Such a key at the very end of a document is one of the outermost object: behind it nothing else is closed.
# Within a string the quotes would be escaped, so the comma or brace in front of the first tells it is a key.
_AT_END = re.compile(rb'(?<=[,{])"nextPageToken":"([^"\\]+)"(?=(?:,"searchUri":"[^"\\]*")?\}\s*\Z)')


@frozen
class Page:
    """Where a search continues: the body of the first call, and Google's token."""

    body: dict[str, Any]
    token: str

    @classmethod
    def of(cls, query: TextSearch) -> Page:
        """Read the query's token; a token of another question is refused before it costs a call."""
        page = _unpacked(str(query.page_token))
        try:
            first = parse_request(TextSearch, page.body, fields=query.fields)
        except InvalidRequest as error:
            raise _refused(query) from error
        if first.cache_key != evolve(query, page_token=None, page_size=first.page_size).cache_key:
            raise _refused(query)
        return page

    def packed(self) -> str:
        body = {name: value for name, value in self.body.items() if name not in _PAGING}
        raw = zlib.compress(dumps([self.token, body]), 9)
        return MARK + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def next_body(self, page_size: int) -> dict[str, Any]:
        """Return the body that asks for this page."""
        return {**self.body, "pageSize": page_size, "pageToken": self.token}


def with_our_token(answer: bytes, body: dict[str, Any]) -> bytes:
    """Replace Google's token, if there is one, with ours."""
    last = answer.rfind(_KEY)  # from the end, where it is
    if last < 0:
        return answer
    found = _AT_END.search(answer, max(last - 1, 0))
    if found is None:
        return _parsed(answer, body)
    ours = Page(body, found[1].decode()).packed().encode()
    return b"".join((answer[: found.start(1)], ours, answer[found.end(1) :]))


def _parsed(answer: bytes, body: dict[str, Any]) -> bytes:
    """The slow way, for an answer in any other layout."""
    whole = loads(answer)
    if not isinstance(whole, dict):
        raise BadAnswer("Google sent JSON that is not an object.")
    if token := whole.get("nextPageToken"):
        whole["nextPageToken"] = Page(body, str(token)).packed()
    return dumps(whole)


def _unpacked(text: str) -> Page:
    try:
        raw = text.removeprefix(MARK)
        packed = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True)
        token, body = loads(zlib.decompressobj().decompress(packed, _MOST))
        return Page(dict(body), str(token))
    except (binascii.Error, zlib.error, BadAnswer, TypeError, ValueError) as error:
        raise _refused_text(text) from error


def _refused(query: TextSearch) -> InvalidRequest:
    return _refused_text(str(query.page_token))


def _refused_text(token: str) -> InvalidRequest:
    return InvalidRequest(
        "pageToken",
        token,
        "the nextPageToken of the page before, with all other parameters but pageSize unchanged",
        hint="Start again without pageToken",
    )
