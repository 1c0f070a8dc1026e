"""Texts for people: secrets kept out of them, and the name that was probably meant."""

from __future__ import annotations

from .redaction import MASK, masked, without_passwords
from .suggestions import alike, meant, nearest


__all__ = ["MASK", "alike", "masked", "meant", "nearest", "without_passwords"]
