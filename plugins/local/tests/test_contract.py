from __future__ import annotations

from places_core.testing import BackendContract


class TestLocalBackend(BackendContract):
    """The fixture `backend` is the embedded centre of Helsinki."""

    text = "coffee"
    center = (60.171, 24.941)
    unknown_id = "osm-n1"
