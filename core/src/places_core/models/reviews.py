from __future__ import annotations

from attrs import frozen

from .message import Message
from .values import Date, LocalizedText


@frozen(repr=False)
class AuthorAttribution(Message):
    """Who wrote a review or took a photo."""

    display_name: str | None = None
    uri: str | None = None
    photo_uri: str | None = None


@frozen(repr=False)
class Photo(Message):
    """A photo that `name` fetches; names expire and must not be kept."""

    name: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    author_attributions: tuple[AuthorAttribution, ...] | None = None
    flag_content_uri: str | None = None
    google_maps_uri: str | None = None


@frozen(repr=False)
class Review(Message):
    """One user's review of a place."""

    name: str | None = None
    relative_publish_time_description: str | None = None
    text: LocalizedText | None = None
    original_text: LocalizedText | None = None
    rating: float | None = None
    author_attribution: AuthorAttribution | None = None
    publish_time: str | None = None
    flag_content_uri: str | None = None
    google_maps_uri: str | None = None
    visit_date: Date | None = None
