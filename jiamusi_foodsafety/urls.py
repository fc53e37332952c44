"""Addresses of the product."""

from django.contrib import admin
from django.urls import include, path

from jiamusi_foodsafety.health import healthz

urlpatterns = [
    path("", include("jiamusi_foodsafety.jurisdiction.urls")),
    path("healthz", healthz, name="healthz"),
    path("", include("entities.urls")),
    path("", include("responsibility.urls")),
    path("", include("inspections.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("jiamusi_foodsafety.api_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "jiamusi_foodsafety.kit.errors.bad_request"
handler403 = "jiamusi_foodsafety.kit.errors.permission_denied"
handler404 = "jiamusi_foodsafety.kit.errors.page_not_found"
handler500 = "jiamusi_foodsafety.kit.errors.server_error"
