"""Figures, and moved people and businesses: everybody sees his own area's, from the next request on."""

import pytest
from django.test import Client
from django.urls import reverse

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import User
from tests.factories import CategoryFactory, EntityFactory
from tests.foreign import FOREIGN, FOREIGN_TOWN, WORD, text_of
from tests.personas import COUNTY, OTHER_COUNTY, TOWN
from tests.strangers import client_of

pytestmark = pytest.mark.django_db


# --- figures ----------------------------------------------------------------------------------------

PREFIXES = {
    "city_officer": ("3799",), "leader": ("3799",), "county_leader": (COUNTY,),
    "county_officer": (COUNTY,), "outsider": (OTHER_COUNTY,), "station_officer": (TOWN,),
    "supervision": (COUNTY,), "two_counties": (COUNTY, OTHER_COUNTY), "cadre": (), "nobody": (),
}  # fmt: skip
OBLIGED = ("operating", "suspended", "seasonal")
SCREENED = ("off_season", "not_opened", "closed", "dormant", "lost")


@pytest.fixture
def register(world, areas):
    """A register with a business of every status and grade, spread unevenly over all areas."""
    category = CategoryFactory()
    statuses = (*OBLIGED, *SCREENED, "cancelled", "withdrawn")
    places = sorted(areas)
    Entity.objects.bulk_create(
        EntityFactory.build(
            area_id=places[number * number % len(places)], category=category,
            status=statuses[number % len(statuses)], grade=("", "A", "B", "C", "D")[number * 7 % 5],
            surveyed_on="2022-10-01" if number % 3 else None, doubts=["W_PHONE"] if number % 4 else [],
            suggested_grade="C",
        )
        for number in range(160)
    )  # fmt: skip
    return list(Entity.objects.values("area_id", "status", "grade", "surveyed_on", "doubts"))


def counted(register, prefixes, area=""):
    """The figures of a scope, counted one by one."""
    rows = [row for row in register if row["area_id"].startswith(prefixes or ("-",))]
    rows = [row for row in rows if row["area_id"].startswith(area)]
    held = [row for row in rows if row["status"] in OBLIGED]
    known = [row for row in rows if row["status"] in OBLIGED + SCREENED]
    return {
        "registered": len(known), "obliged": len(held), "screened": len(known) - len(held),
        "graded": sum(bool(row["grade"]) for row in held),
        "ungraded": sum(not row["grade"] for row in held),
        **{f"grade_{g.lower()}": sum(row["grade"] == g for row in held) for g in "ABCD"},
        "surveyed": sum(row["surveyed_on"] is not None for row in known),
        "doubtful": sum(bool(row["doubts"]) for row in known),
    }  # fmt: skip


@pytest.mark.parametrize("name", PREFIXES)
def test_every_figure_is_that_of_the_person_s_own_rows(name, request, world, register):
    person = world.people.get(name) or request.getfixturevalue(name)
    client, mine = Client(), PREFIXES[name]
    client.force_login(person)
    truth = counted(register, mine)
    for area in ("", COUNTY, TOWN, FOREIGN, FOREIGN_TOWN, OTHER_COUNTY):
        here = counted(register, mine, area)
        response = client.get(reverse("entities:entity-list"), {"area": area} if area else {})
        if response.status_code == 403:
            assert name == "nobody"
            continue
        context = response.context
        told = {tab["label"]: tab["count"] for tab in context["tabs"]}
        assert context["count"] == here["registered"] == told["全部在册"]
        assert (told["应包"], told["待分级"]) == (here["obliged"], here["ungraded"])
        assert (told["已筛除"], told["有疑点"]) == (here["screened"], here["doubtful"])
        graded = client.get(
            reverse("entities:entity-list"), {"area": area, "view": "obliged", "grade": ["A", "C"]}
        )
        assert graded.context["count"] == here["grade_a"] + here["grade_c"]
    board = client.get(reverse("reports:dashboard"))
    if not mine:
        assert board.status_code in (403, 404)
        return
    page = board.context["page"]
    assert {key: getattr(page.total.figures, key) for key in truth} == truth
    for row in page.children:
        if not row.is_rest:
            assert row.figures.graded == counted(register, mine, row.code)["graded"]
    if person.has_perm("jurisdiction.use_api"):
        api = client.get(reverse("api:progress")).json()
        assert (api["registered"], api["graded"]) == (truth["registered"], truth["graded"])
        listed, address = 0, reverse("api:entity-list") + "?size=7"
        while address:
            page = client.get(address).json()
            listed += len(page["results"])
            address = page["next"]
        assert listed == truth["registered"]


def test_a_report_s_figures_are_those_of_the_reader_s_counties(world, register, city_officer):
    boss = Client()
    boss.force_login(city_officer)
    boss.post(reverse("reports:daily-report-build"))
    for name in ("county_officer", "county_leader", "two_counties", "outsider"):
        client = client_of(world, name)
        listed = client.get(reverse("reports:daily-report-list"))
        (report, line), *_ = listed.context["reports"]
        truth = counted(register, PREFIXES[name])
        if line is not None:
            assert line.figures["graded"] == truth["graded"], name
        page = client.get(reverse("reports:daily-report-detail", args=[report.pk])).context["page"]
        assert page.total.figures.graded == truth["graded"]
        assert {row.code[:6] for row in page.rows} == set(PREFIXES[name])


# --- what has changed counts at once ----------------------------------------------------------------


def test_a_moved_business_leaves_the_sight_of_its_former_county(world, city_admin):
    """A proposal goes with its business: the former county neither sees nor decides it."""
    city = Client()
    city.force_login(city_admin)
    city.post(reverse("entities:transfer-decide", args=[world.transfer.pk]), {"act": "accept"})
    former = Client()
    former.force_login(world.clerk)
    for url in ("entities:screening-detail", "entities:screening-evidence"):
        assert former.get(reverse(url, args=[world.proposal.pk])).status_code == 404
    assert f"{WORD}酒楼" not in text_of(former.get(reverse("entities:screening-list")))
    decide = reverse("entities:screening-decide", args=[world.proposal.pk])
    assert former.post(decide, {"act": "approve"}).status_code == 404
    new = client_of(world, "outsider")
    assert new.post(decide, {"act": "approve"}).status_code == 302
    world.entity.refresh_from_db()
    assert world.entity.status == "closed"


def test_another_area_station_or_role_counts_from_the_next_request(world, areas, station):
    officer, person = client_of(world, "station_officer"), world.people["station_officer"]
    mine = reverse("entities:entity-detail", args=[world.ours.entity.pk])
    theirs = reverse("entities:entity-detail", args=[world.entity.pk])
    assert (officer.get(mine).status_code, officer.get(theirs).status_code) == (200, 404)
    station.station_areas.update(area=areas[FOREIGN_TOWN])
    assert (officer.get(mine).status_code, officer.get(theirs).status_code) == (404, 200)
    person.groups.clear()
    assert officer.get(theirs).status_code == 403
    clerk, person = client_of(world, "county_officer"), world.people["county_officer"]
    assert (clerk.get(mine).status_code, clerk.get(theirs).status_code) == (200, 404)
    User.objects.filter(pk=person.pk).update(area=areas[FOREIGN])
    assert (clerk.get(mine).status_code, clerk.get(theirs).status_code) == (404, 200)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert clerk.get(theirs).status_code == 302
