"""How texts are compared: without case, accents or punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


WORD = re.compile(r"[^\W_]+")
APOSTROPHE = "['’`´]"
INNER_APOSTROPHE = re.compile(rf"(?<=\w){APOSTROPHE}(?=\w)")
UNDECOMPOSED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"}
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text in lower case and without accents: `Café` and `CAFE` become the same."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(UNDECOMPOSED)


def tokenize(text: str) -> list[str]:
    """Return the words of a text, folded; `Robert's` is one word."""
    return WORD.findall(INNER_APOSTROPHE.sub("", fold(text)))
