from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_mcp.sanitize import identifier, sanitize, web_address


@given(st.text())
def test_what_is_sanitized_is_one_line_of_visible_characters(text: str) -> None:
    line = sanitize(text, 50)

    assert line.isprintable()
    assert line == line.strip()
    assert "|" not in line
    assert len(line) <= 50


@given(st.text())
def test_sanitizing_twice_changes_nothing(text: str) -> None:
    assert sanitize(text) == sanitize(sanitize(text))


@pytest.mark.parametrize(
    "name", ["Café Ekberg", "東京タワー", "مقهى", "Ħal Għaxaq", "10:30 Bar", "A & B", "0"]
)
def test_names_of_all_scripts_stay_as_they_are(name: str) -> None:
    assert name == sanitize(name)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\r\nb\tc\u2029d", "a b c d"),
        ("\u202eabc\u202c\ufeff", "abc"),
        ("a\u200bb\u2060c\u00add", "abcd"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a | b", "a / b"),
        ("ﾠ\u3164x\u2800", "x"),
        ("see JavaScript:alert(1)", "see JavaScript alert(1)"),
        ("data:text/html,x", "data text/html,x"),
        ("ftp://a.example http://b.example", "ftp //a.example http://b.example"),
    ],
)
def test_what_could_deceive_is_gone(text: str, seen: str) -> None:
    assert seen == sanitize(text)


def test_no_text_is_no_text() -> None:
    assert ["", "", ""] == [sanitize(None), identifier(None), web_address(7)]


def test_an_id_is_left_as_it_is() -> None:
    assert "places/a|b/photos/AcJ:1" == identifier("places/a|b/photos/AcJ:1")


@pytest.mark.parametrize("uri", ["http://a.example", "https://a.example/b?c=d#e", "https://ä.example/"])
def test_web_addresses_pass(uri: str) -> None:
    assert uri == web_address(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "https:",
        "https://a.example/\nx",
        "https://a.example/ x",
        "https://[",
        "https://a.example/" + "x" * 500,
    ],
)
def test_other_addresses_do_not(uri: str) -> None:
    assert "" == web_address(uri)


@given(st.from_regex(re.compile(r"[a-z]+://[a-z]+"), fullmatch=True))
def test_only_http_and_https_keep_their_colon(uri: str) -> None:
    assert uri.startswith(("http://", "https://")) == ("://" in sanitize(uri))
