from django.urls import path

from .views import entities, exports, grading, screening, transfers, twins, uploads

app_name = "entities"
urlpatterns = [
    path("entities/", entities.entity_list, name="entity-list"),
    path("entities/new/", entities.entity_create_view, name="entity-create"),
    path("entities/export/", exports.entity_export, name="entity-export"),
    path("entities/bulk/grade/", grading.bulk_grade, name="entity-bulk-grade"),
    path("entities/bulk/adopt/", grading.bulk_adopt, name="entity-bulk-adopt"),
    path("entities/bulk/screen/", screening.bulk_screen, name="entity-bulk-screen"),
    path("entities/bulk/restore/", screening.bulk_restore, name="entity-bulk-restore"),
    path("entities/<int:pk>/", entities.entity_detail, name="entity-detail"),
    path("entities/<int:pk>/edit/", entities.entity_update_view, name="entity-update"),
    path("entities/<int:pk>/phone/", entities.entity_phone, name="entity-phone"),
    path("entities/<int:pk>/grade/", grading.entity_grade, name="entity-grade"),
    path("entities/<int:pk>/screen/", screening.entity_screen, name="entity-screen"),
    path("entities/<int:pk>/restore/", screening.entity_restore, name="entity-restore"),
    path("grading/", grading.standard_list, name="grading-standard-list"),
    path("grading/<int:pk>/", grading.standard_detail, name="grading-standard-detail"),
    path("grading/<int:pk>/rows/", grading.standard_rows, name="grading-standard-rows"),
    path("grading/<int:pk>/draft/", grading.standard_draft_view, name="grading-standard-draft"),
    path(
        "grading/<int:pk>/activate/",
        grading.standard_activate_view,
        name="grading-standard-activate",
    ),
    path("screening/", screening.screening_list, name="screening-list"),
    path("screening/decide/", screening.screening_bulk, name="screening-bulk"),
    path("screening/<int:pk>/", screening.screening_detail, name="screening-detail"),
    path("screening/<int:pk>/decide/", screening.screening_decide, name="screening-decide"),
    path("screening/<int:pk>/evidence/", screening.evidence, name="screening-evidence"),
    path("screening/<int:pk>/sample/", screening.sample_decide_view, name="sample-decide"),
    path("screening/samples/", screening.sample_list, name="sample-list"),
    path("screening/samples/new/", screening.sample_create, name="sample-create"),
    path("screening/samples/<int:pk>/", screening.sample_detail, name="sample-detail"),
    path("transfers/", transfers.transfers, name="transfer-list"),
    path("transfers/<int:pk>/decide/", transfers.transfer_decide_view, name="transfer-decide"),
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

urlpatterns += [
    path("twins/", twins.twin_list, name="twin-list"),
    path("twins/groups.xlsx", twins.twin_export, name="twin-export"),
    path("twins/<int:pk>/", twins.twin_detail, name="twin-detail"),
    path("twins/<int:pk>/merge/", twins.twin_merge, name="twin-merge"),
    path("twins/<int:pk>/judge/", twins.twin_judge, name="twin-judge"),
    path("merges/", twins.merge_list, name="merge-list"),
    path("merges/<int:pk>/", twins.merge_detail, name="merge-detail"),
    path("merges/<int:pk>/undo/", twins.merge_undo_view, name="merge-undo"),
]
