"""Faults of the network and of Google, injected on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from attrs import frozen

from .error_replies import Refusal, over_quota


HTML = b"<!DOCTYPE html><html><title>Error %d</title><p>The server encountered a temporary error.</html>"
JSON = "application/json; charset=UTF-8"


@frozen
class Trouble:
    """One kind of trouble of `TROUBLES`; `seconds` counts for `delay`, `drip` and `429-retry-after`."""

    kind: str
    seconds: float = 1.0

    def __attrs_post_init__(self) -> None:
        if self.kind not in TROUBLES:
            raise ValueError(f"There is no trouble {self.kind!r}; there are: {', '.join(TROUBLES)}")


Answer = Callable[[], Awaitable[web.StreamResponse]]


async def troubled(
    trouble: Trouble, request: web.Request, operation: str, answer: Answer, closing: asyncio.Event
) -> web.StreamResponse:
    """Answer a request with the trouble; one that hangs does so until the server closes."""
    if trouble.kind == "hang":
        await closing.wait()
        raise ConnectionResetError
    if trouble.kind == "delay":
        await asyncio.sleep(trouble.seconds)
        return await answer()
    if trouble.kind in ("reset", "truncated", "drip"):
        whole = await answer()
        assert isinstance(whole, web.Response)  # noqa: S101
        return await _in_part(trouble, request, whole)
    if trouble.kind in _HTML:
        code = _HTML[trouble.kind]
        return web.Response(status=code, body=HTML % code, content_type="text/html")
    raise _refusal(trouble, operation)


def _refusal(trouble: Trouble, operation: str) -> Refusal:
    if trouble.kind in _STATUS:
        status, message = _STATUS[trouble.kind]
        return Refusal(int(trouble.kind), status, message)
    refusal = over_quota(operation, "day" if trouble.kind == "429-day" else "minute", 600)
    if trouble.kind == "429-retry-after":
        refusal.headers["Retry-After"] = str(round(trouble.seconds))
    return refusal


async def _in_part(trouble: Trouble, request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Send half of the answer and reset, half as if it were the whole, or all of it slowly."""
    body = bytes(whole.body or b"")  # type: ignore[arg-type]
    half = body[: max(1, len(body) // 2)]
    if trouble.kind == "truncated":
        return web.Response(status=whole.status, body=half, headers={"Content-Type": JSON})
    response = web.StreamResponse(status=whole.status, headers={"Content-Type": JSON})
    response.content_length = len(body)
    await response.prepare(request)
    if trouble.kind == "reset":
        await response.write(half)
        if request.transport is not None:
            request.transport.abort()
        return response
    for start in range(0, len(body), 16):
        await response.write(body[start : start + 16])
        await asyncio.sleep(trouble.seconds)
    return response


_STATUS: Final = {
    "500": ("INTERNAL", "Internal error encountered."),
    "503": ("UNAVAILABLE", "The service is currently unavailable."),
    "504": ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}
_HTML: Final = {"502": 502, "503-html": 503, "html": 200}
TROUBLES = (
    *("delay", "hang", "drip", "reset", "truncated"),
    *_STATUS,
    *_HTML,
    *("429", "429-retry-after", "429-day"),
)
