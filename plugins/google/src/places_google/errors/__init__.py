"""Google's errors: what they say, and which of ours they become."""

from __future__ import annotations

from .fault import Fault
from .mapping import error_of


__all__ = ["Fault", "error_of"]
