"""Ask the backends in order until one can answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy

from attrs import define, field, frozen

from ..answer import Answer
from ..clock import Clock
from ..deadline import TimeLimit, time_left
from ..errors import (
    NotFound,
    NotSupported,
    PlacesError,
    QuotaExhausted,
    RateLimited,
    TooExpensive,
    Unavailable,
)
from ..events import Event, FellBack, Trace
from ..models import Details, PhotoMedia, Query
from ..ports import Backend
from . import Proceed
from .envelope import is_empty
from .load_context import LoadContext, load


_FALLING = (Unavailable, RateLimited, QuotaExhausted, TooExpensive)
"""After these, the next backend is asked; once one has found nothing, any error just ends the search."""


@frozen
class Branch:
    """One backend, and the stages in front of it."""

    backend: Backend
    proceed: Proceed
    offers: frozenset[str] = field(init=False)

    @offers.default
    def _offered(self) -> frozenset[str]:
        return frozenset(self.backend.offers())


@define
class Fallback:
    branches: Sequence[Branch]
    deadline: float
    """How many seconds one query may take across all backends."""
    on_empty: bool
    """Whether the next backend is asked if one finds nothing."""
    clock: Clock
    report: Callable[[Event], None]

    async def __call__(self, query: Query) -> Answer:
        fitting = self._fitting(query)
        context = LoadContext(fair=self.deadline / len(fitting) / 2)
        token = load.set(context)
        try:
            answer = await self._first(query, fitting, context)
        except PlacesError as error:
            error.trace = Trace(context.backend)
            context.note(error.trace)
            raise
        finally:
            load.reset(token)
        context.note(answer.trace)
        return answer

    async def _first(self, query: Query, branches: Sequence[Branch], context: LoadContext) -> Answer:
        errors: list[PlacesError] = []
        empty: Answer | None = None
        for position, branch in enumerate(branches, start=1):
            context.backend, left = branch.backend.name, branches[position:]
            try:
                answer = await (
                    self._in_its_share(branch, query, len(left)) if left else branch.proceed(query)
                )
            except PlacesError as error:
                if empty is None and not isinstance(error, _FALLING):
                    raise
                errors.append(error)
                self._note(type(error).__name__, str(error), branch, left, context)
                continue
            if not (self.on_empty and left and is_empty(answer.body)):
                return answer
            empty = answer
            self._note("empty", "", branch, left, context)
        if empty is not None:
            return empty
        telling = _telling(errors)
        context.backend = branches[telling].backend.name
        raise _combined(errors, telling, context.fallbacks)

    async def _in_its_share(self, branch: Branch, query: Query, others: int) -> Answer:
        """Share the time left evenly with the backends that may still be asked."""
        with TimeLimit(time_left() / (others + 1), self.clock):
            return await branch.proceed(query)

    def _note(
        self, reason: str, detail: str, failed: Branch, left: Sequence[Branch], context: LoadContext
    ) -> None:
        why = f"{reason}: {detail}" if detail else reason
        context.tried.append(failed.backend.name)
        context.fallbacks.append(f"{failed.backend.name}: {why}")
        if left:
            self.report(FellBack(failed.backend.name, left[0].backend.name, reason, detail))

    def _fitting(self, query: Query) -> Sequence[Branch]:
        offering = [b for b in self.branches if query.operation in b.offers]
        if not offering:
            raise self._not_offered(query.operation)
        if isinstance(query, (Details, PhotoMedia)):
            owners = [b for b in offering if b.backend.owns(query.place_id)]
            if not owners:
                raise self._unknown(query.place_id, offering)
            return owners
        token = getattr(query, "page_token", None)
        return offering if token is None else [self._page_owner(token, offering)]

    def _page_owner(self, token: str, offering: Sequence[Branch]) -> Branch:
        for branch in offering:
            if branch.backend.owns_page(token):
                return branch
        raise offering[0].backend.unknown_page(token)

    def _not_offered(self, operation: str) -> NotSupported:
        names = " and ".join(b.backend.name for b in self.branches)
        offers = sorted({offer for b in self.branches for offer in b.backend.offers()})
        return NotSupported(f"{operation} is not offered by {names}.", offers=offers)

    def _unknown(self, place_id: str, offering: Sequence[Branch]) -> NotFound:
        names = " or ".join(b.backend.name for b in offering)
        return NotFound(f"{place_id!r} is not an id of {names}. Take ids from the answer to a search.")


def _telling(errors: Sequence[PlacesError]) -> int:
    """Return the place of the error whose class says what to do: the first after which a retry may help."""
    return next((at for at, error in enumerate(errors) if not isinstance(error, TooExpensive)), 0)


def _combined(errors: Sequence[PlacesError], telling: int, reasons: Sequence[str]) -> PlacesError:
    """Return one of the errors; if there are several, its message gives each one's reason."""
    if len(errors) == 1:
        return errors[0]
    error = copy(errors[telling])
    error.args = ("; ".join(reason.removesuffix(".") for reason in reasons) + ".",)
    error.__cause__ = errors[telling]
    return error
