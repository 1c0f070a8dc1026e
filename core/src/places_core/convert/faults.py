"""Why a value could not be structured; imported only once that has happened, or cattrs is loaded anyway."""

from __future__ import annotations

from collections.abc import Iterator

from cattrs.errors import AttributeValidationNote, ClassValidationError, IterableValidationError


Path = tuple[str | int, ...]
"""The names of attributes and the indices of items, from the outside in."""


def causes(error: Exception, path: Path = ()) -> Iterator[tuple[Path, Exception]]:
    """Yield each exception that made cattrs fail, with the path of the value at fault."""
    if not isinstance(error, ClassValidationError | IterableValidationError):
        yield path, error
        return
    noted, others = error.group_exceptions()
    for cause, note in noted:
        step = note.name if isinstance(note, AttributeValidationNote) else note.index
        yield from causes(cause, (*path, step))
    for cause in others:
        yield from causes(cause, path)
