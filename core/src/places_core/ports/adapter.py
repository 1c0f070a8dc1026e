"""How the outside reaches the stack: servers and subcommands."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from ..settings import Config


class Adapter(ABC):
    """A server in front of the stack: what `places serve NAME` starts."""

    name: ClassVar[str]
    summary: ClassVar[str]

    @classmethod
    @abstractmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Declare the options of `places serve NAME`; none of them may have a default."""

    @classmethod
    @abstractmethod
    def serve(cls, config: Config, options: argparse.Namespace) -> int:
        """Serve until a signal stops it; return the exit code."""


class Commands(Protocol):
    """Where a plugin adds its subcommands; handed to the hook `places_commands`."""

    def add(
        self,
        name: str,
        help: str,  # noqa: A002
        run: Callable[[argparse.Namespace], int],
        examples: Sequence[str] = (),
    ) -> argparse.ArgumentParser:
        """Add `places NAME`; `run` takes the parsed options and returns the exit code.

        Raises `PluginError` for a name that is taken.
        """
