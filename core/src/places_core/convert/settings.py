"""Settings classes from tables: each attribute is read, then validated, so that every fault is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import attrs

from ..text.redaction import MASK
from .values import InvalidValue, Text, configure_values, describe, structure


if TYPE_CHECKING:
    from cattrs import Converter

_NOT_SET = object()
NAME = "NAME"
"""Stands, in the path of a setting, for the names in a table of sections."""


@attrs.frozen
class Setting:
    """One attribute of a settings class, or of a section within it."""

    path: str
    kind: Any
    owner: type
    attribute: attrs.Attribute[Any]

    @property
    def secret(self) -> bool:
        return self.attribute.repr is False

    @property
    def required(self) -> bool:
        return self.attribute.default is attrs.NOTHING

    @property
    def default(self) -> Any:
        """What holds where nothing is set; None for a required setting."""
        default: Any = self.attribute.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            return None if default.takes_self else default.factory()
        return None if self.required else default

    @property
    def allowed(self) -> str:
        """Which values are allowed, in words."""
        limits = self.attribute.metadata.get("allowed")
        return f"{describe(self.kind)}, {limits}" if limits else describe(self.kind)

    def read(self, converter: Converter, value: Any, _: Any = None) -> Any:
        """Return the value as the class holds it; raises `InvalidValue`."""
        if value is _NOT_SET:
            raise InvalidValue(self.allowed)
        if self.attribute.converter:
            return value
        given = value
        try:
            given = structure(value, self.kind, converter)
            if self.attribute.validator:
                # One that compares attributes cannot run alone: it runs when the instance is created.
                with suppress(AttributeError):
                    self.attribute.validator(object.__new__(self.owner), self.attribute, given)
        except Exception as error:  # noqa: BLE001  a hook of a plugin may fail in any way
            written = value if isinstance(value, Text) and not isinstance(given, str) else repr(value)
            is_open = not (self.secret or isinstance(error, ExceptionGroup))  # tables may hold secrets
            shown = written if is_open else MASK
            raise InvalidValue(self._said(error), shown) from None
        return given

    def _said(self, error: Exception) -> str:
        """Return what is allowed, in the words of the validator or hook unless they may reveal a secret."""
        if isinstance(error, InvalidValue):
            return self.allowed
        quoted = isinstance(error, (ValueError, TypeError)) and error.args and not self.secret
        limits: str | None = self.attribute.metadata.get("allowed")
        return limits or (str(error.args[0]) if quoted else self.allowed)


def configure_settings(converter: Converter) -> None:
    """Register how settings classes, and the values in them, are read."""
    configure_values(converter)
    converter.register_structure_hook_factory(attrs.has, lambda cls: _section(cls, converter))


def is_section(kind: Any, converter: Converter) -> bool:
    """Whether it is a settings class, and not a type that a plugin has registered a hook for."""
    return attrs.has(kind) and converter.get_structure_hook(kind).__module__ == __name__


def settings_in(cls: type, prefix: str = "", section: Callable[[Any], bool] = attrs.has) -> Iterator[Setting]:
    """Walk the attributes of a settings class, into those whose kind is a `section`, or a table of them.

    `class_` stands for `class`, which Python keeps to itself.
    """
    hints = get_type_hints(cls)
    for attribute in (each for each in attrs.fields(cls) if each.init):
        path, kind = prefix + str(attribute.alias).removesuffix("_"), hints[attribute.name]
        if section(kind):
            yield from settings_in(kind, f"{path}.", section)
        elif section(entry := _entry(kind)):
            yield from settings_in(entry, f"{path}.{NAME}.", section)
        else:
            yield Setting(path, kind, cls, attribute)


def faults_in(error: Exception, path: str) -> Iterator[str]:
    """Yield each fault in the section at `path`, behind the dotted path of the setting."""
    from cattrs import transform_error

    for line in transform_error(error, path, lambda cause, _: str(cause.args[0] if cause.args else cause)):
        words, _, attributes = line.rpartition(" @ ")
        dotted = ".".join(name.strip("_") for name in attributes.split(".") if name)
        yield f"{dotted or 'config'}: {words}"


def _entry(kind: Any) -> Any:
    """Return what a table with any names holds under each of them, None for other kinds."""
    return get_args(kind)[1] if get_origin(kind) is dict else None


def _section(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    @cache  # generated when there is something to read: most sections are never set
    def generated() -> Callable[[Any, Any], Any]:
        from cattrs import override
        from cattrs.gen import make_dict_structure_fn

        each: Any = {}
        for setting in settings_in(cls, section=lambda kind: False):
            each[setting.attribute.name] = override(
                rename=setting.path, struct_hook=_hook(setting, converter)
            )
        return make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=False, **each)

    def read(value: Any, _: Any) -> Any:
        table = {} if value is _NOT_SET else value
        if not isinstance(table, Mapping):
            raise InvalidValue("a table", repr(value))
        return generated()(defaultdict(lambda: _NOT_SET, table), cls)

    return read


def _hook(setting: Setting, converter: Converter) -> Callable[[Any, Any], Any] | None:
    if is_section(setting.kind, converter):
        return None
    if is_section(_entry(setting.kind), converter):
        return partial(_sections, converter=converter)
    return partial(setting.read, converter)


def _sections(value: Any, kind: Any, converter: Converter) -> dict[str, Any]:
    """Read a table of sections; the faults in it have the names as a part of their paths."""
    from cattrs import AttributeValidationNote, ClassValidationError

    sections: dict[str, Any] = {}
    faults: list[Exception] = []
    for name, each in ({} if value is _NOT_SET else value).items():
        try:
            sections[name] = structure(each, _entry(kind), converter)
        except (InvalidValue, ExceptionGroup) as error:
            error.add_note(AttributeValidationNote(f"in {name}", name, _entry(kind)))
            faults.append(error)
    if faults:
        raise ClassValidationError("invalid sections", faults, _entry(kind))
    return sections
