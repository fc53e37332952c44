"""The map of counties: a replaceable GeoJSON file with `adcode` and `name` for each shape."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def map_file() -> Path:
    """Where the map lies."""
    return settings.BASE_DIR / "fixtures" / "jiamusi_counties.geojson"


def map_stamp() -> str:
    """What changes when the file changes: the entity tag of the map."""
    stat = map_file().stat()
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def shapes_on_map() -> dict[str, str]:
    """The names on the map by area code."""
    return _shapes(map_stamp())


@lru_cache(maxsize=1)
def _shapes(_stamp):
    shapes = json.loads(map_file().read_text(encoding="utf-8"))["features"]
    return {str(shape["properties"]["adcode"]): shape["properties"]["name"] for shape in shapes}
