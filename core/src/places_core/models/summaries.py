"""Texts that Google's models wrote about a place; each comes with a disclosure to show beside it."""

from __future__ import annotations

from attrs import frozen

from .message import Message
from .values import LocalizedText


@frozen(repr=False)
class ContentBlock(Message):
    """A piece of text, and the resource names of the places that it mentions."""

    content: LocalizedText | None = None
    referenced_places: tuple[str, ...] | None = None


@frozen(repr=False)
class GenerativeSummary(Message):
    """A summary of the place."""

    overview: LocalizedText | None = None
    overview_flag_content_uri: str | None = None
    disclosure_text: LocalizedText | None = None


@frozen(repr=False)
class ReviewSummary(Message):
    """A summary of the place's reviews."""

    text: LocalizedText | None = None
    flag_content_uri: str | None = None
    disclosure_text: LocalizedText | None = None
    reviews_uri: str | None = None


@frozen(repr=False)
class NeighborhoodSummary(Message):
    """A summary of what is around the place."""

    overview: ContentBlock | None = None
    description: ContentBlock | None = None
    flag_content_uri: str | None = None
    disclosure_text: LocalizedText | None = None


@frozen(repr=False)
class EVChargeAmenitySummary(Message):
    """A summary of what is around a charging station."""

    overview: ContentBlock | None = None
    coffee: ContentBlock | None = None
    restaurant: ContentBlock | None = None
    store: ContentBlock | None = None
    flag_content_uri: str | None = None
    disclosure_text: LocalizedText | None = None
