"""Field masks: which fields of an answer are asked for, in Google's syntax or by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from typing import Any, TypeAlias

import attrs

from ..convert.schema import camel, shape
from ..errors import InvalidRequest


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

    root: str
    """Whose answer it masks: search_text, search_nearby, details or autocomplete."""
    paths: tuple[str, ...]
    """Sorted, without paths that another one includes."""

    @classmethod
    def parse(cls, text: str, root: str) -> FieldMask:
        """Read `*`, `ids`, `basic`, `contact`, `full` or paths separated by commas, each of them checked."""
        return _parsed(text, root)

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
        known = frozenset(shape(_class_of("details")))
        asked = self._tree if self.root == "details" else self._tree.get("places", {})
        return known if asked is None else known & asked.keys()

    @cached_property
    def _tree(self) -> Tree:
        return _nested(shape(_class_of(self.root)) if self.whole else self.paths)


@lru_cache(maxsize=1024)
def _parsed(text: str, root: str) -> FieldMask:
    if text in NAMES:
        return FieldMask(root, _least(_named(text, root)))
    paths = text.split(",")
    if not all(paths) or re.search(r"\s", text):
        raise InvalidRequest("fields", text, _SYNTAX)
    checked = [_checked(path, root) for path in paths if path != "*"]
    return FieldMask(root, ("*",) if "*" in paths else _least(checked))


def _named(name: str, root: str) -> Iterable[str]:
    if root == "autocomplete":
        return _PREDICTIONS.get(name, ("*",))
    if name == "full":
        return ("*",)
    if root == "details":
        return _NAMED[name]
    paging = ("nextPageToken",) if root == "search_text" else ()
    return (*(f"places.{field}" for field in _NAMED[name]), *paging)


def _checked(path: str, root: str) -> str:
    """Give the path by its names on the wire, or say which name is wrong and what is near it."""
    cls = _class_of(root)
    names = camel(path).split(".")
    for at, name in enumerate(names):
        members = shape(cls) if attrs.has(cls) else {}
        if name not in members:
            hint = _hint(path, root)
            raise InvalidRequest("fields", path, _allowed(names[:at], members, brief=bool(hint)), hint=hint)
        cls = members[name].kind
    return ".".join(names)


def _allowed(parents: list[str], members: Mapping[str, object], *, brief: bool) -> str:
    """List the fields, unless there are many and the nearest one is named anyway."""
    if not members:
        return f"{'.'.join(parents)}, which has no fields of its own"
    if brief and len(members) > _FEW:
        return f"the fields of {'.'.join(parents) or 'a place'}, such as displayName"
    place = f"the fields of {'.'.join(parents)}:" if parents else f"{_SYNTAX}; the fields are"
    return f"{place} {', '.join(sorted(members))}"


def _hint(path: str, root: str) -> str:
    """Name the nearest path; most often, `places.` is missing in front."""
    known = _all_paths(root)
    wanted = camel(path)
    for near in (f"places.{wanted}", wanted.removeprefix("places.")):
        if near in known:
            return f"Did you mean {near}?"
    near_ones = get_close_matches(wanted, known, n=1) or get_close_matches(f"places.{wanted}", known, n=1)
    return f"Did you mean {near_ones[0]}?" if near_ones else ""


@cache
def _all_paths(root: str) -> tuple[str, ...]:
    return tuple(_walk(_class_of(root), ""))


def _walk(cls: type, prefix: str) -> Iterator[str]:
    for name, member in shape(cls).items():
        yield f"{prefix}{name}"
        if attrs.has(member.kind):
            yield from _walk(member.kind, f"{prefix}{name}.")


@cache
def _class_of(root: str) -> type:
    from .place import Place  # not at the top: the queries there hold masks
    from .responses import AutocompleteResponse, SearchNearbyResponse, SearchTextResponse

    classes = {
        "search_text": SearchTextResponse,
        "search_nearby": SearchNearbyResponse,
        "details": Place,
        "autocomplete": AutocompleteResponse,
    }
    return classes[root]


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
