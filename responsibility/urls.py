"""Addresses of responsibility. Each part of the room keeps its own list; this file only joins them."""

from importlib import import_module

app_name = "responsibility"
PARTS = ("bonds", "cadre_uploads", "cadres", "lists", "notices", "organisation", "papers")
urlpatterns = [
    pattern
    for part in PARTS
    for pattern in import_module(f"responsibility.views.{part}.urls").urlpatterns
]
