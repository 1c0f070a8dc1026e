"""Types of command-line options, for argparse."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return an argparse type that takes the whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        """Return the number that `text` spells."""
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")

    return read


port_number = whole_number(0, 65535)
"""An argparse type for ports; 0 means any free one."""
