"""What happened in the stack, and which parts of it are failing."""

from __future__ import annotations

from .event_bus import EventBus
from .fault_monitor import FaultMonitor


__all__ = ["EventBus", "FaultMonitor"]
