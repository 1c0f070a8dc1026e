"""The base of all contract suites."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from ..clock import FakeClock


Wait = Callable[[float], Awaitable[None]]


class Contract:
    """A suite whose tests a subclass can add to, but not weaken."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for base in cls.__mro__[1:]:
            weakened = [name for name in vars(cls) if name.startswith("test_") and name in vars(base)]
            if weakened:
                raise TypeError(f"{cls.__name__} overrides {', '.join(weakened)} of {base.__name__}")

    @pytest.fixture
    def clock(self) -> FakeClock:
        """The clock to open the provider with."""
        return FakeClock()

    @pytest.fixture
    def wait(self, clock: FakeClock) -> Wait:
        """Lets seconds pass; override it for a provider that uses another clock."""
        return clock.advance
