"""Which row is which business: licences, codes, 换证."""

import pytest

from entities.enums import TransferState
from entities.ledger import uploads
from entities.ledger.uploads import UploadStateError
from entities.models import Category, Entity, Transfer
from entities.services.transfers import transfer_decide
from tests.factories import EntityFactory

from .pipeline import (
    COUNTY,
    GOOD,
    NEW_LICENCE,
    OLD,
    OTHER_COUNTY,
    RENEWED,
    SECOND,
    SMALL,
    codes,
    confirm,
    counts,
    entity,
    findings,
    row_of,
)

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


# --- identity ------------------------------------------------------------------------------------


def test_licence_of_another_county_is_refused_and_goes_to_the_city_once(ledger, areas):
    canary = EntityFactory(
        name="金丝雀酒楼", licence_no=GOOD["许可证编号"], area=areas["379902001"], phone="13711112222",
        legal_person="钱金丝", address="滨河路9号", category=Category.objects.get(pk="catering"),
    )  # fmt: skip
    for _ in range(2):
        upload = ledger.write({}, SECOND)
        assert upload.new + upload.unchanged == 1
        assert upload.refused_rows == 1
    [finding] = [f for f in findings(upload.pk) if f["code"] == "R_DUP"]
    assert "该许可证编号已在其他县区登记" in finding["message"]
    assert (finding["row"], finding["index"], finding["column"]) == (2, 1, "许可证编号")
    row = row_of(upload)
    shown = f"{findings(upload.pk)} {row.diff} {row.raw} {upload.notices}"
    for secret in ("金丝雀", "13711112222", "钱金丝", "滨河", "西河"):
        assert secret not in shown
    assert (row.entity_id, row.diff) == (None, None)
    [transfer] = Transfer.objects.all()
    assert (transfer.entity, transfer.to_area_id, transfer.state) == (
        canary, COUNTY, TransferState.OPEN,
    )  # fmt: skip
    canary.refresh_from_db()
    assert canary.name == "金丝雀酒楼"


def test_a_refused_move_is_not_asked_again_by_the_next_ledger(ledger, areas, city_officer):
    EntityFactory(licence_no=GOOD["许可证编号"], area=areas["379902001"])
    ledger.write({})
    transfer = Transfer.objects.get()
    transfer_decide(actor=city_officer, transfer=transfer, is_accepted=False, note="仍在西河")
    assert ledger.write({}).refused_rows == 1
    assert Transfer.objects.get().state == TransferState.REJECTED
    transfer_decide(actor=city_officer, transfer=transfer, is_accepted=True)
    assert Entity.objects.get().area_id == COUNTY
    assert ledger.write({}).refused_rows == 0


def test_small_numbers_are_counted_by_county_and_kind(ledger):
    here = ledger.write(SMALL, SMALL | {"主体类别": "小食杂", "主体名称": "石桥小食杂"})
    there = ledger.write(SMALL | {"乡镇街道": "新店镇", "主体名称": "新店小吃"}, area=OTHER_COUNTY)
    assert (counts(here), counts(there)) == ((2, 0, 0, 0), (1, 0, 0, 0))
    assert Entity.objects.filter(licence_no=SMALL["许可证编号"]).count() == 3
    again = ledger.write(SMALL, SMALL | {"主体类别": "小食杂", "主体名称": "石桥小食杂"})
    assert counts(again) == (0, 0, 2, 0)
    assert not Transfer.objects.exists()


def test_the_same_name_alone_is_never_the_same_business(ledger):
    ledger.write(GOOD)
    upload = ledger.write(
        {"许可证编号": NEW_LICENCE, "统一社会信用代码": SECOND["统一社会信用代码"]}
    )
    assert counts(upload) == (1, 0, 0, 0)
    assert Entity.objects.filter(name=GOOD["主体名称"]).count() == 2


def test_one_code_under_two_names_is_imported_and_told(ledger):
    ledger.write(GOOD)
    upload = ledger.write({"主体名称": "东山县别的店", "许可证编号": NEW_LICENCE})
    assert counts(upload) == (1, 0, 0, 0)
    assert codes(upload) == ["W_CODE_SHARED"]


def test_a_renewal_is_offered_and_left_unless_chosen(ledger):
    ledger.write(OLD)
    upload = ledger.write(RENEWED)
    assert (upload.renewals, counts(upload)) == (1, (0, 0, 0, 0))
    assert Entity.objects.count() == 1
    assert entity().expires_on is None


def test_a_chosen_renewal_changes_the_licence_of_the_same_business(ledger):
    ledger.write(OLD)
    old = entity()
    upload = ledger.take(RENEWED)
    assert row_of(upload).diff["licence_no"] == [GOOD["许可证编号"], NEW_LICENCE]
    assert uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None) == 1
    confirm(upload)
    assert (upload.renewals, counts(upload)) == (0, (0, 1, 0, 0))
    assert entity(NEW_LICENCE).pk == old.pk
    assert counts(ledger.write(RENEWED)) == (0, 0, 1, 0)


def test_a_renewal_may_be_another_licence(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED)
    uploads.renewals_choose(upload=upload, choices={1: "new"}, by=None)
    confirm(upload)
    assert (upload.renewals, counts(upload)) == (0, (1, 0, 0, 0))
    assert Entity.objects.count() == 2
    assert entity().expires_on is None


def test_a_choice_can_be_taken_back(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED)
    uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None)
    uploads.renewals_choose(upload=upload, choices={1: ""}, by=None)
    assert (confirm(upload).renewals, Entity.objects.get().licence_no) == (1, GOOD["许可证编号"])


def test_two_businesses_that_fit_are_no_renewal(ledger):
    ledger.write(OLD, OLD | {"许可证编号": SECOND["许可证编号"]})
    assert counts(ledger.write(RENEWED)) == (1, 0, 0, 0)


def test_a_business_named_elsewhere_in_the_file_is_not_renewed(ledger):
    ledger.write(OLD)
    both = ledger.take(OLD, RENEWED)
    assert (both.renewals, both.new, both.unchanged) == (0, 1, 1)
    refused = ledger.take(OLD | {"联系电话": "12"}, RENEWED)
    assert (refused.renewals, refused.new, refused.refused_rows) == (0, 1, 1)


def test_two_rows_cannot_renew_one_business(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED, RENEWED | {"许可证编号": SECOND["许可证编号"]})
    assert upload.renewals == 2
    with pytest.raises(UploadStateError, match="只能由一行换证"):
        uploads.renewals_choose(upload=upload, choices={1: "renew", 2: "renew"}, by=None)
    assert set(upload.ledger_rows.values_list("choice", flat=True)) == {""}
    upload.ledger_rows.update(choice="renew")
    confirm(upload)
    assert (upload.changed, upload.conflicts) == (1, 1)


def test_another_countys_code_and_address_are_no_renewal(ledger, areas):
    EntityFactory(
        credit_code=GOOD["统一社会信用代码"], address="石桥乡石桥村1号", address_key="石桥乡石桥村1号",
        area=areas["379902001"], category=Category.objects.get(pk="sale"),
    )  # fmt: skip
    assert counts(ledger.write(RENEWED)) == (1, 0, 0, 0)
