"""The registry of subcommands, and what all of them share: options, settings and logging."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, evolve

from ..errors import PluginError


if TYPE_CHECKING:
    from ..config import Loaded
    from ..plugins import Plugins

Run = Callable[[argparse.Namespace], int]


@define
class Commands:
    """Registers subcommands; plugins receive it through the hook `places_commands`."""

    plugins: Plugins
    _subparsers: argparse._SubParsersAction[argparse.ArgumentParser]
    _names: set[str] = Factory(set)

    def add(self, name: str, help: str, run: Run, examples: Sequence[str] = ()) -> argparse.ArgumentParser:  # noqa: A002
        """Add `places NAME` and return the parser for its options.

        `run` takes the parsed options and returns the exit code; `settings(options)` loads the settings.
        Raises `PluginError` if the name is taken.
        """
        if name in self._names:
            raise PluginError(f"the command {name!r} already exists")
        self._names.add(name)
        parser = self._subparsers.add_parser(
            name,
            help=help,
            description=f"{help[:1].upper()}{help[1:]}.",
            epilog=examples_text(examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.set_defaults(run=run, plugins=self.plugins)
        add_shared_options(parser)
        return parser


def examples_text(examples: Sequence[str]) -> str:
    return "\n".join(["examples:", *(f"  {example}" for example in examples)]) if examples else ""


def add_shared_options(parser: argparse.ArgumentParser, *, nested: bool = False) -> None:
    """Add the options of every command; `nested` ones, below `serve NAME`, have no defaults."""
    none, off = (argparse.SUPPRESS, argparse.SUPPRESS) if nested else (None, False)
    shared = parser.add_argument_group("common options")
    shared.add_argument("--config", metavar="FILE", default=none, help="settings file (default: places.toml)")
    shared.add_argument(
        "--backend", metavar="NAME", default=none, help="backend to use; A,B falls back to B when A fails"
    )
    shared.add_argument(
        "-v", "--verbose", action="store_true", default=off, help="log at DEBUG level to stderr"
    )


def settings(options: argparse.Namespace) -> Loaded:
    """Load the effective settings of a command."""
    from ..config import load_config

    return load_config(options.config, overrides=overrides(options), plugins=options.plugins)


def start_logging(loaded: Loaded, *, verbose: bool, serving: bool = False) -> None:
    """Configure logging; unless it serves, a command logs warnings only where no level is set."""
    from ..logs import configure

    quiet = not serving and loaded.origins["logging.level"] == "default"
    level = "DEBUG" if verbose else "WARNING" if quiet else loaded.config.logging.level
    configure(evolve(loaded.config.logging, level=level))


def overrides(options: argparse.Namespace) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    if options.backend is not None:
        names = [name.strip() for name in options.backend.split(",") if name.strip()]
        given["backend"] = names[0] if len(names) == 1 else names
    if getattr(options, "faults", None) is not None:
        given["fault_plan"] = options.faults
    return given
