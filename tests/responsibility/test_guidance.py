"""点对点指导 and 台账建立: who may ask, answer, read; the towns' states and their rate."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from responsibility.models import Guidance, LedgerState, Notification
from responsibility.queries import guidance as queries
from responsibility.queries import ledger_states
from responsibility.services import guidance as services
from responsibility.services.guidance import GuidanceError
from responsibility.services.ledger_states import ledger_states_set
from tests.personas import COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2022, 10, 18, 2, tzinfo=datetime.UTC)
DAY = datetime.date(2022, 10, 28)


@pytest.fixture
def asked(areas, county_officer):
    return services.guidance_ask(
        actor=county_officer, area=areas[COUNTY], question="学校食堂按什么分级？", channel="phone",
        asked_at=NOW, at=NOW, contact="王主任",
    )  # fmt: skip


def test_a_county_asks_and_the_city_is_told(county_officer, city_officer, log_in):
    page = log_in(county_officer).post(
        reverse("responsibility:guidance-create"),
        {"area": COUNTY, "question": "一户多证怎么登？", "channel": "video",
         "asked_at": "2022-10-18T10:00"},
    )  # fmt: skip
    row = Guidance.objects.get()
    assert page.headers["Location"] == reverse("responsibility:guidance-detail", args=[row.pk])
    assert (row.area_id, row.answered_at) == (COUNTY, None)
    assert Notification.objects.get(user=city_officer).text == "东山县提问：一户多证怎么登？"


def test_a_county_neither_asks_for_another_nor_answers_itself(county_officer, log_in):
    page = log_in(county_officer).post(
        reverse("responsibility:guidance-create"),
        {"area": OTHER_COUNTY, "question": "越界", "channel": "phone",
         "asked_at": "2022-10-18T10:00", "answer": "自答"},
    )  # fmt: skip
    assert page.context["form"].errors["area"]
    assert "answer" not in page.context["form"].fields
    assert not Guidance.objects.exists()


def test_a_station_asks_for_its_county(station_officer, log_in):
    log_in(station_officer).post(
        reverse("responsibility:guidance-create"),
        {"area": COUNTY, "question": "查无下落去几次？", "channel": "phone",
         "asked_at": "2022-10-18T10:00"},
    )  # fmt: skip
    assert Guidance.objects.get().area_id == COUNTY


def test_the_city_writes_question_and_answer_down_at_once(city_officer, log_in):
    log_in(city_officer).post(
        reverse("responsibility:guidance-create"),
        {"area": COUNTY, "question": "停产的算不算？", "channel": "phone",
         "asked_at": "2022-10-18T10:00", "answer": "计入应包，本期不督导。"},
    )  # fmt: skip
    row = Guidance.objects.get()
    assert (row.answer, row.answered_by) == ("计入应包，本期不督导。", city_officer)
    assert not Notification.objects.exists()


def test_a_question_from_the_future_is_refused(areas, county_officer):
    with pytest.raises(GuidanceError, match="在以后"):
        services.guidance_ask(
            actor=county_officer, area=areas[COUNTY], question="早", channel="phone",
            asked_at=NOW + datetime.timedelta(days=1), at=NOW,
        )  # fmt: skip


def test_the_answer_reaches_who_asked_and_the_second_writer_is_told(
    asked, county_officer, city_officer, city_admin, log_in
):
    address = reverse("responsibility:guidance-answer", args=[asked.pk])
    log_in(city_officer).post(address, {"answer": "按就餐人数。", "seen": ""})
    page = log_in(city_admin).post(address, {"answer": "按面积。", "seen": ""})
    assert "您写的没有保存" in page.content.decode()
    asked.refresh_from_db()
    assert asked.answer == "按就餐人数。"
    assert Notification.objects.filter(user=county_officer, text__startswith="提问已答复").exists()


def test_a_shared_answer_is_read_by_all_without_who_asked(asked, city_officer, outsider, log_in):
    browser = log_in(outsider)
    address = reverse("responsibility:guidance-detail", args=[asked.pk])
    assert browser.get(address).status_code == 404
    services.guidance_answer(
        actor=city_officer, guidance=asked, answer="按就餐人数。", is_shared=True, at=NOW
    )
    text = browser.get(address).content.decode()
    assert "按就餐人数" in text
    assert "东山县" not in text
    assert "王主任" not in text
    listed = browser.get(reverse("responsibility:guidance-list")).content.decode()
    assert "学校食堂" in listed
    assert "东山县" not in listed
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(reverse("responsibility:guidance-export")).getvalue())
    )
    cells = [str(value) for row in book.active.values for value in row if value]
    assert "学校食堂按什么分级？" in cells
    assert "东山县" not in cells
    assert "王主任" not in cells


def test_shared_answers_are_no_way_to_find_who_asked(asked, city_officer, outsider):
    services.guidance_answer(
        actor=city_officer, guidance=asked, answer="按就餐人数。", is_shared=True, at=NOW
    )
    assert queries.guidance_page(user=outsider, view="", text="", area=COUNTY)[0] == []


def test_two_characters_of_question_or_answer_find_it(asked, city_officer, areas):
    services.guidance_ask(
        actor=city_officer, area=areas[OTHER_COUNTY], question="连锁怎么包？", channel="phone",
        asked_at=NOW, at=NOW, answer="按门店所在地。",
    )  # fmt: skip

    def found(text):
        rows, _ = queries.guidance_page(user=city_officer, view="", text=text, area="")
        return [row.area_id for row in rows]

    assert found("食堂") == [COUNTY]
    assert found("门店") == [OTHER_COUNTY]
    assert found("怎") == [OTHER_COUNTY]
    assert found("没有的字") == []
    assert found("%_") == []


def test_a_town_s_ledger_is_written_down_and_the_rate_follows(county_officer, areas):
    towns = ledger_states.ledger_areas(user=county_officer)
    total = towns.count()
    assert total >= 2
    done = ledger_states_set(
        actor=county_officer, areas=[areas[TOWN]], is_built=True, built_on=DAY, at=NOW
    )
    assert done == 1
    rate = ledger_states.rate_of(user=county_officer, area=COUNTY)
    assert (rate.built, rate.total, rate.rate) == (1, total, Decimal(100) / total)
    again = ledger_states_set(
        actor=county_officer, areas=[areas[TOWN]], is_built=True, built_on=DAY, at=NOW
    )
    assert again == 0
    ledger_states_set(actor=county_officer, areas=[areas[TOWN]], is_built=False, at=NOW)
    row = LedgerState.objects.get()
    assert (row.is_built, row.built_on) == (False, None)
    assert list(row.events.order_by("pgh_id").values_list("is_built", flat=True)) == [True, False]


def test_many_towns_at_once_by_ticking(county_officer, log_in):
    codes = list(ledger_states.ledger_areas(user=county_officer).values_list("code", flat=True)[:2])
    address = reverse("responsibility:ledger-state-set")
    browser = log_in(county_officer)
    page = browser.post(address, {"pk": codes, "act": "built", "built_on": ""}, follow=True)
    assert "请填建立日期" in page.content.decode()
    page = browser.post(address, {"pk": codes, "act": "built", "built_on": str(DAY)}, follow=True)
    assert set(LedgerState.objects.filter(is_built=True).values_list("area", flat=True)) == set(
        codes
    )
    assert "2022-10-28" in page.content.decode()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    browser.post(address, {"pk": codes, "act": "built", "built_on": str(tomorrow)})
    assert not LedgerState.objects.filter(built_on=tomorrow).exists()


def test_another_county_s_towns_stay(outsider, log_in):
    address = reverse("responsibility:ledger-state-set")
    response = log_in(outsider).post(address, {"pk": [TOWN], "act": "built", "built_on": str(DAY)})
    assert response.status_code == 404
    assert not LedgerState.objects.exists()


def test_a_county_unit_without_towns_counts_as_one(city_officer):
    codes = set(ledger_states.ledger_areas(user=city_officer).values_list("code", flat=True))
    rates = ledger_states.rates(user=city_officer, area="3799")
    assert sum(row.total for row in rates) == len(codes)
    assert {row.code for row in rates} >= {COUNTY, OTHER_COUNTY}
    lone = {code for code in codes if len(code) == 6}
    for code in lone:
        assert not any(other.startswith(code) and other != code for other in codes)
