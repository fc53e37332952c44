"""Addresses of 督导任务 and 督导记录."""

from django.urls import path

from . import board, records

urlpatterns = [
    path("dues/", board.due_list, name="due-list"),
    path("dues/export/", board.due_export, name="due-export"),
    path("dues/areas/export/", board.due_board_export, name="due-board-export"),
    path("dues/cadres/", board.due_cadres, name="due-cadres"),
    path("dues/make/", board.due_make, name="due-make"),
    path("visits/", records.visit_list, name="visit-list"),
    path("visits/export/", records.visit_export, name="visit-export"),
    path("visits/<int:pk>/", records.visit_detail, name="visit-detail"),
    path("visits/<int:pk>/void/", records.void, name="visit-void"),
    path("visits/photos/<int:pk>/", records.photo, name="visit-photo"),
    path(
        "visits/photos/<int:pk>/withdraw/",
        records.photo_withdraw_view,
        name="visit-photo-withdraw",
    ),
]
