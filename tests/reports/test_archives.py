"""包保档案: what is there, what is missing, n/m, on paper, and many in one zip."""

import datetime
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from reports.documents.archive_bundles import bundle_work
from reports.documents.archives import archive_values
from reports.queries.archives import cadre_archive, entity_archive, unit_archive
from responsibility.models import Batch, Notification, Pledge
from responsibility.services.bundles import KEPT, bundles_purge
from responsibility.tasks import work_batch
from tests.inspections.makers_visits import load_lists, make_held, make_visit
from tests.personas import COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory
from tests.responsibility.makers import make_document, make_meeting

pytestmark = pytest.mark.django_db
ON = datetime.date(2022, 11, 2)


@pytest.fixture
def bond(areas):
    load_lists()
    return make_held(areas=areas, name="示例小店", expires_on=datetime.date(2027, 1, 1))


def states(archive):
    return {section.key: section.state for section in archive.sections}


def test_a_business_s_file_says_what_is_there_and_what_is_missing(bond, county_officer):
    archive = entity_archive(user=county_officer, pk=bond.entity_id, on=ON)
    found = states(archive)
    assert len(found) == 12
    assert found["licence"] == found["grade"] == found["bonds"] == "present"
    assert found["visits"] == found["pledge"] == found["card"] == "missing"
    assert found["problems"] == found["changes"] == "none"
    assert archive.present == list(found.values()).count("present")
    assert archive.required == 12 - list(found.values()).count("none")
    card = archive.sections[0]
    assert "统一社会信用代码" in card.lack
    make_visit(bond)
    Pledge.objects.create(
        cadre=bond.cadre, area=bond.cadre.area, level="village", name=bond.cadre.name, number="1",
        state="signed", signed_on=ON,
    )  # fmt: skip
    fuller = entity_archive(user=county_officer, pk=bond.entity_id, on=ON)
    assert fuller.present == archive.present + 2
    assert states(fuller)["visits"] == "present"


def test_an_expired_licence_is_missing(bond, county_officer):
    archive = entity_archive(user=county_officer, pk=bond.entity_id, on=datetime.date(2028, 1, 1))
    assert states(archive)["licence"] == "missing"


def test_a_cadre_s_file(bond, county_officer):
    archive = cadre_archive(user=county_officer, pk=bond.cadre_id, on=ON)
    found = states(archive)
    assert len(found) == 9
    assert found["load"] == "present"
    assert found["pledge"] == found["appointment"] == found["visits"] == "missing"
    assert found["checks"] == "none"
    idle = CadreFactory(area=bond.cadre.area, level="village")
    assert states(cadre_archive(user=county_officer, pk=idle.pk, on=ON))["visits"] == "none"


def test_a_unit_s_file(areas, bond, county_officer):
    before = unit_archive(user=county_officer, code=COUNTY, on=ON)
    assert states(before)["plan"] == states(before)["meetings"] == "missing"
    make_document(area=areas[COUNTY])
    make_meeting(area=areas[COUNTY])
    after = unit_archive(user=county_officer, code=COUNTY, on=ON)
    assert after.present == before.present + 2
    assert states(unit_archive(user=county_officer, code=TOWN, on=ON))["reports"] == "none"
    assert unit_archive(user=county_officer, code=VILLAGE, on=ON) is None


def test_out_of_scope_there_is_no_file(bond, outsider):
    assert entity_archive(user=outsider, pk=bond.entity_id, on=ON) is None
    assert cadre_archive(user=outsider, pk=bond.cadre_id, on=ON) is None
    assert unit_archive(user=outsider, code=COUNTY, on=ON) is None


def test_a_cadre_reads_his_own_file_and_those_of_his_businesses(areas, cadre, log_in):
    own = make_held(areas=areas, user=cadre)
    browser = log_in(cadre)
    assert browser.get(reverse("reports:cadre-archive", args=[own.cadre_id])).status_code == 200
    assert browser.get(reverse("reports:entity-archive", args=[own.entity_id])).status_code == 200
    other = CadreFactory(area=areas[VILLAGE], level="village")
    assert browser.get(reverse("reports:cadre-archive", args=[other.pk])).status_code == 404


def test_the_page_shows_n_of_m_and_the_phone_masked(bond, county_officer, log_in):
    browser = log_in(county_officer)
    page = browser.get(reverse("reports:entity-archive", args=[bond.entity_id])).content.decode()
    archive = entity_archive(user=county_officer, pk=bond.entity_id, on=timezone.localdate())
    assert f"包保档案 {archive.present}/{archive.required}" in page
    assert "138****0000" in page
    assert "13804540000" not in page
    detail = browser.get(reverse("entities:entity-detail", args=[bond.entity_id])).content.decode()
    assert reverse("reports:entity-archive", args=[bond.entity_id]) in detail


def test_the_paper_keeps_the_place_of_what_is_missing(bond, county_officer):
    make_visit(bond)
    archive = entity_archive(user=county_officer, pk=bond.entity_id, on=ON, with_papers=True)
    values = archive_values(archive, on=ON)
    assert [part["number"] for part in values["sections"]] == list(range(1, 13))
    assert values["day"] == "2022年11月2日"
    assert f"应有 {archive.required} 项，已有 {archive.present} 项" in values["complete"]
    assert len(values["sections"][5]["papers"]) == 1


def test_one_item_is_printed_by_itself_under_its_own_number(bond, county_officer, log_in):
    archive = entity_archive(user=county_officer, pk=bond.entity_id, on=ON)
    values = archive_values(archive, on=ON, item="grade")
    assert (values["cover"], [part["number"] for part in values["sections"]]) == (False, [3])
    address = reverse("reports:entity-archive-pdf", args=[bond.entity_id])
    response = log_in(county_officer).get(address, {"item": "grade"})
    assert response.content.startswith(b"%PDF")
    assert AuditRecord.objects.get(action="export").detail["item"] == "grade"


@pytest.mark.parametrize("kind", ["entity", "cadre", "unit"])
def test_the_file_is_one_pdf_and_its_download_is_recorded(bond, county_officer, log_in, kind):
    key = {"entity": bond.entity_id, "cadre": bond.cadre_id, "unit": COUNTY}[kind]
    response = log_in(county_officer).get(reverse(f"reports:{kind}-archive-pdf", args=[key]))
    assert response.content.startswith(b"%PDF")
    assert AuditRecord.objects.get(action="export").object_id == f"{kind} {key}"


def test_a_cadre_s_files_are_bundled_by_the_worker(bond, county_officer, log_in):
    browser = log_in(county_officer)
    answer = browser.post(reverse("reports:cadre-archive-bundle", args=[bond.cadre_id]))
    batch = Batch.objects.get()
    assert answer.url == reverse("reports:archive-batch", args=[batch.pk])
    assert "排队中：0 / 2 份" in browser.get(answer.url).content.decode()
    refused = browser.post(
        reverse("reports:cadre-archive-bundle", args=[bond.cadre_id]), follow=True
    )
    assert "请等它完成" in refused.content.decode()
    assert work_batch(batch.pk) == 2
    assert bundle_work(batch.pk, clock=timezone.now) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.total) == ("done", 2, 2)
    file = browser.get(reverse("reports:archive-batch-file", args=[batch.pk]))
    names = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))).namelist()
    assert len(names) == 2
    assert all(name.endswith(".pdf") for name in names)
    assert Notification.objects.get(user=county_officer).url == answer.url
    assert bundles_purge(at=timezone.now() + 2 * KEPT) == 1


@pytest.mark.parametrize("kind", ["entity", "cadre"])
def test_a_file_costs_the_same_for_one_visit_and_for_four(bond, county_officer, log_in, kind):
    key = bond.entity_id if kind == "entity" else bond.cadre_id
    browser, counts = log_in(county_officer), []
    for days in (1, 3):
        for day in range(days):
            make_visit(bond, on=ON - datetime.timedelta(days=day))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse(f"reports:{kind}-archive", args=[key]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 30


def test_a_unit_s_bundle_holds_its_cadres(bond, county_officer, log_in):
    browser = log_in(county_officer)
    browser.post(reverse("reports:unit-archive-bundle", args=[TOWN]))
    assert Batch.objects.get().options["files"] == [["cadre", bond.cadre_id]]
