from __future__ import annotations

import json

from openapi_spec_validator import validate

from places_http.openapi import document


def test_the_description_of_the_http_interface_is_valid() -> None:
    validate(json.loads(document()))
