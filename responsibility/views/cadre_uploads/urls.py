from django.urls import path

from . import acts, downloads, named, pages

urlpatterns = [
    path("cadres/uploads/", pages.upload_list, name="cadre-upload-list"),
    path("cadres/uploads/new/", pages.upload_create, name="cadre-upload-create"),
    path("cadres/uploads/template/", downloads.upload_template, name="cadre-upload-template"),
    path("cadres/uploads/<int:pk>/", pages.upload_detail, name="cadre-upload-detail"),
    path("cadres/uploads/<int:pk>/progress/", pages.upload_progress, name="cadre-upload-progress"),
    path("cadres/uploads/<int:pk>/columns/", acts.upload_columns, name="cadre-upload-columns"),
    path("cadres/uploads/<int:pk>/confirm/", acts.upload_confirm, name="cadre-upload-confirm"),
    path("cadres/uploads/<int:pk>/discard/", acts.upload_discard, name="cadre-upload-discard"),
    path("cadres/uploads/<int:pk>/undo/", acts.upload_undo, name="cadre-upload-undo"),
    path(
        "cadres/uploads/<int:pk>/findings.xlsx",
        downloads.upload_error_book,
        name="cadre-upload-error-book",
    ),
    path("cadres/uploads/<int:pk>/original/", downloads.upload_file, name="cadre-upload-file"),
    path("bonds/named/", named.named_plan, name="named-plan"),
]
