"""What import-linter cannot see: foreign keys point down, no manager in an interface, sizes, public views."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

ROOT = Path(settings.BASE_DIR)
# From the lowest up.
ROOMS = ["kit", "jurisdiction", "entities", "responsibility", "inspections", "reports"]
FOLDERS = {
    "kit": "jiamusi_foodsafety/kit",
    "jurisdiction": "jiamusi_foodsafety/jurisdiction",
    "entities": "entities",
    "responsibility": "responsibility",
    "inspections": "inspections",
    "reports": "reports",
}
LINES, STATEMENTS = 400, 40
INTERFACES = (
    "views",
    "api",
    "admin",
    "filters",
    "context_processors",
    "middleware",
    "authentication",
)
PUBLIC = {
    "login",
    "logout",
    "healthz",
    "admin:login",
    # who answers for a business, by the code on its plate; and a script that holds nothing of anybody
    "inspections:public-plate",
    "inspections:phone-worker",
    # sums of an area for a screen, by a link that can be revoked
    "reports:wall-screen",
    "reports:wall-screen-parts",
    "reports:wall-screen-map",
}


def modules():
    folders = [*FOLDERS.values(), "jiamusi_foodsafety"]
    found = {path for folder in folders for path in (ROOT / folder).rglob("*.py")}
    return sorted(path for path in found if "migrations" not in path.parts)


def name(path):
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at():
    assert len(modules()) > 50


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_module_is_longer_than_the_house_allows(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_function_is_longer_than_the_house_allows(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1 > STATEMENTS
    ]
    assert long == []


def interfaces():
    return [
        path
        for path in modules()
        for parts in [path.relative_to(ROOT).with_suffix("").parts]
        if any(part in INTERFACES or part == "api_urls" for part in parts)
    ]


@pytest.mark.parametrize("path", interfaces(), ids=name)
def test_interfaces_name_no_manager(path):
    """Views, APIs and admin pages read through queries and write through services."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    managers = {"objects", "_default_manager", "_base_manager"}
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in managers
    ]
    assert lines == []


def room_of(model):
    label = model._meta.app_label
    return ROOMS.index(label) if label in ROOMS else -1


def test_foreign_keys_point_down():
    up = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation
        and (field.many_to_one or field.many_to_many or field.one_to_one)
        and not field.auto_created
        and field.related_model is not None
        and room_of(model) >= 0
        and room_of(field.related_model) > room_of(model)
    ]
    assert up == []


def test_models_keep_no_ordering_and_dates_know_their_zone():
    ours = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    assert [model._meta.label for model in ours if model._meta.ordering] == []
    assert settings.USE_TZ
    assert settings.TIME_ZONE == "Asia/Shanghai"


def views(resolver=None, namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or str(entry.pattern)), entry.callback
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from views(entry, inner)


def test_public_views_are_these_and_no_others():
    """The API asks for itself (DRF: IsAuthenticated), everything else is behind the login."""
    public = {
        label
        for label, view in views()
        if not getattr(view, "login_required", True) and not hasattr(view, "cls")
    }
    assert public == PUBLIC


def permissions(view):
    return getattr(view, "initkwargs", {}).get("permission_classes", view.cls.permission_classes)


def test_every_api_view_asks_who_is_calling():
    from rest_framework.permissions import AllowAny

    doors = {label: permissions(view) for label, view in views() if hasattr(view, "cls")}
    assert [label for label, asked in doors.items() if not asked or AllowAny in asked] == []


def test_the_beat_schedule_names_tasks_that_exist():
    from jiamusi_foodsafety.celery import app

    app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert names - set(app.tasks) == set()
