from django.urls import path

from . import downloads, pages

urlpatterns = [
    path("profiles/", pages.profile_list, name="profile-list"),
    path("profiles/new/", pages.profile_create, name="profile-create"),
    path("profiles/<int:pk>/", pages.profile_detail, name="profile-detail"),
    path("profiles/<int:pk>/edit/", pages.profile_update, name="profile-update"),
    path("profiles/<int:pk>/retire/", pages.profile_retire_view, name="profile-retire"),
    path("profiles/<int:pk>/export/", downloads.profile_export, name="profile-export"),
]
