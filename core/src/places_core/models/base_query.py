"""What all queries have in common: they report every fault at once, and have a canonical key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

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
    """Accept text, too; the query parses it, because it knows the class of the answer."""
    return value  # type: ignore[return-value]


MASK_MARKS: Mapping[str, Any] = {"check": mask, "elsewhere": True}


def _checker(cls: type) -> Callable[[Any], list[Fault]]:
    """Generate the function that checks the attributes that differ from their defaults.

    Without a loop it takes a third of the time: most attributes are left at their defaults.
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


@frozen(slots=False)  # so that a copy with the same key can do without its members until they are needed
class BaseQuery:
    """A query, validated when it is created; raises `InvalidRequest` with every fault."""

    operation: ClassVar[str]
    _faults: ClassVar[Callable[[Any], list[Fault]]]

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        cls._faults = _checker(cls)

    def __attrs_post_init__(self) -> None:
        if faults := self._faults() or self._conflicts():
            raise InvalidRequest.of(faults)

    if not TYPE_CHECKING:  # a type checker must not believe that every attribute exists

        def __getattr__(self, name: str) -> Any:
            deferred = self.__dict__.pop("_deferred", None)
            if deferred is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            make, *args = deferred
            self.__dict__.update(make(*args) | self.__dict__)
            return getattr(self, name)

    def _conflicts(self) -> Sequence[Fault]:
        """Return the faults of fields that are valid individually but not together."""
        return ()

    @cached_property
    def cache_key(self) -> str:
        """The same text for every spelling of the same question."""
        return canonical_key(self)

    @cached_property
    def shared_key(self) -> str | None:
        """The cache key; None when one caller's answer may not serve another."""
        return canonical_key(self) if self.shareable else None

    @property
    def shareable(self) -> bool:
        """Whether one caller's answer may serve another: not for images, nor within a billed session."""
        return True


@frozen(slots=False)
class MaskedQuery(BaseQuery):
    """A query with a field mask."""

    answers: ClassVar[type]
    """The class of the answer."""
    fields: FieldMask

    def __attrs_post_init__(self) -> None:
        given: object = self.fields
        if isinstance(given, str):
            try:
                object.__setattr__(self, "fields", FieldMask.parse(given, self.answers))
            except InvalidRequest as error:  # reported together with all other faults
                object.__setattr__(self, "fields", error)
        if faults := self._faults() or self._conflicts():
            raise InvalidRequest.of(faults)
