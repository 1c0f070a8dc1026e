"""Plain values into attrs classes, strictly: nothing is guessed, and every fault is found."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

import attrs

from ..text.redaction import MASK, without_passwords
from .kinds import UnfitError, describe, fit, parse


@attrs.frozen
class Setting:
    """One leaf of a tree of settings classes."""

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
        """Say which values will do."""
        limits = self.attribute.metadata.get("allowed")
        return f"{describe(self.kind)}, {limits}" if limits else describe(self.kind)

    def read(self, text: str) -> Any:
        """Turn text, as the environment carries it, into the plain value that this setting calls for."""
        return text if self.attribute.converter else parse(text, self.kind)

    def accept(self, value: Any) -> Any:
        """Give the value as the class will hold it, or raise `UnfitError`."""
        if self.attribute.converter:
            return value
        try:
            fitted = fit(value, self.kind)
        except UnfitError:
            raise UnfitError(self.allowed) from None
        self._validate(fitted)
        return fitted

    def fault(self, shown: str, allowed: str, place: str = "") -> str:
        """Word the fault of a value that was not accepted; `shown` is the value as it was written."""
        given = MASK if self.secret else without_passwords(shown)
        return f"{self.path}: got {given}{f' (from {place})' if place else ''}; allowed: {allowed}"

    def missing(self) -> str:
        """Word the fault of a required setting that nothing sets."""
        return f"{self.path}: is not set and has no default; allowed: {self.allowed}"

    def _validate(self, value: Any) -> None:
        if self.attribute.validator is None:
            return
        # A validator that looks at the neighbours cannot run alone: it runs when the whole is built.
        with contextlib.suppress(AttributeError):
            try:
                self.attribute.validator(object.__new__(self.owner), self.attribute, value)
            except (ValueError, TypeError) as error:
                raise UnfitError(self.attribute.metadata.get("allowed") or self._said(error)) from error

    def _said(self, error: Exception) -> str:
        """Quote a validator, unless it may quote a secret."""
        return self.allowed if self.secret else str(error.args[0] if error.args else error)


def settings_in(cls: type, prefix: str = "") -> Iterator[Setting]:
    """Walk the leaves of a settings class; sections are attributes that hold attrs classes."""
    hints = get_type_hints(cls)
    for attribute in attrs.fields(cls):
        kind, path = hints[attribute.name], f"{prefix}{_key(attribute)}"
        if attribute.init and _is_section(kind):
            yield from settings_in(kind, f"{path}.")
        elif attribute.init:
            yield Setting(path, kind, cls, attribute)


def build(cls: type, values: Mapping[str, Any], prefix: str = "") -> Any:
    """Build `cls` from accepted values by dotted path; raises `UnfitError` where they do not go together."""
    hints = get_type_hints(cls)
    given: dict[str, Any] = {}
    for attribute in attrs.fields(cls):
        name, path = str(attribute.alias), f"{prefix}{_key(attribute)}"
        if attribute.init and _is_section(hints[attribute.name]):
            given[name] = build(hints[attribute.name], values, f"{path}.")
        elif attribute.init and path in values:
            given[name] = values[path]
    try:
        return cls(**given)
    except (ValueError, TypeError) as error:
        raise UnfitError(str(error.args[0] if error.args else error)) from error


def _key(attribute: attrs.Attribute[Any]) -> str:
    """Name the setting; `class_` stands for `class`, which Python keeps to itself."""
    return str(attribute.alias).removesuffix("_")


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and attrs.has(kind)
