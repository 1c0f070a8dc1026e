"""Row 5: a miss through the HTTP adapter, with an 80 KB answer from Google, against a bare aiohttp proxy."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from places_core.serving import announce, bind, url
from places_core.testing import served

from .harness import Finding, medians, own_module
from .load import post, requests_per_cpu_second
from .sample import full_answer


PATH = "/v1/places:searchText"


def measure() -> Iterable[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        answer.write_bytes(full_answer())
        with (
            own_module("bench.load", str(answer)) as upstream,
            own_module("bench.row05_gateway_miss", f"{upstream.url}/v1") as floor,
            served("serve", "http", "--port", "0", environ=_settings(f"{upstream.url}/v1")) as ours,
        ):
            contenders = {
                name: partial(requests_per_cpu_second, server, _request)
                for name, server in (("floor", floor), ("ours", ours))
            }
            medians(1, contenders)
            rates = medians(7, contenders)
    what, rival = "gateway miss, large answer", "bare aiohttp proxy"
    yield Finding(5, what, rival, rates["ours"], rates["floor"], "req/cpu s", ">= 0.85")


def _request(number: int) -> bytes:
    """Return a new query each time; identical concurrent ones would share a load."""
    return post(PATH, b'{"textQuery":"coffee %09d"}' % number, X_Goog_FieldMask="*", X_Goog_Api_Key="k")


def _settings(base_url: str) -> dict[str, str]:
    return {
        "GOOGLE_API_KEY": "k",
        "PLACES_BACKEND": "google",
        "PLACES_PLUGINS__GOOGLE__BASE_URL": base_url,
        "PLACES_LIMITER__PROVIDER": "none",
        "PLACES_LOGGING__LEVEL": "WARNING",
    }


def _proxy(base_url: str) -> None:
    """Forward requests and responses as bytes."""
    from aiohttp import ClientSession, ClientTimeout, web

    async def sessions(app: web.Application) -> object:
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            app["session"] = session
            yield

    async def handle(request: web.Request) -> web.Response:
        kept = ("X-Goog-FieldMask", "X-Goog-Api-Key")
        headers = {name: request.headers[name] for name in kept}
        session, body = request.app["session"], await request.read()
        async with session.post(f"{base_url}/places:searchText", data=body, headers=headers) as response:
            answer = await response.read()
        return web.Response(body=answer, content_type="application/json")

    app = web.Application()
    app.cleanup_ctx.append(sessions)  # type: ignore[arg-type]
    app.router.add_post(PATH, handle)
    with bind("127.0.0.1", 0) as (sockets, port):
        announce("proxy", url("127.0.0.1", port))
        web.run_app(app, sock=sockets, access_log=None, print=None)


if __name__ == "__main__":
    _proxy(sys.argv[1])
