"""Addresses of inspections. Each part of the room keeps its own list; this file only joins them."""

from importlib import import_module

app_name = "inspections"
PARTS = (
    "visits",
    "checklists",
    "problems",
    "checks",
    "campaigns",
    "standards",
    "phone",
    "plates",
)
urlpatterns = [
    pattern
    for part in PARTS
    for pattern in import_module(f"inspections.views.{part}.urls").urlpatterns
]
