import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.services import audit

pytestmark = pytest.mark.django_db


def test_a_record_says_who_when_where_what(county_officer, rf):
    request = rf.get("/", REMOTE_ADDR="10.1.2.3")
    record = audit(
        actor=county_officer, action="export", request=request, object_type="entities.entity",
        object_id=7, detail={"rows": 3},
    )  # fmt: skip
    record.refresh_from_db()
    assert record.at.tzinfo is not None
    assert (record.actor, record.actor_name) == (county_officer, county_officer.name)
    assert (record.address, record.area_id, record.object_id) == ("10.1.2.3", "379921", "7")
    assert record.detail == {"rows": 3}


@pytest.mark.parametrize(
    ("persona", "place"),
    [
        ("station_officer", "379921"),
        ("supervision", "3799"),
        ("city_admin", "3799"),
        ("nobody", None),
    ],
)
def test_a_record_is_filed_under_the_actors_place(request, persona, place):
    record = audit(actor=request.getfixturevalue(persona), action="change")
    assert record.area_id == place


def test_without_a_person_it_was_the_system():
    assert audit(actor=None, action="report").actor_name == "系统"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE jurisdiction_auditrecord SET actor_name = 'x'",
        "DELETE FROM jurisdiction_auditrecord",
        "TRUNCATE jurisdiction_auditrecord",
    ],
)
def test_the_database_refuses_to_change_the_log(statement):
    audit(actor=None, action="change")
    with (
        pytest.raises(InternalError, match=r"Cannot|append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditRecord.objects.get().actor_name == "系统"


def test_who_may_read_which_records(request, areas):
    for code in ("3799", "379921", "379902", None):
        audit(actor=None, action="change", area_code=code)
    seen = {
        name: set(
            AuditRecord.objects.visible_to(request.getfixturevalue(name)).values_list(
                "area_id", flat=True
            )
        )
        for name in ("city_admin", "auditor", "system_admin", "county_officer", "nobody")
    }
    everything = {"3799", "379921", "379902", None}
    assert seen == {
        "city_admin": everything, "auditor": everything,
        "system_admin": set(), "county_officer": set(), "nobody": set(),
    }  # fmt: skip
