import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.models import StandardFile, StandardItem
from inspections.queries.checks_todo import todo
from inspections.queries.standards import with_last
from inspections.services import seeds_checks
from inspections.services.standards import (
    StandardChanged,
    StandardError,
    standard_file_withdraw,
    standard_report,
)

from .makers_checks import make_standard

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


def test_the_way_of_an_item_is_kept_and_met_needs_a_proof(areas, county_officer, log_in):
    item = make_standard(area=areas["379921"], due_on=TODAY)
    with pytest.raises(StandardError, match="证明材料"):
        standard_report(
            actor=county_officer, item=item, revision=1, state="met", text="已办", at=NOW
        )
    address = reverse("inspections:standard-note", args=[item.pk])
    proof = SimpleUploadedFile("证明.pdf", b"%PDF-1.4")
    sent = {"state": "met", "text": "已办", "revision": "1", "files": [proof]}
    assert log_in(county_officer).post(address, sent).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.revision) == ("met", 2)
    note = item.notes.get()
    assert (note.made_by, note.files.get().file_name) == (county_officer, "证明.pdf")
    # a later entry needs no second proof
    standard_report(actor=county_officer, item=item, revision=2, state="met", text="复核", at=NOW)
    page = log_in(county_officer).get(reverse("inspections:standard-detail", args=[item.pk]))
    assert [row.text for row in page.context["notes"]] == ["复核", "已办"]


def test_the_second_of_two_hears_that_he_was_late(areas, county_officer, log_in):
    item = make_standard(area=areas["379921"])
    values = {"actor": county_officer, "item": item, "revision": 1, "at": NOW}
    standard_report(state="in_progress", text="在办", **values)
    with pytest.raises(StandardChanged):
        standard_report(state="unmet", text="没办", **values)
    late = {"state": "unmet", "text": "没办成", "revision": "1"}
    answer = log_in(county_officer).post(reverse("inspections:standard-note", args=[item.pk]), late)
    assert answer.status_code == 409
    assert "没办成" in answer.content.decode()


def test_what_is_due_waits_with_its_owner(areas, county_officer, outsider, log_in):
    make_standard(area=areas["379921"], due_on=TODAY - datetime.timedelta(days=1))
    make_standard(area=areas["379921"], due_on=TODAY + datetime.timedelta(days=9))
    make_standard(area=areas["379921"], due_on=TODAY + datetime.timedelta(days=90))
    make_standard(area=areas["379921"], due_on=TODAY, state="met")
    line = next(row for row in todo(user=county_officer) if "对标" in row["label"])
    assert (line["count"], line["tone"]) == (2, "red")
    assert len(log_in(county_officer).get(line["url"]).context["rows"]) == 2
    assert not [row for row in todo(user=outsider) if "对标" in row["label"]]


def test_the_city_makes_and_changes_items_of_its_area(areas, city_officer, log_in):
    browser = log_in(city_officer)
    values = {"heading": "党政同责", "item": "机制运行", "standard": "全部落实", "area": "379921",
              "unit": "县食安办", "due_on": "2022-12-31", "order": "1", "is_active": "on"}  # fmt: skip
    made = browser.post(reverse("inspections:standard-create"), values)
    item = StandardItem.objects.get()
    assert made.url == reverse("inspections:standard-detail", args=[item.pk])
    assert item.created_by == city_officer
    change = reverse("inspections:standard-update", args=[item.pk])
    assert browser.post(change, values | {"item": "改名", "revision": "1"}).status_code == 302
    assert browser.post(change, values | {"item": "晚了", "revision": "1"}).status_code == 409
    item.refresh_from_db()
    assert (item.item, item.events.count()) == ("改名", 2)


def test_first_rows_are_loaded_once_and_edited_ones_stay(areas):
    seeds_checks.load(on=TODAY)
    first = StandardItem.objects.order_by("pk").first()
    StandardItem.objects.filter(pk=first.pk).update(item="改过")
    number = StandardItem.objects.count()
    seeds_checks.load(on=TODAY)
    assert StandardItem.objects.count() == number
    first.refresh_from_db()
    assert (first.item, first.is_example) == ("改过", True)


def test_a_wrong_proof_is_withdrawn_but_never_the_last_of_what_is_met(
    areas, county_officer, city_officer, log_in
):
    item, browser = make_standard(area=areas["379921"]), log_in(county_officer)
    address = reverse("inspections:standard-note", args=[item.pk])
    proof = SimpleUploadedFile("身份证.pdf", b"%PDF-1.4")
    browser.post(address, {"state": "met", "text": "已办", "revision": "1", "files": [proof]})
    file = StandardFile.objects.get()
    page = reverse("inspections:standard-file-withdraw", args=[file.pk])
    assert "撤回 身份证.pdf" in browser.get(page).content.decode()
    refused = browser.post(page, {"reason": "传错"})
    assert refused.status_code == 422
    assert "唯一一份证明" in refused.content.decode()
    right = SimpleUploadedFile("证明.pdf", b"%PDF-1.5")
    browser.post(address, {"state": "met", "text": "补传", "revision": "2", "files": [right]})
    assert browser.post(page, {"reason": " "}).status_code == 422
    assert browser.post(page, {"reason": "传错"}).status_code == 302
    file.refresh_from_db()
    assert (file.withdrawn_by, file.withdraw_reason) == (county_officer, "传错")
    assert file.events.count() == 2
    shown = browser.get(reverse("inspections:standard-detail", args=[item.pk])).content.decode()
    assert "<del>身份证.pdf</del>" in shown
    assert browser.get(reverse("inspections:standard-file", args=[file.pk])).status_code == 404
    assert with_last(StandardItem.objects.all()).get().proofs == 1
    with pytest.raises(StandardError, match="已经撤回"):
        standard_file_withdraw(actor=city_officer, file=file, reason="再撤", at=NOW)
