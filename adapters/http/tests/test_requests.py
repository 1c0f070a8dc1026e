from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponse, ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


SEARCH = "/v1/places:searchText"
POSTS = (SEARCH, "/v1/places:searchNearby", "/v1/places:autocomplete")
MEDIA = "/v1/places/fake-1/photos/one/media"


async def violated(response: ClientResponse, code: int = 400) -> str | None:
    error = (await response.json())["error"]
    assert (code, code, "INVALID_ARGUMENT") == (response.status, error["code"], error["status"])
    return str(error["details"][0]["fieldViolations"][0]["field"]) if "details" in error else None


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body", [b"textQuery=coffee", b"{", b"[]", b'"coffee"', b"7", b"\xff\xfe", b"[" * 5000]
)
async def test_a_body_that_is_no_json_object_is_refused(
    client: ClientSession, path: str, body: bytes
) -> None:
    assert "body" == await violated(await client.post(path, data=body))


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (SEARCH, b"", "textQuery"),
        (SEARCH, b"{}", "textQuery"),
        (SEARCH, b'{"textQuery": 5}', "textQuery"),
        (SEARCH, b'{"textQuery": "a", "textQuerry": "b"}', "textQuerry"),
        (SEARCH, b'{"textQuery": "a", "openNow": "true"}', "openNow"),
        (SEARCH, b'{"textQuery": "a", "pageSize": 7.5}', "pageSize"),
        (SEARCH, b'{"textQuery": "a", "pageSize": -1}', "pageSize"),
        (SEARCH, b'{"textQuery": "a", "rankPreference": "POPULARITY"}', "rankPreference"),
        (SEARCH, b'{"textQuery": "a", "locationRestriction": {"circle": {}}}', "locationRestriction.circle"),
        (POSTS[1], b"{}", "locationRestriction"),
        (POSTS[2], b'{"input": "a", "sessionToken": "%s"}' % (b"x" * 37), "sessionToken"),
    ],
)
async def test_the_field_at_fault_is_named(client: ClientSession, path: str, body: bytes, field: str) -> None:
    assert field == await violated(await client.post(path, data=body))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/places/fake-1?languageCode=!", "languageCode"),
        ("/v1/places/fake-1?languageCod=fi", "languageCod"),
        (MEDIA, "maxWidthPx"),
        (f"{MEDIA}?maxWidthPx=0", "maxWidthPx"),
        (f"{MEDIA}?maxWidthPx=wide", "maxWidthPx"),
        (f"{MEDIA}?maxHeightPx=4801", "maxHeightPx"),
        (f"{MEDIA}?maxHeightPx=400&skipHttpRedirect=perhaps", "skipHttpRedirect"),
        (f"{MEDIA}?maxHeightPx=400&fieldz=id", "fieldz"),
    ],
)
async def test_the_parameter_at_fault_is_named(client: ClientSession, path: str, field: str) -> None:
    assert field == await violated(await client.get(path))


async def test_a_query_parameter_cannot_stand_in_for_the_body(client: ClientSession) -> None:
    assert "textQuery" == await violated(
        await client.post(f"{SEARCH}?textQuery=coffee", json={"textQuery": "a"})
    )


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
async def test_a_body_over_64_kib_is_refused(client: ClientSession, size: int) -> None:
    body = json.dumps({"textQuery": "coffee"}).encode().ljust(size)

    response = await client.post(SEARCH, data=body)

    assert None is await violated(response, 413)


async def test_a_body_of_64_kib_is_read(client: ClientSession) -> None:
    response = await client.post(SEARCH, data=json.dumps({"textQuery": "coffee"}).encode().ljust(64 * 1024))

    assert 200 == response.status


async def test_a_body_that_comes_in_pieces_is_read(client: ClientSession) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"textQuery":'
        await asyncio.sleep(0)
        yield b'"coffee"}'

    response = await client.post(SEARCH, data=pieces())

    assert 3 == len((await response.json())["places"])


async def test_a_body_that_claims_to_be_compressed_and_is_not_is_refused(client: ClientSession) -> None:
    response = await client.post(SEARCH, data=b"no gzip", headers={"Content-Encoding": "gzip"})

    assert 400 == response.status


async def test_a_compressed_body_counts_by_what_is_in_it(client: ClientSession) -> None:
    response = await client.post(
        SEARCH, data=gzip.compress(bytes(10_000_000)), headers={"Content-Encoding": "gzip"}
    )

    assert None is await violated(response, 413)


NAMES = st.text(max_size=5) | st.sampled_from(
    """
    textQuery pageSize pageToken maxResultCount locationBias locationRestriction circle rectangle center low
    high latitude longitude radius includedTypes includedType priceLevels minRating openNow languageCode extra
    regionCode rankPreference evOptions connectorTypes routingParameters origin input inputOffset fields
    sessionToken text_query __class__ searchAlongRouteParameters polyline encodedPolyline
    """.split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)
BODIES = st.binary(max_size=50) | st.dictionaries(NAMES, JSON, max_size=5).map(
    lambda obj: json.dumps(obj).encode()
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=st.sampled_from(POSTS), body=BODIES, mask=TEXT)
async def test_no_body_and_no_mask_is_answered_with_500(
    client: ClientSession, path: str, body: bytes, mask: str
) -> None:
    response = await client.post(
        path, data=body, headers={"X-Goog-FieldMask": mask.encode().decode("latin-1")}
    )

    assert response.status in (200, 400, 404)
    assert isinstance(await response.json(), dict)


RAW = st.binary(max_size=30).map(lambda raw: bytes(byte for byte in raw if byte not in b" \r\n\0#"))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    start=st.sampled_from(
        [b"/", b"/v1/places/", b"/v1/places/a/photos/", MEDIA.encode() + b"?", b"/v1/places/fake-1?"]
    ),
    tail=RAW,
    header=RAW,
)
async def test_no_bytes_in_path_or_header_are_answered_with_500(
    client: ClientSession, start: bytes, tail: bytes, header: bytes
) -> None:
    url = (await client.get("/healthz")).url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"GET "
        + start
        + tail
        + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Goog-FieldMask: "
        + header
        + b"\r\n\r\n"
    )
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert b"HTTP/1." == answer[:7]
    assert b"500" != answer[9:12], answer
