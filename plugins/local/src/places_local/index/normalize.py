"""How texts are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


WORD = re.compile(r"[^\W_]+")
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"}
)
APOSTROPHE = "['’`´]"
APOSTROPHES = re.compile(rf"(?<=\w){APOSTROPHE}(?=\w)")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in one case, without accents: `Café` and `CAFE` are the same."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(UNDECOMPOSED)


def words(text: str) -> list[str]:
    """The words of a text, folded; `Robert's` is one word."""
    return WORD.findall(APOSTROPHES.sub("", folded(text)))
