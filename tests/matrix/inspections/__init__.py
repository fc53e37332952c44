"""The rows of the room of inspections, one module a part: whatever lies here is read."""

from importlib import import_module
from pkgutil import iter_modules

PARTS = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
ROWS = {name: rows for part in PARTS for name, rows in part.ROWS.items()}
EXEMPT = {name: why for part in PARTS for name, why in getattr(part, "EXEMPT", {}).items()}
