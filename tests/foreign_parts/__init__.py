"""What the parts of a room plant in the foreign county (tests/foreign.py): whatever lies here is read.

A module has PREFIXES [(what a URL name begins with, kind)], COMMON (prefixes of objects that belong to no
county), SUITED (words of the lists that take the hostile query strings), and
`plant(areas=, county=, town=, word=, phone=, clerk=, entity=)`: kind → object, each text a canary.
"""

from importlib import import_module
from pkgutil import iter_modules

PARTS = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
PREFIXES = [pair for part in PARTS for pair in part.PREFIXES]
COMMON = tuple(name for part in PARTS for name in getattr(part, "COMMON", ()))
SUITED = tuple(word for part in PARTS for word in getattr(part, "SUITED", ()))
KINDS = tuple(dict.fromkeys(kind for _, kind in PREFIXES))


def plant(**world):
    """The objects of all parts by kind."""
    return {kind: row for part in PARTS for kind, row in part.plant(**world).items()}
