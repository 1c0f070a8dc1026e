"""The application: which path goes where."""

from __future__ import annotations

from aiohttp import web

from places_core import Places

from .errors import no_such_path, with_errors, wrong_method
from .ops import OpsRoutes
from .requests import MAX_BODY
from .routes import PlaceRoutes


def make_app(places: Places) -> web.Application:
    """Return an application that answers from `places`, which must stay open while it runs."""
    app = web.Application(client_max_size=MAX_BODY + 1)
    for method, path, handle in (*PlaceRoutes(places).table(), *OpsRoutes(places).table()):
        resource = app.router.add_resource(path)
        for name in ("GET", "HEAD") if method == "GET" else (method,):
            resource.add_route(name, with_errors(handle))
        resource.add_route("*", wrong_method(method, path))
    # Routes rather than a middleware, which would cost every request something.
    app.router.add_route("*", "/{path:.*}", no_such_path)
    return app
