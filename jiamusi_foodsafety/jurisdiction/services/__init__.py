"""Writes of the territory: audit rows, areas, stations, accounts."""

from .accounts import (
    account_change,
    api_key_create,
    api_key_revoke,
    login_turn,
    password_set,
    staff_create,
    sync_roles,
    text_size_set,
)
from .allotments import counties_allot
from .areas import area_add, area_merge, area_rename, area_retire, areas_load
from .audit import audit
from .stations import example_stations, seed_stations, station_save

__all__ = [
    "account_change",
    "api_key_create",
    "api_key_revoke",
    "area_add",
    "area_merge",
    "area_rename",
    "area_retire",
    "areas_load",
    "audit",
    "counties_allot",
    "example_stations",
    "login_turn",
    "password_set",
    "seed_stations",
    "staff_create",
    "station_save",
    "sync_roles",
    "text_size_set",
]
