"""Addresses of /api/v1/: areas, the register, its uploads, progress, daily reports, and the documentation."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from entities.api import EntityViewSet, LedgerUploadViewSet
from inspections.api.checks import CampaignViewSet, CheckFindingViewSet, CheckRoundViewSet
from inspections.api.dues import ChecklistViewSet, DueVisitViewSet
from inspections.api.problems import ProblemKindViewSet, ProblemViewSet
from inspections.api.safety import ComplianceViewSet, SafetyPersonViewSet
from inspections.api.visits import PhotoView, VisitViewSet
from jiamusi_foodsafety.jurisdiction.api import AreaViewSet, HasRights
from reports.api import DailyReportViewSet, IndicatorsView, ProgressView
from responsibility.api.bonds import AssignmentViewSet, CoverageView
from responsibility.api.cadre_uploads import CadreUploadViewSet
from responsibility.api.cadres import CadreViewSet, ChangeViewSet
from responsibility.api.lists import DutyViewSet, ListViewSet
from responsibility.api.notices import NoticeViewSet
from responsibility.api.organisation import DocumentViewSet, MeetingViewSet
from responsibility.api.papers import BatchViewSet, LetterViewSet, PledgeViewSet
from responsibility.api.records import (
    BodyViewSet,
    ExperienceViewSet,
    GuidanceViewSet,
    HandoverViewSet,
    InstructionViewSet,
    TrainingViewSet,
)

areas = AreaViewSet.as_view
entities = EntityViewSet.as_view
uploads = LedgerUploadViewSet.as_view
assignments = AssignmentViewSet.as_view
cadres = CadreViewSet.as_view
compliance = ComplianceViewSet.as_view
checklists = ChecklistViewSet.as_view
checks = CheckRoundViewSet.as_view
cadre_uploads = CadreUploadViewSet.as_view
documents = DocumentViewSet.as_view
duties = DutyViewSet.as_view
letters = LetterViewSet.as_view
lists = ListViewSet.as_view
meetings = MeetingViewSet.as_view
notices = NoticeViewSet.as_view
problems = ProblemViewSet.as_view
people = SafetyPersonViewSet.as_view
pledges = PledgeViewSet.as_view
reports = DailyReportViewSet.as_view
visits = VisitViewSet.as_view

# Records to read: a list and one of it each.
RECORDS = (
    ("handovers", "handover", HandoverViewSet),
    ("bodies", "body", BodyViewSet),
    ("trainings", "training", TrainingViewSet),
    ("experience", "experience", ExperienceViewSet),
    ("guidance", "guidance", GuidanceViewSet),
    ("instructions", "instruction", InstructionViewSet),
)

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
    path(
        "cadre-uploads/",
        cadre_uploads({"get": "list", "post": "create"}),
        name="cadre-upload-list",
    ),
    path("cadre-uploads/<int:pk>/", cadre_uploads({"get": "retrieve"}), name="cadre-upload-detail"),
    path(
        "cadre-uploads/<int:pk>/findings/",
        cadre_uploads({"get": "findings"}),
        name="cadre-upload-findings",
    ),
    *(
        path(
            f"cadre-uploads/<int:pk>/{act}/",
            cadre_uploads({"post": act}),
            name=f"cadre-upload-{act}",
        )
        for act in ("columns", "confirm", "discard", "undo")
    ),
    path("changes/", ChangeViewSet.as_view({"get": "list"}), name="change-list"),
    path("lists/", lists({"get": "list"}), name="list-list"),
    path("lists/<int:pk>/", lists({"get": "retrieve"}), name="list-detail"),
    path("lists/<int:pk>/copy/", lists({"post": "copy"}), name="list-copy"),
    path("lists/<int:pk>/items/", lists({"post": "item_add"}), name="list-items"),
    path("lists/<int:pk>/issue/", lists({"post": "issue"}), name="list-issue"),
    path(
        "list-items/<int:pk>/",
        lists({"put": "item_change", "delete": "item_remove"}),
        name="list-item",
    ),
    path("pledges/", pledges({"get": "list", "post": "create"}), name="pledge-list"),
    path("pledges/<int:pk>/", pledges({"get": "retrieve"}), name="pledge-detail"),
    *(
        path(f"pledges/<int:pk>/{act}/", pledges({"post": act}), name=f"pledge-{act}")
        for act in ("issue", "scan", "void")
    ),
    path("batches/<int:pk>/", BatchViewSet.as_view({"get": "retrieve"}), name="batch-detail"),
    path("letters/", letters({"get": "list", "post": "create"}), name="letter-list"),
    path("letters/<int:pk>/", letters({"get": "retrieve"}), name="letter-detail"),
    path("letters/<int:pk>/sign/", letters({"post": "sign"}), name="letter-sign"),
    path("letters/<int:pk>/void/", letters({"post": "void"}), name="letter-void"),
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
    path("problem-kinds/", ProblemKindViewSet.as_view({"get": "list"}), name="problem-kind-list"),
    path("problems/<int:pk>/", problems({"get": "retrieve"}), name="problem-detail"),
    path("problems/<int:pk>/moves/", problems({"post": "moves"}), name="problem-move"),
    path("compliance/", compliance({"get": "list"}), name="compliance-list"),
    path("compliance/<int:pk>/", compliance({"get": "retrieve"}), name="compliance-detail"),
    path("safety-people/", people({"get": "list", "post": "create"}), name="safety-person-list"),
    path("safety-people/<int:pk>/", people({"get": "retrieve"}), name="safety-person-detail"),
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
    *(
        path(f"{folder}/", views.as_view({"get": "list"}), name=f"{name}-list")
        for folder, name, views in RECORDS
    ),
    *(
        path(f"{folder}/<int:pk>/", views.as_view({"get": "retrieve"}), name=f"{name}-detail")
        for folder, name, views in RECORDS
    ),
]
