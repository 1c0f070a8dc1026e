"""Faults on purpose: a plan that makes providers slow, fail or hang, to rehearse an outage."""

from __future__ import annotations

from .injection import FaultInjection
from .plan import FaultPlan, PlannedFault, load_plan


__all__ = ["FaultInjection", "FaultPlan", "PlannedFault", "load_plan"]
