"""Addresses of papers that hang in the shop or stay there: 公示牌, its public page, the filled list."""

from django.urls import path

from . import papers, plates, public

urlpatterns = [
    path("plates/", plates.plate_list, name="plate-list"),
    path("plates/print/", plates.bundle, name="plate-bundle"),
    path("plates/<int:entity_id>/", plates.plate, name="plate"),
    path("plates/make/", plates.make_all, name="plate-make-all"),
    path("plates/<int:entity_id>/make/", plates.plate_make, name="plate-make"),
    path("plates/<int:entity_id>/redraw/", plates.redraw, name="plate-redraw"),
    path("visits/<int:pk>/pdf/", papers.pdf, name="visit-pdf"),
    path("visits/<int:pk>/docx/", papers.docx, name="visit-docx"),
    path("p/<str:token>/", public.plate, name="public-plate"),
]
