"""The subcommands, ours and those of the plugins."""

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
    """Where subcommands are added; plugins get it through the hook `places_commands`."""

    plugins: Plugins
    _subparsers: argparse._SubParsersAction[argparse.ArgumentParser]
    _names: set[str] = Factory(set)

    def add(self, name: str, help: str, run: Run, examples: Sequence[str] = ()) -> argparse.ArgumentParser:  # noqa: A002
        """Add `places NAME`, and give the parser for its options.

        `run` takes the parsed options and gives the exit code; `settings(options)` gives it the settings.
        A name that is taken is a `PluginError`.
        """
        if name in self._names:
            raise PluginError(f"there is a command {name!r} already")
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
    """Add what every command takes; nested again, below `serve NAME`, without defaults of its own."""
    none, off = (argparse.SUPPRESS, argparse.SUPPRESS) if nested else (None, False)
    shared = parser.add_argument_group("options of every command")
    shared.add_argument(
        "--config", metavar="FILE", default=none, help="settings file, instead of places.toml"
    )
    shared.add_argument(
        "--backend", metavar="NAME", default=none, help="whom to ask; A,B asks B where A fails"
    )
    shared.add_argument("-v", "--verbose", action="store_true", default=off, help="log all to standard error")


def settings(options: argparse.Namespace) -> Loaded:
    """Give the settings that hold for a command."""
    from ..config import load_config

    return load_config(options.config, overrides=overrides(options), plugins=options.plugins)


def start_logging(loaded: Loaded, *, verbose: bool, serving: bool = False) -> None:
    """Log as the settings say; a command that answers once keeps quiet unless somebody set a level."""
    from ..logs import configure

    quiet = not serving and loaded.origins["logging.level"] == "default"
    level = "DEBUG" if verbose else "WARNING" if quiet else loaded.config.logging.level
    configure(evolve(loaded.config.logging, level=level))


def overrides(options: argparse.Namespace) -> Mapping[str, Any]:
    if options.backend is None:
        return {}
    names = [name.strip() for name in options.backend.split(",") if name.strip()]
    return {"backend": names[0] if len(names) == 1 else names}
