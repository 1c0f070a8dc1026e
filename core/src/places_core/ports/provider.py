"""What every provider has in common, and what the stack hands to one that opens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Self

from attrs import field, frozen

from ..clock import Clock
from ..errors import PluginError
from ..events import Event
from ..settings import Config


@frozen
class NoSettings:
    """The settings of a provider that has none."""


class Provider(ABC):
    """The base class of all providers."""

    name: ClassVar[str]
    Settings: ClassVar[type] = NoSettings

    @classmethod
    @abstractmethod
    def open(cls, settings: Any, context: Context) -> AbstractAsyncContextManager[Self]:
        """Open the provider; `settings` is an instance of `cls.Settings`."""


class KeySource(Provider):
    """A source of API keys."""

    @abstractmethod
    async def keys(self, owner: str) -> Sequence[str]:
        """Return the keys that the backend `owner` may use now.

        Asked about twice a second while requests run, so that a key can be replaced without a restart: keep
        what is slow to fetch. An error, or no answer within a second, costs a warning, and the previous keys
        stay in use.
        """


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
    """What the providers of one plugin share within one stack, such as a pool, by a key of their own."""
