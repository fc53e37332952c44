"""History on every table of the room: recorded by triggers, or named here with the reason."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import Error, transaction
from django.utils import timezone

from responsibility.models import HandoverReceiver, Notification, PlanRow
from responsibility.services.handovers import handover_make
from responsibility.services.notifications import notifications_read, notify
from responsibility.services.planning import plan_make
from tests.factories import EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db

WITHOUT = {
    "AssignmentTally": "counted by triggers from the bonds; proven by prove_coverage",
    "CadreLoad": "counted by triggers from the bonds; proven by prove_coverage",
    "ChangeTally": "counted by triggers from the changes",
    "ChangeCursor": "how far the register's history has been read: moves every five minutes, says nothing",
    "CadreRow": "read out of an uploaded file; the upload has history and keeps the file",
    "CadreFinding": "found in an uploaded file; the upload has history and keeps the file",
    "CadreMissing": "found in comparing an uploaded file; the upload has history and keeps the file",
    "PlanRow": "written once with its plan, which has history; the database refuses any change",
}


def tables():
    return [
        model
        for model in apps.get_app_config("responsibility").get_models(include_auto_created=True)
        if not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    ]


def test_each_table_has_history_or_a_reason():
    without = {model.__name__ for model in tables() if not hasattr(model, "pgh_event_model")}
    assert without == set(WITHOUT)
    assert len(tables()) > 40


def test_a_row_of_a_plan_is_never_changed_nor_deleted(areas):
    EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger")
    CadreFactory(area=areas[VILLAGE])
    plan = plan_make(area=areas[VILLAGE], by=None, at=timezone.now())
    for act in (lambda rows: rows.update(move="balance"), lambda rows: rows.delete()):
        with pytest.raises(Error, match="planrow"), transaction.atomic():
            act(PlanRow.objects.filter(plan=plan))
    assert [row.move for row in plan.rows.all()] == ["new"]


def test_who_may_receive_and_who_was_told_are_kept(areas, county_officer):
    giver, other = CadreFactory(area=areas[VILLAGE]), CadreFactory(area=areas[VILLAGE])
    today = timezone.localdate()
    outcome = handover_make(
        cadre=giver, receivers=[other], reason="transfer", on=today + timedelta(days=3), today=today,
        leaves=True, by=county_officer, at=timezone.now(),
    )  # fmt: skip
    events = HandoverReceiver.pgh_event_model.objects.select_related("pgh_context")
    [event] = events.filter(handover=outcome.handover)
    assert (event.cadre_id, event.pgh_context.metadata["user"]) == (other.pk, county_officer.pk)

    notify(users=[county_officer], key="k", text="一条")
    notifications_read(user=county_officer, at=timezone.now())
    labels = Notification.pgh_event_model.objects.order_by("pk").values_list("pgh_label", "read_at")
    assert [(label, read is None) for label, read in labels] == [
        ("insert", True),
        ("update", False),
    ]
