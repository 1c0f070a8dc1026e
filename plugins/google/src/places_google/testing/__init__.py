"""For tests, and for trying things out: an emulator of Google's Places API (New).

It needs the data of places-local: `pip install 'places-google[emulate]'`.
"""

from __future__ import annotations

from .server import Call, FakeGoogle
from .troubles import TROUBLES, Trouble


__all__ = ["TROUBLES", "Call", "FakeGoogle", "Trouble"]
