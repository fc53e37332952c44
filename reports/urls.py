from django.urls import path

from .views import dashboard, indicators, quality, spread
from .views.archives.urls import urlpatterns as archives
from .views.daily_reports.urls import urlpatterns as daily_reports
from .views.plans.urls import urlpatterns as plans
from .views.profiles.urls import urlpatterns as profiles
from .views.walls.urls import urlpatterns as walls

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.home_dashboard, name="dashboard"),
    path("dashboard/progress.xlsx", dashboard.home_export, name="dashboard-export"),
    path("areas/<str:code>/", dashboard.area_dashboard, name="area-dashboard"),
    path("areas/<str:code>/progress.xlsx", dashboard.area_export, name="area-export"),
    path("areas/<str:code>/trend.xlsx", dashboard.trend_export, name="trend-export"),
    path("spread/", spread.spread_page, name="spread"),
    path("spread/spread.xlsx", spread.spread_export, name="spread-export"),
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators.xlsx", indicators.indicator_list_export, name="indicator-list-export"),
    path("indicators/<str:code>/", indicators.indicator_detail, name="indicator-detail"),
    path("indicators/<str:code>/<str:side>/", indicators.indicator_rows, name="indicator-rows"),
    path(
        "indicators/<str:code>/<str:side>/rows.xlsx",
        indicators.indicator_export,
        name="indicator-export",
    ),
    path("quality/", quality.quality, name="quality"),
    path("quality/table.xlsx", quality.quality_export, name="quality-export"),
    path("quality/unvisited/", quality.quality_unvisited, name="quality-unvisited"),
    path(
        "quality/unvisited/rows.xlsx",
        quality.quality_unvisited_export,
        name="quality-unvisited-export",
    ),
    path("maps/counties.geojson", dashboard.county_map, name="county-map"),
    *daily_reports,
    *profiles,
    *archives,
    *plans,
    *walls,
]
