from django.urls import path

from . import pages

urlpatterns = [
    path("standards/", pages.standard_list, name="standard-list"),
    path("standards/export/", pages.standard_export, name="standard-export"),
    path("standards/new/", pages.standard_create, name="standard-create"),
    path("standards/<int:pk>/", pages.standard_detail, name="standard-detail"),
    path("standards/<int:pk>/edit/", pages.standard_update, name="standard-update"),
    path("standards/<int:pk>/notes/", pages.standard_note, name="standard-note"),
    path("standards/files/<int:pk>/", pages.standard_file, name="standard-file"),
    path(
        "standards/files/<int:pk>/withdraw/",
        pages.standard_file_withdraw,
        name="standard-file-withdraw",
    ),
]
