"""Row 5: a miss through the gateway, an 89 KB answer of Google's, against a bare aiohttp proxy."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from .harness import Finding, free_port, medians, serving
from .load import post, requests_per_cpu_second
from .sample import full_answer


PATH = "/v1/places:searchText"


def measure() -> Iterable[Finding]:
    upstream, proxy, gateway = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        answer.write_bytes(full_answer())
        base_url = f"http://127.0.0.1:{upstream}/v1"
        with (
            serving(("-m", "bench.load", str(upstream), str(answer)), {}, upstream),
            serving(("-m", "bench.row05_gateway_miss", str(proxy), base_url), {}, proxy) as floor,
            serving(_gateway(gateway), _settings(base_url), gateway) as ours,
        ):
            contenders = {
                name: partial(requests_per_cpu_second, server, _request)
                for name, server in (("floor", floor), ("ours", ours))
            }
            medians(1, contenders)
            rates = medians(7, contenders)
    what, rival = "gateway miss, a large answer", "bare aiohttp proxy"
    yield Finding(5, what, rival, rates["ours"], rates["floor"], "req/cpu s", ">= 0.85")


def _request(number: int) -> bytes:
    """Ask for something new each time: equal questions at the same time would be one."""
    return post(PATH, b'{"textQuery":"coffee %09d"}' % number, X_Goog_FieldMask="*", X_Goog_Api_Key="k")


def _gateway(port: int) -> tuple[str, ...]:
    start = "import sys; from places_core.cli import main; sys.exit(main())"
    return ("-c", start, "serve", "http", "--port", str(port))


def _settings(base_url: str) -> dict[str, str]:
    return {
        "GOOGLE_API_KEY": "k",
        "PLACES_BACKEND": "google",
        "PLACES_PLUGINS__GOOGLE__BASE_URL": base_url,
        "PLACES_LIMITER__PROVIDER": "none",
        "PLACES_LOGGING__LEVEL": "WARNING",
    }


def _proxy(port: int, base_url: str) -> None:
    """Read bytes, send bytes."""
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
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    _proxy(int(sys.argv[1]), sys.argv[2])
