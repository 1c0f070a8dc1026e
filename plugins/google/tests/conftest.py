from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote

import pytest
from aiohttp import web
from attrs import Factory, define

from places_core.clock import Clock
from places_core.convert import loads
from places_core.ports import Context, KeySource, NoSettings
from places_core.settings import Config
from places_google.backend import GoogleBackend
from places_google.settings import DEFAULT_URL, BaseUrl, GoogleSettings
from places_google.testing import FakeGoogle


def pytest_collect_file(file_path: Path) -> None:
    if file_path.parent.name == "contract" and not find_spec("googleapiclient"):
        raise pytest.UsageError(
            "Google's own packages must be installed to hold us against them: run `uv run nox -s contract`, "
            "or install them by `uv sync --all-packages --group contract`"
        )


SCHEMA = "GoogleMapsPlacesV1"
SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
Opened = Callable[..., AbstractAsyncContextManager[GoogleBackend]]


@define
class GivenKeys(KeySource):
    """Gives `values`, or raises the error that is among them, or hangs; counts how often it was asked."""

    name = "given"

    values: Sequence[str | Exception]
    asked: int = 0
    hangs: bool = False

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: NoSettings, context: Context) -> AsyncIterator[Self]:
        yield cls(())

    async def keys(self, owner: str) -> Sequence[str]:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        for value in self.values:
            if isinstance(value, Exception):
                raise value
        return [str(value) for value in self.values]


@define
class Scripted:
    """A server that gives the answers it was told to, the last one again and again."""

    base_url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = Factory(list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = Factory(list)

    def answer(self, status: int, body: bytes | str = b"{}", **headers: str) -> None:
        given = {"Content-Type": "application/json; charset=UTF-8"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, given, body.encode() if isinstance(body, str) else body))

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append((request.method, str(request.rel_url), dict(request.headers), body))
        status, headers, content = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, headers=headers, body=content)


@pytest.fixture
def keys() -> GivenKeys:
    return GivenKeys(["test-key-1"])


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeGoogle]:
    async with FakeGoogle.running(clock=clock) as fake:
        yield fake


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base_url = f"http://127.0.0.1:{site.port}/v1"
    yield server
    await runner.cleanup()


@pytest.fixture
def opened(clock: Clock, keys: GivenKeys) -> Opened:
    """Open the backend with settings of the test's own."""

    @asynccontextmanager
    async def given(name: str) -> AsyncIterator[KeySource]:
        yield keys

    def open_with(**settings: Any) -> AbstractAsyncContextManager[GoogleBackend]:
        context = Context(Config(), clock, lambda event: None, given)
        settings["base_url"] = BaseUrl(settings.get("base_url", DEFAULT_URL))
        return GoogleBackend.open(GoogleSettings(**settings), context)

    return open_with


@pytest.fixture
async def google(fake: FakeGoogle, opened: Opened) -> AsyncIterator[GoogleBackend]:
    async with opened(base_url=fake.base_url) as backend:
        yield backend


@define
class Discovery:
    """Google's own description of the REST API, and a strict reading of it."""

    document: dict[str, Any]

    @property
    def methods(self) -> dict[str, Any]:
        resource = self.document["resources"]["places"]
        return resource["methods"] | resource["resources"]["photos"]["methods"]  # type: ignore[no-any-return]

    def faults(self, schema: str, obj: Any) -> list[str]:
        """List what in `obj` the schema does not know or not allow."""
        return list(self._faults({"$ref": SCHEMA + schema}, obj, schema))

    def request_faults(self, method: str, verb: str, target: str) -> list[str]:
        """List what is wrong with a request's verb, path and parameters."""
        known = self.methods[method]
        path, _, query = f"v1{target}".partition("?")
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(known["flatPath"]))
        faults = [] if known["httpMethod"] == verb else [f"verb {verb}"]
        faults += [] if re.fullmatch(pattern, path) else [f"path {path}"]
        name = known["parameters"].get("name", {}).get("pattern", "")
        faults += (
            [] if not name or re.fullmatch(name, unquote(path.removeprefix("v1/"))) else [f"name {path}"]
        )
        parameters = self.document["parameters"] | known["parameters"]
        for key, values in parse_qs(query, keep_blank_values=True).items():
            faults += [] if key in parameters and len(values) == 1 else [f"parameter {key}={values}"]
        return faults

    def bad_paths(self, schema: str, mask: str) -> list[str]:
        """List the paths of a mask that lead to nothing."""
        return [path for path in mask.split(",") if path != "*" and not self._exists(SCHEMA + schema, path)]

    def paths(self, schema: str, depth: int = 3, prefix: str = "") -> Iterator[str]:
        """Walk the paths that a mask for this message may hold."""
        for name, member in self.document["schemas"][schema].get("properties", {}).items():
            yield f"{prefix}{name}"
            inner = member.get("items", member).get("$ref")
            if inner and depth > 1:
                yield from self.paths(inner, depth - 1, f"{prefix}{name}.")

    def _exists(self, schema: str, path: str) -> bool:
        name, _, rest = path.partition(".")
        member = self.document["schemas"][schema].get("properties", {}).get(name)
        if member is None or not rest:
            return member is not None
        inner = member.get("items", member).get("$ref")
        return inner is not None and self._exists(inner, rest)

    def _faults(self, schema: dict[str, Any], obj: Any, at: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self.document["schemas"][schema["$ref"]]
        if schema["type"] == "array":
            for number, each in enumerate(obj) if isinstance(obj, list) else ():
                yield from self._faults(schema["items"], each, f"{at}[{number}]")
            if not isinstance(obj, list):
                yield f"{at}: no list: {obj!r}"
        elif schema["type"] == "object":
            yield from self._object_faults(schema["properties"], obj, at)
        else:
            yield from _scalar_faults(schema, obj, at)

    def _object_faults(self, members: dict[str, Any], obj: Any, at: str) -> Iterator[str]:
        if not isinstance(obj, dict):
            yield f"{at}: no object: {obj!r}"
            return
        for name, value in obj.items():
            if name in members:
                yield from self._faults(members[name], value, f"{at}.{name}")
            else:
                yield f"{at}.{name}: unknown"


def _scalar_faults(schema: dict[str, Any], obj: Any, at: str) -> Iterator[str]:
    wanted = SCALARS["string" if schema.get("format") == "int64" else schema["type"]]
    if not isinstance(obj, wanted) or (isinstance(obj, bool) and wanted is not bool):
        yield f"{at}: no {schema['type']}: {obj!r}"
    if "enum" in schema and obj not in schema["enum"]:
        yield f"{at}: not in the enumeration: {obj!r}"


@pytest.fixture(scope="session")
def discovery() -> Discovery:
    raw = files("googleapiclient").joinpath("discovery_cache/documents/places.v1.json").read_bytes()
    return Discovery(loads(raw))
