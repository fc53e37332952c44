import datetime
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.models import CheckRound
from inspections.services.checks.results import item_save
from tests.factories import UserFactory

from .makers_checks import drawn_round, fill, issue, join, make_round, supervision_list

pytestmark = pytest.mark.django_db
CITY, COUNTY, TOWN = "3799", "379921", "379921001"
TODAY = timezone.localdate()


def address(name, *args):
    return reverse(f"inspections:{name}", args=args)


def full_second():
    """A moment in whole seconds, as the page's field gives it, after all that has been written."""
    begun = timezone.localtime()
    while (now := timezone.localtime()).replace(microsecond=0) <= begun:
        time.sleep(0.02)
    return now.strftime("%Y-%m-%dT%H:%M:%S")


def test_from_a_new_round_to_the_drawn_list(areas, city_officer, log_in):
    supervision_list()
    fill(areas[TOWN])
    browser = log_in(city_officer)
    made = browser.post(
        address("check-create") + "?level=city",
        {"target": COUNTY, "team_name": "第二督导组", "starts_on": "2022-11-02",
         "ends_on": "2022-11-03", "answer_days": "15"},
    )  # fmt: skip
    check_round = CheckRound.objects.get()
    assert made.url == address("check-detail", check_round.pk)
    assert check_round.seed.startswith(f"{TODAY.year}-Q")
    form = browser.get(address("check-draw", check_round.pk)).context["form"]
    values = {
        form.add_prefix(name): field.initial or 0
        for name, field in form.fields.items()
        if name.startswith("quota")
    }
    values |= {"seed": "  自选种子 ", "frame_at": full_second(), "quota-entity-D": "1"}
    assert browser.post(address("check-draw", check_round.pk), values).status_code == 302
    check_round.refresh_from_db()
    assert (check_round.seed, check_round.state) == ("自选种子", "drawn")
    assert check_round.samples.filter(stratum="D").count() == 1
    page = browser.get(address("check-detail", check_round.pk)).content.decode()
    assert "自选种子" in page
    assert "再抽一次核对" in page
    again = browser.post(address("check-redraw", check_round.pk), follow=True)
    assert "全部相同" in again.content.decode()
    late = browser.get(address("check-draw", check_round.pk))
    assert late.url == address("check-detail", check_round.pk)


def test_a_round_without_an_issued_list_is_refused_with_a_sentence(areas, city_officer, log_in):
    answer = log_in(city_officer).post(
        address("check-create"),
        {"target": COUNTY, "team_name": "组", "starts_on": "2022-11-02", "ends_on": "2022-11-02",
         "answer_days": "15"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "还没有印发" in answer.content.decode()


def test_a_member_on_site_saves_and_goes_on_to_the_next(areas, supervision, log_in):
    check_round = drawn_round(areas)
    browser = log_in(supervision)
    first, second = check_round.samples.filter(kind="entity").order_by("stratum", "rank")[:2]
    assert browser.post(address("check-sample-detail", first.pk), {}).status_code == 403
    join(check_round, supervision)
    sent = {"grade_verdict": "fits", "cadre_known": "came", "came_on": "2022-10-28",
            "officers": "seen", "act": "next", "revision": "1"}  # fmt: skip
    answer = browser.post(address("check-sample-detail", first.pk), sent)
    assert answer.url == address("check-sample-detail", second.pk)
    first.refresh_from_db()
    assert (first.grade_verdict, first.checked_by) == ("fits", supervision)
    late = browser.post(address("check-sample-detail", first.pk), sent | {"note": "我看到的"})
    assert late.status_code == 409
    text = late.content.decode()
    assert "您的没有保存" in text
    assert "我看到的" in text


def test_the_letters_page_shows_what_is_missing_and_sends(
    areas, city_officer, county_officer, log_in
):
    check_round = drawn_round(areas)
    item_save(
        actor=UserFactory(), result=check_round.results.first(), revision=1, verdict="fits",
        score=None, seen="", at=timezone.now(),
    )  # fmt: skip
    browser = log_in(city_officer)
    browser.post(address("check-finding-create", check_round.pk), {"text": "6 个村空岗"})
    page = browser.get(address("check-letter-generate", check_round.pk)).content.decode()
    assert "已查 1 项、0 家" in page
    due = (TODAY + datetime.timedelta(days=15)).isoformat()
    made = browser.post(address("check-letter-generate", check_round.pk), {"due_on": due})
    letter = check_round.letters.get()
    assert made.url == address("check-letter", letter.pk)
    assert "（已查 1 项、0 家）" in letter.text
    seen = log_in(county_officer)
    assert seen.get(address("check-letter", letter.pk)).status_code == 404
    browser.post(address("check-letter-issue", check_round.pk))
    assert seen.get(address("check-letter", letter.pk)).status_code == 200
    finding = check_round.findings.get()
    assert "答复这个问题" in seen.get(address("check-finding", finding.pk)).content.decode()
    seen.post(
        address("check-finding-answer", finding.pk),
        {"text": "已补人", "revision": finding.revision},
    )
    assert "已补人" in browser.get(address("check-finding", finding.pk)).content.decode()


def test_the_draft_of_a_second_version_is_hidden_from_who_is_checked(
    areas, city_officer, county_officer, log_in
):
    check_round = issue(drawn_round(areas))
    due = (TODAY + datetime.timedelta(days=15)).isoformat()
    log_in(city_officer).post(address("check-letter-generate", check_round.pk), {"due_on": due})
    draft = check_round.letters.get(state="draft")
    browser = log_in(county_officer)
    assert browser.get(address("check-letter", draft.pk)).status_code == 404
    page = browser.get(address("check-detail", check_round.pk))
    assert page.context["page"].letter.state == "issued"
    assert "第 2 版" not in page.content.decode()


def test_the_list_filters_searches_and_exports(areas, city_officer, log_in):
    make_round(owner=areas[CITY], target=areas[COUNTY], team_name="第一督导组")
    make_round(owner=areas[CITY], target=areas["379902"], team_name="第三督导组")
    browser = log_in(city_officer)
    assert len(browser.get(address("check-list")).context["rows"]) == 2
    found = browser.get(address("check-list") + "?q=第三").context["rows"]
    assert [row.target_id for row in found] == ["379902"]
    assert browser.get(address("check-list") + "?view=closed").context["rows"] == []
    book = browser.get(address("check-export") + f"?format=csv&area={COUNTY}")
    text = b"".join(book.streaming_content).decode("utf-8-sig")
    assert "第一督导组" in text
    assert "第三督导组" not in text


def test_an_export_of_the_sample_holds_the_numbers_to_draw_again(areas, city_officer, log_in):
    check_round = drawn_round(areas)
    book = log_in(city_officer).get(address("check-sample-export", check_round.pk) + "?format=csv")
    text = b"".join(book.streaming_content).decode("utf-8-sig")
    for row in check_round.samples.all():
        assert f",{row.rank},{row.entity_id or row.cadre_id}," in text


def test_coverage_opens_its_units(areas, city_officer, log_in):
    issue(drawn_round(areas, starts_on=TODAY, ends_on=TODAY))
    browser = log_in(city_officer)
    page = browser.get(address("check-coverage") + "?level=city&view=done")
    assert [row.code for row in page.context["rows"]] == [COUNTY]
    left = browser.get(address("check-coverage") + "?level=city&view=left").context
    assert COUNTY not in [row.code for row in left["rows"]]
    assert left["due"] == left["done"] + len(left["rows"])
