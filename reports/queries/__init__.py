"""Reads for the dashboards, the daily report, exports and the API; each takes `user`."""

from jiamusi_foodsafety.jurisdiction.queries import Place, home_place, place_of

from .dashboard import beside, push_list
from .maps import map_file, map_stamp, shapes_on_map
from .progress import (
    Progress,
    ProgressRow,
    county_place,
    progress,
    progress_data,
    progress_of,
)
from .reports import report_list, report_page

__all__ = [
    "Place",
    "Progress",
    "ProgressRow",
    "beside",
    "county_place",
    "home_place",
    "map_file",
    "map_stamp",
    "place_of",
    "progress",
    "progress_data",
    "progress_of",
    "push_list",
    "report_list",
    "report_page",
    "shapes_on_map",
]
