"""What a plugin writes: one abstract class for each slot, and the few values that pass through them.

A provider is a class with a `name`, a `Settings` class (attrs; secrets with `repr=False`) and `open`,
an async context manager: what it acquires there, it releases there.
"""

from __future__ import annotations

import argparse
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

from attrs import field, frozen

from .clock import Clock
from .errors import InvalidRequest, NotSupported, PluginError
from .events import Event
from .wire import dumps


if TYPE_CHECKING:
    from .models import Autocomplete, Details, NearbySearch, PhotoMedia, Query, TextSearch
    from .settings import Config

OPERATIONS = ("search_text", "search_nearby", "details", "photo", "autocomplete")


@frozen
class NoSettings:
    """The settings of a provider that has none."""


def _no_key_source(name: str) -> AbstractAsyncContextManager[KeySource]:
    raise PluginError(f"There is no key source {name!r} in this context.")


@frozen
class Context:
    """What the stack hands to a provider that opens."""

    config: Config
    clock: Clock
    report: Callable[[Event], None]
    key_source: Callable[[str], AbstractAsyncContextManager[KeySource]] = _no_key_source
    """Opens a key source by its name."""
    shared: dict[Any, Any] = field(factory=dict, repr=False, eq=False)
    """What the providers of one plugin share within one stack, such as a pool, under a key of their own."""


class Provider(ABC):
    """What all slots but that of the adapters have in common."""

    name: ClassVar[str]
    Settings: ClassVar[type] = NoSettings

    @classmethod
    @abstractmethod
    def open(cls, settings: Any, context: Context) -> AbstractAsyncContextManager[Self]:
        """Give the working provider; `settings` is an instance of `cls.Settings`."""


@frozen
class Reply:
    """What a backend answers: bytes, for JSON already projected to the query's mask."""

    body: bytes
    content_type: str = "application/json"

    @classmethod
    def of_places(
        cls,
        places: Iterable[Mapping[str, Any]],
        query: TextSearch | NearbySearch,
        next_page_token: str | None = None,
    ) -> Self:
        """Answer a search with places in Google's JSON; the query's mask keeps what was asked for."""
        whole: dict[str, Any] = {"places": list(places)}
        if next_page_token:
            whole["nextPageToken"] = next_page_token
        return cls.of_json(whole, query)

    @classmethod
    def of_json(
        cls, whole: Mapping[str, Any], query: TextSearch | NearbySearch | Details | Autocomplete
    ) -> Self:
        """Answer with an object in Google's JSON, of which the query's mask keeps what was asked for.

        Lists that are empty are left out, as Google does: nothing found is `{}`.
        """
        return cls(dumps(query.fields.project({name: each for name, each in whole.items() if each != []})))


@frozen
class Terms:
    """How long which fields of a backend may be kept, in seconds, and whom to name beside them."""

    attribution: str = ""
    attribution_uri: str = ""
    keep_ids: float = math.inf
    keep_coordinates: float = math.inf
    keep_content: float = math.inf


@frozen
class Health:
    """Whether a provider could do its work right now, and what a person should know about it."""

    ok: bool
    detail: str = ""


class Backend(Provider):
    """Where the places come from. Implement the operations you offer, and leave out the others."""

    terms: Terms = Terms()
    embedded: ClassVar[bool] = False
    """Whether it answers within this process: nothing has to be spared then, and `auto` sets no limit."""

    @classmethod
    def offers(cls) -> tuple[str, ...]:
        """Name the operations that this backend implements."""
        return tuple(name for name in OPERATIONS if getattr(cls, name) is not getattr(Backend, name))

    async def search_text(self, query: TextSearch) -> Reply:
        raise self._not_offered("search_text")

    async def search_nearby(self, query: NearbySearch) -> Reply:
        raise self._not_offered("search_nearby")

    async def details(self, query: Details) -> Reply:
        raise self._not_offered("details")

    async def photo(self, query: PhotoMedia) -> Reply:
        raise self._not_offered("photo")

    async def autocomplete(self, query: Autocomplete) -> Reply:
        raise self._not_offered("autocomplete")

    async def health(self) -> Health:
        """Say whether questions could be answered, without asking a billed one."""
        return Health(ok=True)

    def owns(self, place_id: str) -> bool:
        """Whether this backend gave out `place_id`; by default any."""
        return True

    def owns_page(self, page_token: str) -> bool:
        """Whether this backend gave out `page_token`; by default any."""
        return True

    def tier(self, query: Query) -> str | None:
        """Name the billing tier that `query` falls into, None where nothing is billed."""
        return None

    def unknown_page(self, page_token: str) -> InvalidRequest:
        """Make the error for a page token that does not belong to the query."""
        allowed, hint = "the nextPageToken of an answer to the same query", "Ask for the first page again"
        return InvalidRequest("pageToken", page_token, allowed, hint=hint)

    def _not_offered(self, operation: str) -> NotSupported:
        return NotSupported(f"The backend {self.name!r} does not offer {operation}.", offers=self.offers())


class Cache(Provider):
    """Keeps bytes under text keys for a while."""

    def peek(self, key: str) -> bytes | None:
        """Give what lies in the memory of this process, without any I/O; None where nothing does."""
        return None

    @abstractmethod
    async def get(self, key: str) -> bytes | None:
        """Give what was stored and has not expired."""

    @abstractmethod
    async def set(self, key: str, value: bytes, ttl: float) -> None:
        """Store `value` for `ttl` seconds, more than 0."""

    @abstractmethod
    async def delete(self, key: str) -> bool:
        """Forget one key, and say whether it was there."""

    @abstractmethod
    async def clear(self, pattern: str = "*") -> int:
        """Forget the keys that match a shell pattern, and say how many those were."""

    @abstractmethod
    async def stats(self) -> Mapping[str, float]:
        """Count `entries`, `bytes` and `evictions`, as far as the provider knows them."""


class Permit(NamedTuple):
    """A limiter let a call pass; `reset_after` is in seconds, until the limit is whole again."""

    limit: int
    remaining: int
    reset_after: float


class Limiter(Provider):
    """Says how many calls may pass, for each key."""

    @abstractmethod
    async def acquire(self, key: str, cost: int = 1) -> Permit:
        """Let a call of `cost` pass, or raise `RateLimited` with the exact wait."""

    @abstractmethod
    async def peek(self, key: str) -> Permit:
        """Say what is left, and take nothing."""

    @abstractmethod
    async def reset(self, key: str) -> None:
        """Make the limit whole again."""


BreakerState = Literal["closed", "open", "half-open"]


class Breaker(Provider):
    """Leaves a failing backend alone for a while."""

    @abstractmethod
    async def acquire(self, name: str) -> object:
        """Give a permit for one call, or raise `CircuitOpen`; each permit must be released once."""

    @abstractmethod
    async def release(self, permit: object, error: BaseException | None) -> None:
        """Tell how the call ended: None for success; a cancelled call is no verdict."""

    @abstractmethod
    async def state(self, name: str) -> BreakerState:
        """Say in which state the breaker of `name` is."""


class Metrics(Provider):
    """Receives what happened; must not block and must not raise."""

    @abstractmethod
    def record(self, event: Event) -> None:
        """Take note of one event."""

    def snapshot(self) -> Mapping[str, float]:
        """Give the figures so far, where the provider keeps any in process."""
        return {}


class KeySource(Provider):
    """Where API keys come from."""

    @abstractmethod
    async def keys(self, owner: str) -> Sequence[str]:
        """Give the keys that the backend `owner` may use now.

        Asked about twice a second while requests run, so that a key can be replaced without a restart: keep
        what is slow to fetch. An error costs a warning, and the keys given before stay in use.
        """


class Adapter(ABC):
    """How the outside reaches the stack: what `places serve NAME` starts."""

    name: ClassVar[str]
    summary: ClassVar[str]

    @classmethod
    @abstractmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Declare the options of `places serve NAME`; none of them may have a default."""

    @classmethod
    @abstractmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        """Run until stopped by a signal, and give the exit code."""
