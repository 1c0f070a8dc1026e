"""Which plain values, and which texts from the environment, a setting takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest
from attrs import field, frozen, make_class

from places_core.config import settings_of
from places_core.convert import configure_settings, converter
from places_core.convert.values import InvalidValue, Text, structure
from places_core.errors import ConfigError
from places_core.settings import Config, above


class Mode(StrEnum):
    FAST = "fast"
    CHEAP = "cheap"


class Level(IntEnum):
    LOW = 1


class Colour(Enum):
    RED = "red"


SETTINGS = converter(configure_settings)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (float, 5, 5.0),
        (Path, "/x", Path("/x")),
        (bytes, b"x", b"x"),
        (Any, object, object),
        (Mode, "FAST", Mode.FAST),
        (Mode, Mode.CHEAP, Mode.CHEAP),
        (Level, 1, Level.LOW),
        (Colour, "Red", Colour.RED),
        (Literal["a", "A"], "a", "a"),
        (Literal[1, True], True, True),
        (list[int], (1, 2), [1, 2]),
        (set[str], ["a"], {"a"}),
        (Set[str], {"a"}, frozenset("a")),
        (Sequence[float], [1], (1.0,)),
        (tuple[Mode, ...], ["fast"], (Mode.FAST,)),
        (Mapping[str, float], {"a": 1}, {"a": 1.0}),
        (dict[str, dict[str, Any]], {"a": {"b": None}}, {"a": {"b": None}}),
        (int | None, None, None),
        (int | str, "5", "5"),
        (bool | int, 1, 1),
        (str | tuple[str, ...], ["a"], ("a",)),
    ],
)
def test_a_value_that_fits_is_taken(kind: Any, value: object, expected: object) -> None:
    found = structure(value, kind, SETTINGS)

    assert (type(expected), expected) == (type(found), found)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (str, " a ", " a "),
        (int, " 5", 5),
        (float, "1e3", 1000.0),
        (bool, "Off", False),
        (Path, "x", Path("x")),
        (Mode, "fast", Mode.FAST),
        (Level, "1", Level.LOW),
        (Literal[1, 2], "2", 2),
        (tuple[int, ...], "1, 2,", (1, 2)),
        (dict[str, tuple[int, ...]], '{"a": [1]}', {"a": (1,)}),
        (dict, '{"a": 1}', {"a": 1}),
        (int | str, "5", 5),
        (int | str, "five", "five"),
        (int | None, " ", None),
        (str | None, "none", "none"),
        (str | tuple[str, ...], "auto", "auto"),
        (str | tuple[str, ...], "a,b", ("a", "b")),
        (int | tuple[int, ...] | None, "5", (5,)),
    ],
)
def test_a_text_that_can_be_read_is_taken(kind: Any, text: str, expected: object) -> None:
    found = structure(Text(text), kind, SETTINGS)

    assert (type(expected), expected) == (type(found), found)


@pytest.mark.parametrize(
    ("kind", "value", "allowed"),
    [
        (str, 5, "text"),
        (int, True, "a whole number"),
        (int, 1.0, "a whole number"),
        (int, "5", "a whole number"),
        (int, Text("5.0"), "a whole number"),
        (float, float("nan"), "a number"),
        (float, Text("inf"), "a number"),
        (float, 10**400, "a number"),
        (bool, 1, "true or false"),
        (bool, Text("2"), "true or false"),
        (Path, 5, "a path"),
        (bytes, 5, "bytes"),
        (Mode, "slow", "one of fast, cheap"),
        (Level, True, "one of 1"),
        (Literal["a", "A"], "b", "one of a, A"),
        (list[int], "12", "a list of a whole number"),
        (list[int], {1: 2}, "a list of a whole number"),
        (dict[str, int], Text("[1]"), "a table"),
        (dict[str, int], [("a", 1)], "a table"),
        (Config, 5, "a table"),
        (Config, Text("{}"), "a table"),
    ],
)
def test_nothing_is_taken_for_something_else(kind: Any, value: object, allowed: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        structure(value, kind, SETTINGS)

    assert allowed == raised.value.allowed


@frozen
class Inner:
    size: int
    secret: str = field(default="", repr=False)


@frozen
class Outer:
    class_: str
    token: str = field(repr=False)
    inner: Inner
    ttl: float = above(0, 1.0)
    low: int = 1
    high: int = field(default=9)

    @high.validator
    def _above_low(self, _: object, value: int) -> None:
        if value <= self.low:
            raise ValueError("high must be above low")


class Provider:
    name = "outer"
    Settings = Outer


def test_a_section_names_every_fault_in_it_by_its_path() -> None:
    section = {"class": 5, "ttl": 0, "inner": {"secret": 7}, "unknown": 1}

    with pytest.raises(ConfigError) as raised:
        settings_of(Provider, Config(plugins={"outer": section}))

    assert (
        "plugins.outer.class: got 5; allowed: text",
        "plugins.outer.token: is not set and has no default; allowed: text",
        "plugins.outer.inner.size: is not set and has no default; allowed: a whole number",
        "plugins.outer.inner.secret: got ***; allowed: text",
        "plugins.outer.ttl: got 0; allowed: above 0",
    ) == raised.value.faults


def test_what_is_missing_in_a_section_that_is_missing_is_named_too() -> None:
    with pytest.raises(ConfigError) as raised:
        settings_of(Provider, Config(plugins={"outer": {"class": "x", "token": "t"}}))

    expected = "plugins.outer.inner.size: is not set and has no default; allowed: a whole number"
    assert (expected,) == raised.value.faults


def test_what_does_not_go_together_is_found_when_all_is_well_alone() -> None:
    section = {"class": "x", "token": "t", "inner": {"size": 1}, "low": 9}

    with pytest.raises(ConfigError) as raised:
        settings_of(Provider, Config(plugins={"outer": section}))

    assert ("plugins.outer: high must be above low",) == raised.value.faults


def test_a_type_that_nobody_registered_takes_its_instances_only() -> None:
    kind = make_class("Holder", {"moment": field(type=complex)})

    assert 1j == SETTINGS.structure({"moment": 1j}, kind).moment
    with pytest.raises(ExceptionGroup):
        SETTINGS.structure({"moment": "1j"}, kind)
