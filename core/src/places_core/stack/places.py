"""The class that opens a stack and answers queries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from ..answer import Answer
from ..clock import Clock, SystemClock
from ..config import load_config
from ..errors import InvalidRequest
from ..models import Autocomplete, Circle, Details, LatLng, NearbySearch, PhotoMedia, Query, TextSearch
from ..pipeline import Proceed
from ..pipeline.caller_limit import caller as current_caller
from ..pipeline.components import Components
from ..pipeline.single_flight import stack_closed
from ..plugins import Plugins
from ..settings import Config
from .assembly import assemble
from .checks import Checks
from .query_memo import QueryArgs, QueryMemo
from .status import is_ready, status_of


Point = LatLng | tuple[float, float]
Source = Mapping[str, Any] | str | Path | Config | None

DEFAULT_RADIUS = 2_000.0  # metres: a walk across a city centre


@define(eq=False)
class Places:
    """An opened stack; `answer.trace` says how each answer came about."""

    config: Config
    plugins: Plugins
    _components: Components = field(repr=False)
    _checks: Checks = field(repr=False)
    _proceed: Proceed = field(repr=False)
    _memo: QueryMemo = field(init=False, repr=False, factory=QueryMemo)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: Source = None,
        /,
        *,
        plugins: Plugins | None = None,
        clock: Clock | None = None,
        **overrides: Any,
    ) -> AsyncIterator[Self]:
        """Open a stack from a path, from a mapping shaped like the TOML file, or from the environment.

        `overrides` are settings of the top level, such as `backend="local"` or `cache={"ttl": 60}`.

        Raises:
            ConfigError: with every fault of every source.
            PluginError: a plugin that was named is missing or unfit.
        """
        plugins = Plugins.load() if plugins is None else plugins
        settled = load_config(config, overrides=overrides, plugins=plugins).config
        if plugins.is_strict:  # the settings have called the hook `places_converters`
            plugins.raise_on_failure()
        async with AsyncExitStack() as exits:
            components, proceed = await assemble(settled, plugins, clock or SystemClock(), exits)
            checks = Checks.of(components)
            exits.push_async_callback(checks.close)
            checks.begin()
            places = cls(settled, plugins, components, checks, proceed)
            try:
                yield places
            finally:
                places._proceed = _refused

    async def ask(self, query: Query, caller: str | None = None) -> Answer:
        """Answer any query; raises a `PlacesError` that says what to do.

        `caller` names on whose behalf the adapter asks; each caller is limited to `limiter.caller_rate`.
        """
        if caller is None:
            return await self._proceed(query)
        token = current_caller.set(caller)
        try:
            return await self._proceed(query)
        finally:
            current_caller.reset(token)

    async def search_text(
        self,
        text: str,
        *,
        near: Point | None = None,
        radius: float | None = None,
        limit: int | None = None,
        fields: str = "basic",
        **more: Any,
    ) -> Answer:
        """Find places that match a text; `near` prefers those within `radius` metres, and excludes none.

        `more` takes the other fields of `TextSearch`, for example `included_type="cafe"`.
        """
        args: QueryArgs
        if more:
            types = (type(limit), *map(type, more.values()))
            args = (text, near, (radius, limit, fields, *more.items()), types)
        else:
            args = (text, near, (radius, limit, fields), type(limit))
        return await self._proceed(self._memo.get_or_make(args, _text_search))

    async def search_nearby(
        self,
        center: Point,
        *,
        radius: float = 1_000.0,
        types: Sequence[str] = (),
        limit: int = 20,
        rank: str = "DISTANCE",
        fields: str = "basic",
        **more: Any,
    ) -> Answer:
        """Find the places of some types within `radius` metres, the nearest first.

        `rank="POPULARITY"` puts the best known first; `more` takes the other fields of `NearbySearch`.
        """
        more |= {"included_types": types, "max_result_count": limit, "rank_preference": rank}
        return await self.ask(NearbySearch(_circle(center, radius), fields=fields, **more))

    async def details(self, place_id: str, *, fields: str = "contact", **more: Any) -> Answer:
        """Return one place; raises `NotFound` if there is none with that id."""
        return await self.ask(Details(place_id, fields=fields, **more))

    async def photo(
        self, name: str, *, max_width: int | None = 1_600, max_height: int | None = None, **more: Any
    ) -> Answer:
        """Return the image in `answer.body`, or with `skip_http_redirect=True` its URI in `answer.photo`."""
        return await self.ask(PhotoMedia(name, max_width_px=max_width, max_height_px=max_height, **more))

    async def autocomplete(
        self,
        text: str,
        *,
        near: Point | None = None,
        radius: float | None = None,
        fields: str = "basic",
        **more: Any,
    ) -> Answer:
        """Complete what a user has typed so far."""
        if near is not None:
            more.setdefault("location_bias", _circle(near, radius))
            more.setdefault("origin", _point(near))
        return await self.ask(Autocomplete(text, fields=fields, **more))

    def ready(self) -> bool:
        """Return whether at least one backend is likely to answer; does no I/O.

        The circuit of such a backend lets a call pass, and its key is not known to be refused.
        """
        return self._proceed is not _refused and is_ready(self._components)

    async def status(self) -> dict[str, Any]:
        """Return how each part of the stack is doing, ready to be written as JSON."""
        if self._proceed is _refused:
            raise stack_closed()
        return {"version": version("places-core"), **await status_of(self._components, self._checks)}


async def _refused(query: Query) -> Answer:
    """Answer in place of the pipeline of a stack that is closed."""
    raise stack_closed()


def _text_search(args: QueryArgs) -> TextSearch:
    text, near, (radius, limit, fields, *rest), _ = args
    more: dict[str, Any] = dict(rest)
    bias = more.pop("location_bias", None) if near is None else _circle(near, radius)
    return TextSearch(text, fields=fields, page_size=limit, location_bias=bias, **more)


def _circle(center: Point, radius: float | None) -> Circle:
    return Circle(center=_point(center), radius=DEFAULT_RADIUS if radius is None else radius)


def _point(point: Point) -> LatLng:
    if isinstance(point, LatLng):
        return point
    try:
        latitude, longitude = point
    except (TypeError, ValueError):
        raise InvalidRequest("near", point, "a pair (latitude, longitude)") from None
    return LatLng(latitude=latitude, longitude=longitude)
