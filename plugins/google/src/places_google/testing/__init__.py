"""For tests, and for trying things out: an emulator of Google's Places API (New).

It needs the data of places-local: `pip install 'places-google[emulate]'`.
"""

from __future__ import annotations

from .fault_injection import TROUBLES, Trouble
from .server import Call, FakeGoogle


__all__ = ["TROUBLES", "Call", "FakeGoogle", "Trouble"]
