"""Field masks: which fields of an answer are asked for, in Google's syntax or by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, TypeAlias

import attrs

from ..convert.schema import camel, once, shape
from ..errors import MOST_FAULTS, Fault, InvalidRequest
from ..text import nearest


Tree: TypeAlias = "dict[str, Tree | None]"

_FEW = 12
_BASIC = (
    "id",
    "displayName",
    "formattedAddress",
    "location",
    "primaryType",
    "types",
    "businessStatus",
    "attributions",
)
_CONTACT = (
    *_BASIC,
    "nationalPhoneNumber",
    "internationalPhoneNumber",
    "websiteUri",
    "regularOpeningHours",
    "rating",
    "userRatingCount",
    "priceLevel",
    "googleMapsUri",
)
_NAMED = {"ids": ("id",), "basic": _BASIC, "contact": _CONTACT}
_PREDICTIONS = {"ids": ("suggestions.placePrediction.placeId",)}
NAMES = (*_NAMED, "full")
_SYNTAX = f"{', '.join(NAMES)}, * or paths separated by commas, without spaces"


@attrs.frozen
class FieldMask:
    """The paths asked for, as names on the wire; `str` gives the text to send to Google."""

    of: type
    """The class of the answer that it masks."""
    paths: tuple[str, ...]
    """Sorted, without paths that another one includes."""

    @classmethod
    def parse(cls, text: str, of: type) -> FieldMask:
        """Read `*`, `ids`, `basic`, `contact`, `full` or paths separated by commas, each of them checked.

        Raises: `InvalidRequest` with every path that `of`, the class of the answer, does not have.
        """
        return _parsed(text, of)

    def __str__(self) -> str:
        return ",".join(self.paths)

    @property
    def whole(self) -> bool:
        """Whether everything is asked for."""
        return self.paths == ("*",)

    def covers(self, path: str) -> bool:
        """Whether `path` is asked for with all that is in it."""
        name = camel(path)
        return self.whole or any(_within(name, asked) for asked in self.paths)

    def project(self, obj: Any) -> Any:
        """Keep what is asked for of an answer in Google's JSON."""
        return obj if self.whole else _kept(obj, self._tree)

    @cached_property
    def place_fields(self) -> frozenset[str]:
        """The fields of a place that are asked for, in whole or in part, by their JSON names."""
        if "suggestions" in shape(self.of):
            return frozenset()
        places = shape(self.of).get("places")
        known = frozenset(shape(places.kind if places else self.of))
        asked = self._tree.get("places", {}) if places else self._tree
        return known if asked is None else known & asked.keys()

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first name of every path, below the places of a search."""
        return frozenset(path.removeprefix("places.").partition(".")[0] for path in self.paths)

    @cached_property
    def _tree(self) -> Tree:
        return _nested(shape(self.of) if self.whole else self.paths)


@lru_cache(maxsize=1024)
def _parsed(text: str, of: type) -> FieldMask:
    if text in NAMES:
        return FieldMask(of, _least(_named(text, shape(of))))
    paths = text.split(",")
    if not all(paths) or re.search(r"\s", text):
        raise InvalidRequest("fields", text, _SYNTAX)
    faults = chain.from_iterable(_faults(path, of) for path in paths if path != "*")
    if found := [*islice(faults, MOST_FAULTS)]:
        if len(paths) == 1 and (named := nearest(text, NAMES)):
            raise InvalidRequest("fields", text, _SYNTAX, nearest=named)
        raise InvalidRequest.of(found)
    return FieldMask(of, ("*",) if "*" in paths else _least(map(camel, paths)))


def _named(name: str, members: Mapping[str, object]) -> Iterable[str]:
    if "suggestions" in members:
        return _PREDICTIONS.get(name, ("*",))
    if name == "full":
        return ("*",)
    if "places" not in members:
        return _NAMED[name]
    paging = ("nextPageToken",) if "nextPageToken" in members else ()
    return (*(f"places.{field}" for field in _NAMED[name]), *paging)


def _faults(path: str, of: type) -> Iterator[Fault]:
    """Yield which name of the path is wrong, if one is, and the path that is near."""
    cls, names = of, camel(path).split(".")
    for at, name in enumerate(names):
        members = shape(cls) if attrs.has(cls) else {}
        if name not in members:
            near = _nearest(path, of)
            yield Fault("fields", path, _allowed(names[:at], members, brief=near is not None), near)
            return
        cls = members[name].kind


def _allowed(parents: list[str], members: Mapping[str, object], *, brief: bool) -> str:
    """List the fields, unless there are many and the nearest one is named anyway."""
    if not members:
        return f"{'.'.join(parents)}, which has no fields of its own"
    if brief and len(members) > _FEW:
        return f"the fields of {'.'.join(parents) or 'a place'}, such as displayName"
    place = f"the fields of {'.'.join(parents)}:" if parents else f"{_SYNTAX}; the fields are"
    return f"{place} {', '.join(sorted(members))}"


def _nearest(path: str, of: type) -> str | None:
    """Return the nearest path; most often, `places.` is missing in front."""
    known = _all_paths(of)
    wanted = camel(path)
    for near in (f"places.{wanted}", wanted.removeprefix("places.")):
        if near in known:
            return near
    return nearest(wanted, known) or nearest(f"places.{wanted}", known)


@once
def _all_paths(of: type) -> tuple[str, ...]:
    return tuple(_walk(of, ""))


def _walk(cls: type, prefix: str) -> Iterator[str]:
    for name, member in shape(cls).items():
        yield f"{prefix}{name}"
        if attrs.has(member.kind):
            yield from _walk(member.kind, f"{prefix}{name}.")


def _nested(paths: Iterable[str]) -> Tree:
    """Turn paths into a tree; None stands for all that is below."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, []).append(rest)
    return {name: _nested(rests) if all(rests) else None for name, rests in below.items()}


def _least(paths: Iterable[str]) -> tuple[str, ...]:
    """Sort the paths and leave out those within another."""
    least: list[str] = []
    for path in sorted(set(paths), key=lambda path: path.split(".")):
        if not (least and _within(path, least[-1])):
            least.append(path)
    return tuple(sorted(least))


def _within(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}.")


def _kept(obj: Any, tree: Tree) -> Any:
    if isinstance(obj, list):
        return [_kept(each, tree) for each in obj]
    if not isinstance(obj, dict):
        return obj
    return {
        name: obj[name] if below is None else _kept(obj[name], below)
        for name, below in tree.items()
        if name in obj
    }
