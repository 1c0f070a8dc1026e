"""What all queries have in common: every fault is named at once, and a key tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from attrs import field, fields, frozen

from ..convert.schema import camel
from ..errors import Fault, InvalidRequest
from .cache_key import canonical_key
from .field_mask import FieldMask
from .validators import Check, area, mask


def checked(check: Check, default: Any = None, **marks: Any) -> Any:
    """Declare a keyword-only attribute that `check` verifies."""
    return field(default=default, kw_only=True, metadata={"check": check, **marks})


def one_of_shapes(shapes: Mapping[str, type], *, hard: bool = False) -> Any:
    """Declare an area, which is wrapped on the wire in the name of its shape."""
    return checked(area(shapes, hard=hard), oneof=shapes)


def as_mask(value: str | FieldMask) -> FieldMask:
    """Leave a text for the query to parse, which knows what it masks."""
    return value  # type: ignore[return-value]


MASK_MARKS: Mapping[str, Any] = {"check": mask, "elsewhere": True}


def _checker(cls: type) -> Callable[[Any], list[Fault]]:
    """Generate the function that checks what is not left at its default.

    Line by line it takes a third of the time of a loop over the attributes, most of which are defaults.
    """
    scope: dict[str, Any] = {}
    lines = ["def check(query):", "    faults = []"]
    for each in fields(cls):
        if check := each.metadata.get("check"):
            name = each.metadata.get("name", camel(each.name))
            scope |= {f"check_{each.name}": check, f"default_{each.name}": each.default}
            lines.append(f"    if (value := query.{each.name}) is not default_{each.name}:")
            lines.append(f"        faults += check_{each.name}({name!r}, value)")
    exec("\n".join([*lines, "    return faults"]), scope)  # noqa: S102
    generated: Callable[[Any], list[Fault]] = scope["check"]
    return generated


@frozen
class Question:
    """A query, checked when it is made; raises `InvalidRequest` with all that is wrong with it."""

    operation: ClassVar[str]
    _faults: ClassVar[Callable[[Any], list[Fault]]]

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        cls._faults = _checker(cls)

    def __attrs_post_init__(self) -> None:
        if faults := self._faults() or self._conflicts():
            raise InvalidRequest.of(faults)

    def _conflicts(self) -> Sequence[Fault]:
        """Return what is wrong although each field by itself is right."""
        return ()

    @cached_property
    def cache_key(self) -> str:
        """The same text for every spelling of the same question."""
        return canonical_key(self)

    @cached_property
    def shared_key(self) -> str | None:
        """The cache key; None when one caller's answer may not serve another."""
        return self.cache_key if self.shareable else None

    @property
    def shareable(self) -> bool:
        """Whether one caller's answer may serve another: not for images, nor within a billed session."""
        return True


@frozen
class MaskedQuestion(Question):
    """A query that says which fields of the answer it wants."""

    answers: ClassVar[type]
    """What comes back."""
    fields: FieldMask

    def __attrs_post_init__(self) -> None:
        given: object = self.fields
        if isinstance(given, str):
            try:
                object.__setattr__(self, "fields", FieldMask.parse(given, self.answers))
            except InvalidRequest as error:  # to be told together with all other faults
                object.__setattr__(self, "fields", error)
        if faults := self._faults() or self._conflicts():
            raise InvalidRequest.of(faults)
