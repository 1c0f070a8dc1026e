"""When a failing backend is not called."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

from .provider import Provider


BreakerState = Literal["closed", "open", "half-open"]


class Breaker(Provider):
    """Opens a circuit for each failing backend, so that it is not called for a while."""

    in_process: ClassVar[bool] = False
    """Whether it judges in the memory of this process, so that it never makes anybody wait."""

    @abstractmethod
    async def acquire(self, name: str) -> object:
        """Return a permit for one call, or raise `CircuitOpen`; release each permit once."""

    @abstractmethod
    async def release(self, permit: object, error: BaseException | None) -> None:
        """Report how the call ended: None for success; a cancelled call does not count."""

    @abstractmethod
    async def state(self, name: str) -> BreakerState:
        """Return the state of the circuit of `name`."""

    def left(self, name: str) -> float:
        """Return for how many seconds calls to `name` are refused; 0 if one may pass.

        Readiness asks this often, so it must do no I/O: answer with what this process knows. The default says
        that a call may pass, so a stack with such a breaker is always ready.
        """
        return 0.0
