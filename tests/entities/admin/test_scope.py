import io

import pytest
from django.urls import reverse
from django.utils import timezone

from entities.ledger.process import upload_work
from entities.ledger.uploads import upload_accept
from entities.models import (
    ColumnChoice,
    Entity,
    LedgerUpload,
    Proposal,
    SampleDraw,
    Transfer,
)
from jiamusi_foodsafety.jurisdiction.models import Area
from reports.models import DailyReport
from tests.entities.admin.pages import listed, url
from tests.entities.ledgers import GOOD
from tests.entities.test_api import ledger
from tests.factories import EntityFactory
from tests.personas import COUNTY

pytestmark = pytest.mark.django_db
CANARY = "别市金丝雀"


@pytest.fixture
def foreign(city_admin):
    """A business of another city in the same database, with all that hangs on it."""
    city = Area.objects.create(code="3701", name=f"{CANARY}市", level="city")
    county = Area.objects.create(code="370101", name=f"{CANARY}县", level="county", parent=city)
    entity = EntityFactory(area=county, name=CANARY, cadre_name=CANARY)
    upload = upload_accept(
        source=io.BytesIO(b"x"), filename=f"{CANARY}.csv", area=county, by=None, channel="api",
        at=timezone.now(),
    )  # fmt: skip
    return {
        "entity": entity,
        "ledgerupload": upload,
        "proposal": Proposal.objects.create(
            entity=entity, area=county, kind="screen", status_to="closed", reason=CANARY
        ),
        "transfer": Transfer.objects.create(entity=entity, to_area=county),
        "sampledraw": SampleDraw.objects.create(
            area=city, kind="screen", seed=1, percent=5, until=timezone.now(), frame_size=0,
            drawn_ids=[], drawn_by=city_admin,
        ),
        "columnchoice": ColumnChoice.objects.create(area=county, heading=CANARY, field="name"),
        "dailyreport": DailyReport.objects.create(
            area=city, date="2022-11-02", number=1, as_of=timezone.now()
        ),
    }  # fmt: skip


# --- scope -----------------------------------------------------------------------------------------

SCOPED = (
    "entity", "ledgerupload", "proposal", "transfer", "sampledraw", "columnchoice", "dailyreport",
)  # fmt: skip


@pytest.mark.parametrize("model", SCOPED)
def test_another_city_is_nowhere_in_the_administration(foreign, browser, model):
    page = browser.get(url(model, "changelist"))
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
    key = foreign[model].pk
    assert f"/{key}/change/" not in page.content.decode()
    for name in ("change", "history"):
        known, unknown = (browser.get(url(model, name, pk)) for pk in (key, key + 999))
        assert known.status_code == unknown.status_code == 404
        assert known.content == unknown.content


def test_suggestions_and_searches_name_no_business_of_another_city(foreign, entity, browser):
    assert [row.pk for row in listed(browser, "?q=金丝雀").result_list] == []
    query = {
        "app_label": "entities",
        "model_name": "proposal",
        "field_name": "entity",
        "term": "金丝",
    }
    answer = browser.get(reverse("admin:autocomplete"), query)
    assert answer.status_code in (200, 403)
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    "persona",
    [
        "city_officer",
        "county_officer",
        "station_officer",
        "leader",
        "system_admin",
        "auditor",
        "cadre",
    ],
)
def test_only_the_citys_administrators_reach_the_register_here(request, log_in, entity, persona):
    browser = log_in(request.getfixturevalue(persona))
    for address in (
        url("entity", "changelist"), url("entity", "change", entity.pk), url("entity", "import"),
        url("category", "changelist"), url("gradingstandard", "changelist"),
    ):  # fmt: skip
        assert browser.get(address).status_code == 403, address


def test_who_is_not_logged_in_is_sent_to_the_one_login(anonymous):
    address = url("entity", "changelist")
    answer = anonymous.get(address)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('login')}?next={address}"


def test_nothing_here_is_deleted_but_dictionary_words(entity, browser):
    for model, pk in (
        ("entity", entity.pk), ("category", "catering"), ("gradingstandard", 1),
    ):  # fmt: skip
        assert browser.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403
    answer = browser.post(
        url("entity", "changelist"),
        {"action": "delete_selected", "_selected_action": [entity.pk], "post": "yes", "index": 0},
    )
    assert answer.status_code in (200, 302)
    assert Entity.objects.filter(pk=entity.pk).exists()


# --- the ledger's door -----------------------------------------------------------------------------


def test_import_leads_into_the_pipeline_and_writes_nothing_itself(browser):
    assert browser.get(url("entity", "import")).status_code == 200
    answer = browser.post(
        url("entity", "import"), {"file": ledger(GOOD), "area": COUNTY, "mode": "partial"}
    )
    upload = LedgerUpload.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("entities:upload-detail", args=[upload.pk])
    assert (upload.channel, upload.area_id, upload.state) == ("admin", COUNTY, "queued")
    assert not Entity.objects.exists()
    assert upload_work(upload.pk) == "review"
    assert LedgerUpload.objects.get().new == 1


def test_import_takes_no_file_in_anothers_name(browser):
    wrong = browser.post(
        url("entity", "import"), {"file": ledger(GOOD), "area": "370101", "mode": "partial"}
    )
    assert wrong.status_code == 200
    assert browser.post(url("entity", "import"), {"area": COUNTY}).status_code == 200
    assert not LedgerUpload.objects.exists()
