"""Places: settings, plugins and pipeline, opened and closed together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from .assembly import assemble
from .clock import Clock, SystemClock
from .config import load_config
from .errors import InvalidRequest
from .models import (
    Answer,
    Autocomplete,
    Circle,
    Details,
    LatLng,
    NearbySearch,
    PhotoMedia,
    Query,
    TextSearch,
)
from .parts import Parts
from .pipeline import Proceed
from .pipeline.admit import caller as current_caller
from .plugins import Plugins
from .settings import Config
from .spellings import Spellings


Point = LatLng | tuple[float, float]
Given = Mapping[str, Any] | str | Path | Config | None

NEAR = 2_000.0  # metres: a walk across a city centre


@define(eq=False)
class Places:
    """An opened stack: ask it, and read in `answer.trace` how the answer came about."""

    config: Config
    plugins: Plugins
    _parts: Parts = field(repr=False)
    _proceed: Proceed = field(repr=False)
    _spellings: Spellings = field(init=False, repr=False, factory=Spellings)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: Given = None,
        /,
        *,
        plugins: Plugins | None = None,
        clock: Clock | None = None,
        **overrides: Any,
    ) -> AsyncIterator[Self]:
        """Open a stack from a path, from a mapping shaped like the TOML file, or from what is lying around.

        `overrides` are settings of the top level, such as `backend="local"` or `cache={"ttl": 60}`.

        Raises:
            ConfigError: with every fault of every source.
            PluginError: a plugin that was named is missing or unfit.
        """
        plugins = Plugins.load() if plugins is None else plugins
        settled = load_config(config, overrides=overrides, plugins=plugins).config
        async with AsyncExitStack() as exits:
            parts, proceed = await assemble(settled, plugins, clock or SystemClock(), exits)
            yield cls(settled, plugins, parts, proceed)

    async def ask(self, query: Query, caller: str | None = None) -> Answer:
        """Answer any query; raises a `PlacesError` that says what to do.

        `caller` is whoever the adapter asks for, so that nobody takes more than `limiter.caller_rate`.
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
        """Find places that fit a text; `near` prefers those within `radius` metres, and excludes none.

        `more` takes the other fields of `TextSearch`, for example `included_type="cafe"`.
        """

        asked = (radius, limit, fields, *more.items())
        words = (text, near, asked)
        query = self._spellings.exact(words)
        if query is None:

            def made() -> TextSearch:
                bias = more.pop("location_bias", None) if near is None else _circle(near, radius)
                return TextSearch(text, fields=fields, page_size=limit, location_bias=bias, **more)

            query = self._spellings.query(words, made)
        return await self._proceed(query)

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
        """Tell about one place; raises `NotFound` where there is none of that id."""
        return await self.ask(Details(place_id, fields=fields, **more))

    async def photo(
        self, name: str, *, max_width: int | None = 1_600, max_height: int | None = None, **more: Any
    ) -> Answer:
        """Give the image in `answer.body`; `skip_http_redirect=True` gives its address instead."""
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
        """Propose what somebody who types `text` may be looking for."""
        if near is not None:
            more.setdefault("location_bias", _circle(near, radius))
            more.setdefault("origin", _point(near))
        return await self.ask(Autocomplete(text, fields=fields, **more))

    def ready(self) -> bool:
        """Whether a question would be put to at least one backend now; costs no I/O."""
        return self._parts.ready()

    async def status(self) -> dict[str, Any]:
        """Say how every part of the stack is doing, ready to be written as JSON."""
        return {"version": version("places-core"), **await self._parts.status()}


def _circle(center: Point, radius: float | None) -> Circle:
    return Circle(center=_point(center), radius=NEAR if radius is None else radius)


def _point(point: Point) -> LatLng:
    if isinstance(point, LatLng):
        return point
    try:
        latitude, longitude = point
    except (TypeError, ValueError):
        raise InvalidRequest("near", point, "a pair (latitude, longitude)") from None
    return LatLng(latitude=latitude, longitude=longitude)
