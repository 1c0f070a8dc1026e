from __future__ import annotations

from attrs import frozen

from .geo import RoutingSummary
from .message import Message
from .place import Place
from .reviews import Photo, Review


@frozen(repr=False)
class HighlightedTextRange(Message):
    """The part of a text to highlight, from `start_index` up to, but not including, `end_index`."""

    start_index: int | None = None
    end_index: int | None = None


@frozen(repr=False)
class HighlightedText(Message):
    """A text and the parts of it to highlight."""

    text: str | None = None
    highlighted_text_ranges: tuple[HighlightedTextRange, ...] | None = None


@frozen(repr=False)
class ReviewJustification(Message):
    """A review that answers the question, and the text in it that does."""

    highlighted_text: HighlightedText | None = None
    review: Review | None = None


@frozen(repr=False)
class BusinessAvailabilityAttributesJustification(Message):
    """The services of a business that answer the question."""

    takeout: bool | None = None
    delivery: bool | None = None
    dine_in: bool | None = None


@frozen(repr=False)
class Justification(Message):
    """Why a place answers the question; one of the two is given."""

    review_justification: ReviewJustification | None = None
    business_availability_attributes_justification: BusinessAvailabilityAttributesJustification | None = None


@frozen(repr=False)
class ContextualContent(Message):
    """Content of a place that is relevant to the query."""

    reviews: tuple[Review, ...] | None = None
    photos: tuple[Photo, ...] | None = None
    justifications: tuple[Justification, ...] | None = None


@frozen(repr=False)
class SearchTextResponse(Message):
    """The routing summaries and contextual contents follow the order of the places."""

    places: tuple[Place, ...] | None = None
    routing_summaries: tuple[RoutingSummary, ...] | None = None
    contextual_contents: tuple[ContextualContent, ...] | None = None
    next_page_token: str | None = None
    search_uri: str | None = None


@frozen(repr=False)
class SearchNearbyResponse(Message):
    """The routing summaries follow the order of the places."""

    places: tuple[Place, ...] | None = None
    routing_summaries: tuple[RoutingSummary, ...] | None = None


@frozen(repr=False)
class StringRange(Message):
    """From `start_offset` (inclusive) to `end_offset` (exclusive), in Unicode characters."""

    start_offset: int | None = None
    end_offset: int | None = None


@frozen(repr=False)
class FormattableText(Message):
    """A text and the parts of it that match the input."""

    text: str | None = None
    matches: tuple[StringRange, ...] | None = None


@frozen(repr=False)
class StructuredFormat(Message):
    """A suggestion in two lines: its name, and what tells it from others of that name."""

    main_text: FormattableText | None = None
    secondary_text: FormattableText | None = None


@frozen(repr=False)
class PlacePrediction(Message):
    """A place that the input may mean."""

    place: str | None = None
    place_id: str | None = None
    text: FormattableText | None = None
    structured_format: StructuredFormat | None = None
    types: tuple[str, ...] | None = None
    distance_meters: int | None = None


@frozen(repr=False)
class QueryPrediction(Message):
    """A text query that the input may become."""

    text: FormattableText | None = None
    structured_format: StructuredFormat | None = None


@frozen(repr=False)
class Suggestion(Message):
    """One of the two is given."""

    place_prediction: PlacePrediction | None = None
    query_prediction: QueryPrediction | None = None


@frozen(repr=False)
class AutocompleteResponse(Message):
    """The suggestions, best first."""

    suggestions: tuple[Suggestion, ...] | None = None


@frozen(repr=False)
class PhotoMediaResponse(Message):
    """Where the image is; the address is short-lived."""

    name: str | None = None
    photo_uri: str | None = None
