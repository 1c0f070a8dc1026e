"""For the tests of plugins and of programs: contract suites to inherit, working fakes, and a clock.

The contract suites need pytest; the fakes do not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .backend import FAKE_PLACES, FakeBackend, fake_place
from .cache import FakeCache
from .clock import FakeClock
from .install import install_plugin
from .process import ServedProcess, served
from .stack import GivenPlugin, fake_places


if TYPE_CHECKING:
    from .contracts import BackendContract, BreakerContract, CacheContract, LimiterContract, MetricsContract

__all__ = [
    "FAKE_PLACES",
    "BackendContract",
    "BreakerContract",
    "CacheContract",
    "FakeBackend",
    "FakeCache",
    "FakeClock",
    "GivenPlugin",
    "LimiterContract",
    "MetricsContract",
    "ServedProcess",
    "fake_place",
    "fake_places",
    "install_plugin",
    "served",
]


def __getattr__(name: str) -> Any:
    """Import the contract suites when one is used."""
    if not name.endswith("Contract"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("pytest").register_assert_rewrite(f"{__name__}.contracts")
    return getattr(import_module(f"{__name__}.contracts"), name)
