from django.urls import path

from . import bundles, pages

urlpatterns = [
    path("archives/entities/<int:pk>/", pages.entity, name="entity-archive"),
    path("archives/entities/<int:pk>/file.pdf", pages.entity_pdf, name="entity-archive-pdf"),
    path("archives/cadres/<int:pk>/", pages.cadre, name="cadre-archive"),
    path("archives/cadres/<int:pk>/file.pdf", pages.cadre_pdf, name="cadre-archive-pdf"),
    path("archives/cadres/<int:pk>/bundle/", bundles.cadre_bundle, name="cadre-archive-bundle"),
    path("archives/units/<str:code>/", pages.unit, name="unit-archive"),
    path("archives/units/<str:code>/file.pdf", pages.unit_pdf, name="unit-archive-pdf"),
    path("archives/units/<str:code>/bundle/", bundles.unit_bundle, name="unit-archive-bundle"),
    path("archives/bundles/<int:pk>/", bundles.batch, name="archive-batch"),
    path("archives/bundles/<int:pk>/progress/", bundles.batch_progress, name="archive-batch-progress"),
    path("archives/bundles/<int:pk>/file/", bundles.batch_file, name="archive-batch-file"),
]  # fmt: skip
