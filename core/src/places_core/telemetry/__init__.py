"""What happened in the stack, and which parts of it are failing."""

from __future__ import annotations

from .fault_monitor import FaultMonitor


__all__ = ["FaultMonitor"]
