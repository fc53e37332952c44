"""变更台账: the list, its filters, its pages and its file."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.models import Change
from responsibility.queries.changes import change_days, open_counts
from tests.factories import EntityFactory
from tests.personas import OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db
LIST = "responsibility:change-list"


@pytest.fixture
def ledger(areas, county_officer):
    """Changes of each family: one late, one open, one put right."""
    now, today = timezone.now(), timezone.localdate()
    day = datetime.timedelta(days=1)
    cadre = CadreFactory(area=areas[VILLAGE], name="李四光")
    shop = EntityFactory(area=areas[OTHER_TOWN], name="老于家饭馆")
    rows = [
        ("cadre_left", TOWN, {"cadre": cadre}, -1, None, 40),
        ("entity_grade", OTHER_TOWN, {"entity": shop}, 5, None, 2),
        ("entity_new", OTHER_TOWN, {"entity": shop}, 5, today, 0),
        ("bond_new", VILLAGE, {"entity": shop, "cadre": cadre}, None, None, 0),
    ]
    for kind, area, about, due, adjusted, ago in rows:
        Change.objects.create(
            kind=kind, area=areas[area], before="D级", after="C级", happened_on=today - ago * day,
            recorded_at=now - ago * day, recorded_by=county_officer,
            report_due_on=None if due is None else today,
            adjust_due_on=None if due is None else today + due * day, adjusted_on=adjusted, **about,
        )  # fmt: skip
    return {"cadre": cadre, "shop": shop, "today": today}


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", "cadre_left entity_grade entity_new bond_new"),
        ("view=cadre", "cadre_left"),
        ("view=entity", "entity_grade entity_new"),
        ("view=bond", "bond_new"),
        ("view=open", "cadre_left entity_grade"),
        ("view=overdue", "cadre_left"),
        ("kind=entity_new&kind=bond_new", "entity_new bond_new"),
        (f"area={OTHER_TOWN}", "entity_grade entity_new"),
        ("q=于家", "entity_grade entity_new bond_new"),
        ("q=李四光", "cadre_left bond_new"),
        ("since=today", "entity_new bond_new"),
        ("until=before", "cadre_left"),
        ("cadre=pk", "cadre_left bond_new"),
        ("entity=pk", "entity_grade entity_new bond_new"),
        ("since=2022-13-45", ""),
        ("kind=nonsense", ""),
        ("cadre=x", ""),
    ],
)
def test_each_condition_narrows_the_list(log_in, county_officer, ledger, query, kinds):
    query = query.replace("=today", f"={ledger['today']}")
    query = query.replace("=before", f"={ledger['today'] - datetime.timedelta(days=10)}")
    query = query.replace("cadre=pk", f"cadre={ledger['cadre'].pk}")
    query = query.replace("entity=pk", f"entity={ledger['shop'].pk}")
    response = log_in(county_officer).get(f"{reverse(LIST)}?{query}")
    assert sorted(row.kind for row in response.context["page"].rows) == sorted(kinds.split())
    assert response.context["count"] == len(kinds.split())


def test_clocks_are_shown_in_words(log_in, county_officer, ledger):
    text = log_in(county_officer).get(reverse(LIST)).content.decode()
    assert all(word in text for word in ("逾期", "待调整", "已调整"))


def test_counts_by_day_come_from_the_counters(ledger, county_officer):
    today = change_days(user=county_officer, code="", on=ledger["today"])[0]
    assert (today["cadre"], today["entity"], today["bond"]) == (0, 1, 1)
    assert open_counts(user=county_officer, on=ledger["today"]) == {"open": 2, "overdue": 1}


def test_pages_go_by_moment_and_key(log_in, county_officer, areas):
    cadre, now = CadreFactory(area=areas[VILLAGE]), timezone.now()
    Change.objects.bulk_create(
        Change(kind="cadre_post", area=areas[VILLAGE], cadre=cadre, happened_on=now.date(),
               recorded_at=now - datetime.timedelta(seconds=n // 3), before=str(n))
        for n in range(120)
    )  # fmt: skip
    client, address, seen = log_in(county_officer), reverse(LIST), []
    while address:
        response = client.get(address)
        seen += [row.pk for row in response.context["page"].rows]
        last = response
        address = response.context["next_url"] and reverse(LIST) + response.context["next_url"]
    newest = Change.objects.order_by("-recorded_at", "-pk")
    assert seen == list(newest.values_list("pk", flat=True))
    back = client.get(reverse(LIST) + last.context["previous_url"])
    assert [row.pk for row in back.context["page"].rows] == seen[50:100]


def test_the_file_holds_what_the_list_finds(log_in, county_officer, ledger):
    response = log_in(county_officer).get(
        reverse("responsibility:change-export"), {"view": "overdue"}
    )
    page = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    (row,) = page.iter_rows(min_row=2, values_only=True)
    assert (row[2], row[8], row[15]) == ("干部离任", "李四光", "逾期")
    assert AuditRecord.objects.get(action="export").object_type == "change"


def test_the_api_gives_the_same_rows(log_in, county_officer, ledger):
    client = log_in(county_officer)
    found = client.get(reverse("api:change-list"), {"view": "open"}).json()["results"]
    assert [row["kind"] for row in found] == ["cadre_left", "entity_grade"]
    assert client.get(reverse("api:change-list"), {"view": "nonsense"}).status_code == 400


def test_the_api_shows_a_cadre_s_whole_number_only_to_who_may_see_it(
    log_in, county_officer, city_officer, areas
):
    cadre = CadreFactory(area=areas[VILLAGE], phone="13812340001")
    address = reverse("api:cadre-detail", args=[cadre.pk])
    assert log_in(county_officer).get(address).json()["phone"] == "13812340001"
    assert AuditRecord.objects.get(action="reveal").object_id == str(cadre.pk)
    assert log_in(city_officer).get(address).json()["phone"] == "138****0001"
    listed = log_in(county_officer).get(reverse("api:cadre-list")).json()["results"]
    assert listed[0]["phone"] == "138****0001"
