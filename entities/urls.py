from django.urls import path

from .views import entities, uploads

app_name = "entities"
urlpatterns = [
    path("entities/", entities.entity_list, name="entity-list"),
    path("entities/new/", entities.entity_create_view, name="entity-create"),
    path("entities/<int:pk>/", entities.entity_detail, name="entity-detail"),
    path("entities/<int:pk>/edit/", entities.entity_update_view, name="entity-update"),
    path("entities/<int:pk>/phone/", entities.entity_phone, name="entity-phone"),
]

urlpatterns += [
    path("uploads/", uploads.upload_list, name="upload-list"),
    path("uploads/new/", uploads.upload_create, name="upload-create"),
    path("uploads/template/", uploads.upload_template, name="upload-template"),
    path("uploads/<int:pk>/", uploads.upload_detail, name="upload-detail"),
    path("uploads/<int:pk>/progress/", uploads.upload_progress, name="upload-progress"),
    path("uploads/<int:pk>/columns/", uploads.upload_columns, name="upload-columns"),
    path("uploads/<int:pk>/renewals/", uploads.upload_renewals, name="upload-renewals"),
    path("uploads/<int:pk>/confirm/", uploads.upload_confirm, name="upload-confirm"),
    path("uploads/<int:pk>/discard/", uploads.upload_discard, name="upload-discard"),
    path("uploads/<int:pk>/undo/", uploads.upload_undo, name="upload-undo"),
    path(
        "uploads/<int:pk>/missing/", uploads.upload_propose_missing, name="upload-propose-missing"
    ),
    path("uploads/<int:pk>/findings.xlsx", uploads.upload_error_book, name="upload-error-book"),
    path("uploads/<int:pk>/original/", uploads.upload_file, name="upload-file"),
]
