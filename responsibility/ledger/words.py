"""What people write for a level, and what is no name of one person."""

import re
from functools import lru_cache

from jiamusi_foodsafety.kit.ledger.clean import word_key

from .columns import LEVELS

_LEVELS = {
    word_key(word): code for code, name, synonyms in LEVELS for word in (name, *synonyms, code)
}
LEVEL_NAMES = {code: name for code, name, _ in LEVELS}
# Several people in one cell, or a number: no name.
_NO_NAME = re.compile(r"[、,，;；/\\|\d@#]|\s{2,}")


@lru_cache(maxsize=1000)
def level_of(text: str) -> str:
    """The level that a cell's words mean; "" when they are not known."""
    return _LEVELS.get(word_key(text), "")


def is_name(text: str) -> bool:
    """Whether a text can be the name of one person."""
    return len(text) > 1 and not _NO_NAME.search(text)
