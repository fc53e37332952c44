"""A whole ledger (全量): what it lacks is listed, asked about, and proposed by people."""

import pytest
from django.utils import timezone

from entities.enums import Status, UploadState
from entities.ledger import uploads
from entities.ledger.uploads import UploadStateError
from entities.models import Entity, LedgerMissing, Proposal
from entities.services import screening

from .pipeline import (
    CITY,
    OTHER_COUNTY,
    confirm,
)  # fmt: skip

SMALL = {"主体类别": "小餐饮", "统一社会信用代码": None, "许可证编号": "小餐登0001"}

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


def many(count):
    return [
        {"主体名称": f"石桥{n}号店", "许可证编号": f"JY1379921{n:06d}0", "统一社会信用代码": None,
         "主体类别": "小食杂", "业态": "小食杂"}
        for n in range(1, count + 1)
    ]  # fmt: skip


def missing_names(upload):
    found = LedgerMissing.objects.filter(upload=upload)
    return sorted(found.values_list("entity__name", flat=True))


def test_whole_ledger_lists_what_it_lacks_and_screens_nothing(ledger, areas):
    ledger.write(*many(12))
    ledger.write(SMALL | {"乡镇街道": "新店镇"}, area=OTHER_COUNTY)
    Entity.objects.filter(name="石桥12号店").update(status=Status.CLOSED)
    partial = ledger.take(*many(10))
    assert (partial.missing, missing_names(partial)) == (0, [])
    full = ledger.write(*many(10), mode="full")
    assert (full.missing, missing_names(full)) == (1, ["石桥11号店"])
    assert Entity.objects.get(name="石桥11号店").status == Status.OPERATING
    assert not Proposal.objects.exists()


def test_what_stands_in_a_refused_row_is_not_missing(ledger):
    ledger.write(*many(4))
    rows = many(4)
    rows[1] |= {"联系电话": "12"}
    rows[2] |= {"许可证编号": "JY1", "联系电话": None}
    rows[3] |= {"许可证编号": "JY1", "乡镇街道": "柳林镇"}
    full = ledger.take(*rows, mode="full")
    assert (full.refused_rows, missing_names(full)) == (3, ["石桥4号店"])


def test_more_than_a_tenth_missing_is_asked_twice(ledger, settings):
    ledger.write(*many(10))
    tenth = ledger.take(*many(9), mode="full")
    assert (tenth.missing, uploads.asks_twice(tenth)) == (1, False)
    half = ledger.take(*many(5), mode="full")
    assert (half.missing, uploads.missing_share(half), uploads.asks_twice(half)) == (5, 50.0, True)
    with pytest.raises(UploadStateError, match=r"50\.0%"):
        uploads.upload_confirm(upload=half, by=None, at=timezone.now())
    assert confirm(half, is_sure=True).state == UploadState.APPLIED
    settings.LEDGER_MISSING_ALARM_PERCENT = 60
    assert not uploads.asks_twice(ledger.take(*many(5), mode="full"))


def test_what_is_missing_is_screened_by_people_only(ledger, county_officer):
    ledger.write(*many(3))
    full = ledger.write(*many(2), mode="full")
    found = Entity.objects.filter(pk__in=full.ledger_missing.values("entity_id"))
    made = screening.screening_propose(
        actor=county_officer,
        entities=found,
        status_to=Status.CLOSED,
        reason="全量台账缺失",
        upload=full,
    )
    assert made["made"] == 1
    assert Entity.objects.get(name="石桥3号店").status == Status.OPERATING


def test_whole_ledger_of_the_city_speaks_of_the_counties_it_names(ledger):
    ledger.write(*many(2))
    ledger.write(SMALL | {"乡镇街道": "新店镇"}, area=OTHER_COUNTY)
    full = ledger.take(many(2)[0] | {"所在县区": "东山县"}, mode="full", area=CITY)
    assert missing_names(full) == ["石桥2号店"]
