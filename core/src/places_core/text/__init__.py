"""Texts for people: secrets kept out of them, and the name that was probably meant."""

from __future__ import annotations

from .suggestions import meant, nearest


__all__ = ["meant", "nearest"]
