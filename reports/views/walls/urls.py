"""Addresses of the wall and of its links."""

from django.urls import path

from . import links, pages, screens

urlpatterns = [
    path("wall/", pages.wall, name="wall"),
    path("wall/parts/", pages.wall_parts, name="wall-parts"),
    path("wall/links/", links.wall_link_list, name="wall-link-list"),
    path("wall/links/<int:pk>/revoke/", links.wall_link_stop, name="wall-link-revoke"),
    # no login: whoever has the address sees the figures of its area, nothing else
    path("wall/screen/<str:token>/", screens.screen, name="wall-screen"),
    path("wall/screen/<str:token>/parts/", screens.screen_parts, name="wall-screen-parts"),
    path("wall/screen/<str:token>/map.geojson", screens.screen_map, name="wall-screen-map"),
]
