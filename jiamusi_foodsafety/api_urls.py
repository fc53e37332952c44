"""Addresses of /api/v1/: areas, the register, its uploads, progress, daily reports, and the documentation."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from entities.api import EntityViewSet, LedgerUploadViewSet
from inspections.api.checks import CampaignViewSet, CheckFindingViewSet, CheckRoundViewSet
from inspections.api.dues import ChecklistViewSet, DueVisitViewSet
from inspections.api.problems import ProblemViewSet
from inspections.api.visits import PhotoView, VisitViewSet
from jiamusi_foodsafety.jurisdiction.api import AreaViewSet, HasRights
from reports.api import DailyReportViewSet, IndicatorsView, ProgressView
from responsibility.api.bonds import AssignmentViewSet, CoverageView
from responsibility.api.cadres import CadreViewSet, ChangeViewSet
from responsibility.api.lists import DutyViewSet, ListViewSet
from responsibility.api.notices import NoticeViewSet
from responsibility.api.organisation import DocumentViewSet, MeetingViewSet

areas = AreaViewSet.as_view
entities = EntityViewSet.as_view
uploads = LedgerUploadViewSet.as_view
assignments = AssignmentViewSet.as_view
cadres = CadreViewSet.as_view
checklists = ChecklistViewSet.as_view
checks = CheckRoundViewSet.as_view
documents = DocumentViewSet.as_view
duties = DutyViewSet.as_view
lists = ListViewSet.as_view
meetings = MeetingViewSet.as_view
notices = NoticeViewSet.as_view
problems = ProblemViewSet.as_view
reports = DailyReportViewSet.as_view
visits = VisitViewSet.as_view

app_name = "api"
urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[HasRights]),
        name="schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api:schema", template_name="api/docs.html", permission_classes=[HasRights]
        ),
        name="docs",
    ),
    path("areas/", areas({"get": "list"}), name="area-list"),
    path("areas/<str:code>/", areas({"get": "retrieve"}), name="area-detail"),
    path("areas/<str:code>/children/", areas({"get": "children"}), name="area-children"),
    path("entities/", entities({"get": "list"}), name="entity-list"),
    path(
        "entities/<int:pk>/",
        entities({"get": "retrieve", "patch": "partial_update"}),
        name="entity-detail",
    ),
    path("entities/<int:pk>/history/", entities({"get": "history"}), name="entity-history"),
    path(
        "ledger-uploads/",
        uploads({"get": "list", "post": "create"}),
        name="ledger-upload-list",
    ),
    path("ledger-uploads/<int:pk>/", uploads({"get": "retrieve"}), name="ledger-upload-detail"),
    path(
        "ledger-uploads/<int:pk>/findings/",
        uploads({"get": "findings"}),
        name="ledger-upload-findings",
    ),
    *(
        path(f"ledger-uploads/<int:pk>/{act}/", uploads({"post": act}), name=f"ledger-upload-{act}")
        for act in ("columns", "renewals", "confirm", "discard", "undo")
    ),
    path("assignments/", assignments({"get": "list", "post": "create"}), name="assignment-list"),
    path("assignments/<int:pk>/", assignments({"get": "retrieve"}), name="assignment-detail"),
    path("cadres/", cadres({"get": "list"}), name="cadre-list"),
    path("cadres/<int:pk>/", cadres({"get": "retrieve"}), name="cadre-detail"),
    path("changes/", ChangeViewSet.as_view({"get": "list"}), name="change-list"),
    path("lists/", lists({"get": "list"}), name="list-list"),
    path("lists/<int:pk>/", lists({"get": "retrieve"}), name="list-detail"),
    path("duties/", duties({"get": "list"}), name="duty-list"),
    path("duties/<int:pk>/", duties({"get": "retrieve"}), name="duty-detail"),
    path("documents/", documents({"get": "list"}), name="document-list"),
    path("documents/<int:pk>/", documents({"get": "retrieve"}), name="document-detail"),
    path("meetings/", meetings({"get": "list"}), name="meeting-list"),
    path("meetings/<int:pk>/", meetings({"get": "retrieve"}), name="meeting-detail"),
    path("notices/", notices({"get": "list"}), name="notice-list"),
    path("notices/<int:pk>/", notices({"get": "retrieve"}), name="notice-detail"),
    path("checklists/", checklists({"get": "list"}), name="checklist-list"),
    path("checklists/<int:pk>/", checklists({"get": "retrieve"}), name="checklist-detail"),
    path("due-visits/", DueVisitViewSet.as_view({"get": "list"}), name="due-visit-list"),
    path("visits/", visits({"get": "list", "post": "create"}), name="visit-list"),
    path("visits/<int:pk>/", visits({"get": "retrieve"}), name="visit-detail"),
    path("photos/", PhotoView.as_view(), name="photo"),
    path("checks/", checks({"get": "list"}), name="check-list"),
    path("checks/<int:pk>/", checks({"get": "retrieve"}), name="check-detail"),
    path(
        "check-findings/",
        CheckFindingViewSet.as_view({"get": "list"}),
        name="check-finding-list",
    ),
    path("campaigns/", CampaignViewSet.as_view({"get": "list"}), name="campaign-list"),
    path("problems/", problems({"get": "list"}), name="problem-list"),
    path("problems/<int:pk>/", problems({"get": "retrieve"}), name="problem-detail"),
    path("problems/<int:pk>/moves/", problems({"post": "moves"}), name="problem-move"),
    path("coverage/", CoverageView.as_view(), name="coverage"),
    path("indicators/", IndicatorsView.as_view(), name="indicators"),
    path("progress/", ProgressView.as_view(), name="progress"),
    path("daily-reports/", reports({"get": "list"}), name="daily-report-list"),
    path("daily-reports/<int:pk>/", reports({"get": "retrieve"}), name="daily-report-detail"),
    path(
        "daily-reports/<int:pk>/confirm/",
        reports({"post": "confirm"}),
        name="daily-report-confirm",
    ),
    path(
        "daily-reports/<int:pk>/return/", reports({"post": "send_back"}), name="daily-report-return"
    ),
]
