import datetime
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, connection, transaction
from django.utils import timezone

from inspections.documents.check_letters import letter_docx, letter_pdf
from inspections.models import CheckCycle, CheckItemResult, CheckLetter, CheckRound
from inspections.queries.checks import rights_of, round_tally, rounds_visible
from inspections.queries.checks_todo import todo
from inspections.queries.figures_checks import (
    COVERAGE,
    checked_by_area,
    checks_done,
    checks_due,
    period_of,
)
from inspections.rules.checks import Tally, letter_words, score_proposed
from inspections.services.checks.letters import (
    finding_answer,
    finding_review,
    letter_generate,
    letter_issue,
    letter_save,
)
from inspections.services.checks.results import finding_add, item_save, sample_save
from inspections.services.checks.rounds import round_close, round_make, round_void
from inspections.services.checks.shared import CheckChanged, CheckError
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.queries import everybody
from jiamusi_foodsafety.kit.figures import read
from responsibility.models import Notification
from tests.factories import UserFactory
from tests.responsibility.factories import CadreFactory
from tests.responsibility.makers import make_member, make_team

from .makers_checks import DAY, drawn_round, issue, join, make_round, supervision_list

CITY, COUNTY, TOWN, VILLAGE = "3799", "379921", "379921001", "379921001001"
NOW = timezone.now()
TODAY = timezone.localdate()
ONE = datetime.timedelta(days=1)
SOON = TODAY + datetime.timedelta(days=15)


def photo(name="照片.jpg"):
    file = SimpleUploadedFile(name, b"\xff\xd8\xff" + name.encode())
    file.told = name
    return file


# --- rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "most", "score"),
    [("fits", 8, 8), ("partly", 12, 9), ("fails", 12, 6), ("partly", 10, 8), ("", 8, None)],
)
def test_a_verdict_proposes_its_share_half_up(verdict, most, score):
    assert score_proposed(verdict, most, 75, 50) == score


def test_a_letter_made_before_all_is_checked_says_how_much_was():
    told = {
        "starts": DAY, "ends": DAY + datetime.timedelta(days=1), "team": "佳木斯市第二督导组",
        "place": "富锦市", "due": datetime.date(2022, 11, 18),
        "findings": [("2 家分级偏低。", "Q2"), ("周排查缺记录", "")],
    }  # fmt: skip
    part = letter_words(**told, tally=Tally(10, 11, 26, 30, 12, 12))
    whole = letter_words(**told, tally=Tally(11, 11, 30, 30, 12, 12))
    lines = part.splitlines()
    assert lines[0].startswith("11月2日至3日，佳木斯市第二督导组对富锦市")
    assert "随机抽取主体 30 家、包保干部 12 人（已查 10 项、26 家）" in lines[0]
    assert "发现问题 2 个，请于2022年11月18日前整改并书面反馈。" in lines[0]
    assert lines[1:] == ["1. 2 家分级偏低。（Q2）", "2. 周排查缺记录。"]
    assert "已查" not in whole


@pytest.mark.django_db
def test_periods_come_of_the_table(areas):
    assert period_of("city", DAY) == (datetime.date(2022, 7, 1), datetime.date(2022, 12, 31))
    CheckCycle.objects.create(level="city", cycle="quarter")
    assert period_of("city", DAY) == (datetime.date(2022, 10, 1), datetime.date(2022, 12, 31))


@pytest.mark.django_db
@pytest.mark.parametrize("cycle", ["month", "quarter", "half_year", "year"])
@pytest.mark.parametrize("on", [datetime.date(2022, 6, 30), datetime.date(2022, 7, 1)])
def test_the_counter_of_coverage_knows_the_same_periods(areas, cycle, on):
    made = make_round(owner=areas[CITY], target=areas[COUNTY])
    CheckCycle.objects.filter(level="city").update(cycle=cycle)
    first, last = period_of("city", on)
    for day, number in ((first, 1), (last, 1), (first - ONE, 0), (last + ONE, 0)):
        CheckRound.objects.filter(pk=made.pk).update(starts_on=day, ends_on=day, issued_at=NOW)
        told = read([COVERAGE], prefixes=[CITY], length=4, params={"on": on})[CITY]
        assert told["checks_done"] == number
        assert checks_done(user=everybody(), code=CITY, on=on).count() == number


# --- making --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_round_takes_the_list_the_scores_and_the_team(areas, supervision):
    team = make_team(area=areas[CITY], counties=[areas[COUNTY]], name="第二督导组")
    make_member(body=team, name="刘志强", role="head", user=supervision)
    made = make_round(owner=areas[CITY], target=areas[COUNTY], body=team, team_name="")
    again = make_round(owner=areas[CITY], target=areas["379902"])
    assert (made.number, again.number, made.team_name) == (1, 2, "第二督导组")
    assert [(row.item.code, row.most) for row in made.results.select_related("item")] == [
        ("Q1", 8), ("Q2", 12), ("Q3", 12),
    ]  # fmt: skip
    assert made.members.get().user == supervision
    assert made.strata.get(kind="entity", key="D").quota == 15


@pytest.mark.django_db
def test_a_round_needs_an_issued_list_and_the_next_tier(areas, city_officer, county_officer):
    values = {"starts_on": DAY, "ends_on": DAY, "seed": "x", "team_name": "组"}
    with pytest.raises(CheckError, match="还没有印发"):
        round_make(
            actor=city_officer, level="city", owner=areas[CITY], target=areas[COUNTY], **values
        )
    supervision_list("county")
    with pytest.raises(CheckError, match="直接下一级"):
        round_make(
            actor=county_officer,
            level="county",
            owner=areas[COUNTY],
            target=areas[VILLAGE],
            **values,
        )
    with pytest.raises(CheckError, match="不在您的属地"):
        round_make(
            actor=county_officer, level="county", owner=areas["379902"], target=areas["379902001"],
            **values,
        )  # fmt: skip
    made = round_make(
        actor=county_officer, level="county", owner=areas[COUNTY], target=areas[TOWN], **values
    )
    assert made.created_by == county_officer


# --- on site -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_result_brings_the_round_on_site(areas):
    check_round = drawn_round(areas)
    row = check_round.results.get(item__code="Q2")
    user = UserFactory(name="李明")
    item_save(
        actor=user, result=row, revision=1, verdict="partly", score=None, seen="2 家偏低",
        files=[photo(), photo()], at=NOW,
    )  # fmt: skip
    row.refresh_from_db()
    check_round.refresh_from_db()
    assert (row.score, row.checked_by, check_round.state) == (9, user, "on_site")
    assert row.files.count() == 1
    tally = round_tally(check_round=check_round)
    assert (tally.items, tally.items_all, tally.points, tally.most) == (1, 3, 9, 12)
    assert row.events.count() == 2


@pytest.mark.django_db
def test_a_score_above_the_most_and_a_replaced_row_are_refused(areas):
    check_round = drawn_round(areas)
    user = UserFactory()
    with pytest.raises(CheckError, match="满分 8"):
        item_save(
            actor=user, result=check_round.results.get(item__code="Q1"), revision=1,
            verdict="fits", score=9, seen="", at=NOW,
        )  # fmt: skip
    row = check_round.samples.get(stratum="D")
    with pytest.raises(CheckError, match="应为哪一级"):
        sample_save(actor=user, sample=row, revision=1, values={"grade_verdict": "low"}, at=NOW)
    with pytest.raises(CheckError, match="不能是应为 D"):
        sample_save(
            actor=user, sample=row, revision=1, at=NOW,
            values={"grade_verdict": "high", "right_grade": "D"},
        )  # fmt: skip
    saved = sample_save(
        actor=user, sample=row, revision=1, at=NOW,
        values={"grade_verdict": "low", "right_grade": "B", "cadre_known": "came", "came_on": DAY},
    )  # fmt: skip
    assert (saved.right_grade, saved.came_on, saved.checked_by) == ("B", DAY, user)


@pytest.mark.django_db
def test_the_second_of_two_members_hears_that_he_was_late(areas):
    check_round = drawn_round(areas)
    row = check_round.results.get(item__code="Q1")
    values = {"verdict": "fits", "score": None, "seen": "纪要 3 份", "at": NOW}
    item_save(actor=UserFactory(), result=row, revision=1, **values)
    with pytest.raises(CheckChanged) as late:
        item_save(actor=UserFactory(), result=row, revision=1, **{**values, "seen": "别的"})
    assert late.value.current.seen == "纪要 3 份"


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_lose_nothing(areas):
    check_round = drawn_round(areas)
    rows = list(check_round.results.order_by("order"))
    people = [UserFactory(), UserFactory()]
    barrier, lost = threading.Barrier(4), []

    def save(row, person, seen):
        barrier.wait(10)
        try:
            item_save(
                actor=person, result=row, revision=1, verdict="fits", score=None, seen=seen, at=NOW
            )
        except CheckChanged:
            lost.append(seen)
        finally:
            connection.close()

    jobs = [(rows[0], people[0], "甲"), (rows[0], people[1], "乙"), (rows[1], people[0], "丙"),
            (rows[2], people[1], "丁")]  # fmt: skip
    threads = [threading.Thread(target=save, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    seen = dict(CheckItemResult.objects.values_list("pk", "seen"))
    assert len(lost) == 1
    assert {seen[rows[0].pk], *lost} == {"甲", "乙"}
    assert (seen[rows[1].pk], seen[rows[2].pk]) == ("丙", "丁")


# --- the letter ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_words_of_the_office_stay_beside_what_is_generated_again(areas):
    check_round, user = drawn_round(areas), UserFactory(is_superuser=True)
    finding_add(actor=user, check_round=check_round, text="分级偏低")
    letter = letter_generate(actor=user, check_round=check_round, due_on=SOON, today=TODAY)
    assert letter.text == letter.generated
    letter_save(actor=user, letter=letter, revision=letter.revision, values={"text": "改过的正文"})
    finding_add(actor=user, check_round=check_round, text="缺周排查")
    again = letter_generate(actor=user, check_round=check_round, due_on=SOON, today=TODAY)
    assert again.pk == letter.pk
    assert again.text == "改过的正文"
    assert "缺周排查" in again.generated
    assert again.document_no == ""


@pytest.mark.django_db
def test_an_issued_letter_never_changes_and_a_new_version_replaces_it(areas):
    check_round = issue(drawn_round(areas))
    first, user = check_round.letters.get(), UserFactory(is_superuser=True)
    with pytest.raises(InternalError), transaction.atomic():
        CheckLetter.objects.filter(pk=first.pk).update(text="偷改")
    with pytest.raises(CheckError, match="已经发出"):
        letter_save(actor=user, letter=first, revision=first.revision, values={"text": "改"})
    letter_generate(actor=user, check_round=check_round, due_on=SOON, today=TODAY)
    letter_issue(actor=user, check_round=check_round, at=NOW, today=TODAY)
    assert list(check_round.letters.order_by("version").values_list("version", "state")) == [
        (1, "superseded"), (2, "issued"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_letter_is_a_word_file_and_a_pdf(areas):
    letter = issue(drawn_round(areas)).letters.get()
    letter.document_no = ""
    assert letter_docx(letter)[:4] == b"PK\x03\x04"
    assert letter_pdf(letter)[:5] == b"%PDF-"


@pytest.mark.django_db
def test_the_county_answers_and_the_round_ends_when_all_is_put_right(areas, county_officer):
    check_round = issue(drawn_round(areas), texts=["甲", "乙"])
    assert Notification.objects.filter(user=county_officer).count() == 1
    line = next(row for row in todo(user=county_officer) if row["act"] == "去答复")
    assert (line["count"], line["due"]) == (2, SOON)
    city, (one, two) = UserFactory(is_superuser=True), check_round.findings.order_by("order")
    for row in (one, two):
        finding_answer(
            actor=county_officer, finding=row, revision=row.revision, text="已改", files=[photo()],
            at=NOW,
        )  # fmt: skip
        row.refresh_from_db()
    assert not [row for row in todo(user=county_officer) if row["act"] == "去答复"]
    with pytest.raises(CheckError, match="2 个问题"):
        round_close(actor=city, check_round=check_round, at=NOW)
    review = {"actor": city, "at": NOW, "today": TODAY}
    with pytest.raises(CheckError, match="写明"):
        finding_review(finding=one, revision=one.revision, is_fixed=False, due_on=SOON, **review)
    finding_review(
        finding=one, revision=one.revision, is_fixed=False, note="还缺记录", due_on=SOON, **review
    )
    finding_review(finding=two, revision=two.revision, is_fixed=True, **review)
    line = next(row for row in todo(user=county_officer) if row["act"] == "去答复")
    assert line["count"] == 1
    one.refresh_from_db()
    finding_answer(actor=county_officer, finding=one, revision=one.revision, text="补齐", at=NOW)
    one.refresh_from_db()
    finding_review(finding=one, revision=one.revision, is_fixed=True, **review)
    assert round_close(actor=city, check_round=check_round, at=NOW).state == "closed"
    with pytest.raises(CheckError, match="已经办结"):
        round_close(actor=city, check_round=check_round, at=NOW)


@pytest.mark.django_db
def test_a_round_with_a_letter_out_cannot_be_made_void(areas):
    user = UserFactory(is_superuser=True)
    with pytest.raises(CheckError, match="已经发出"):
        round_void(actor=user, check_round=issue(drawn_round(areas)), reason="错了")
    early = make_round(owner=areas[CITY], target=areas["379902"])
    with pytest.raises(CheckError, match="理由"):
        round_void(actor=user, check_round=early, reason="")
    assert round_void(actor=user, check_round=early, reason="对象选错").state == "void"


# --- who -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_is_checked_learns_of_it_with_the_letter(
    areas, county_officer, supervision, outsider, leader
):
    check_round = drawn_round(areas)
    assert not rounds_visible(user=county_officer).exists()
    assert rounds_visible(user=supervision).exists()
    assert rounds_visible(user=leader).exists()
    check_round = issue(check_round)
    assert rounds_visible(user=county_officer).exists()
    assert not rounds_visible(user=outsider).exists()
    assert rights_of(user=county_officer, check_round=check_round).answers
    assert not rights_of(user=supervision, check_round=check_round).works


@pytest.mark.django_db
def test_a_cadre_works_as_a_member_and_answers_for_his_own_level(areas, county_officer):
    town = make_round(owner=areas[COUNTY], target=areas[TOWN], level="county", actor=county_officer)
    chief = UserFactory(role=roles.CADRE)
    CadreFactory(area=areas[TOWN], level="township", user=chief)
    other = UserFactory(role=roles.CADRE)
    CadreFactory(area=areas[TOWN], level="village", user=other)
    assert not rounds_visible(user=chief).exists()
    CheckRound.objects.filter(pk=town.pk).update(issued_at=NOW)
    town.refresh_from_db()
    assert rounds_visible(user=chief).get() == town
    assert rights_of(user=chief, check_round=town).answers
    assert not rounds_visible(user=other).exists()
    village = make_round(
        owner=areas[TOWN], target=areas[VILLAGE], level="township", actor=county_officer
    )
    join(village, chief)
    assert rights_of(user=chief, check_round=village).works
    assert not rights_of(user=chief, check_round=village).plans


# --- K17 -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_coverage_counts_units_whose_letter_went_out_in_the_period(areas, county_officer):
    check_round = issue(drawn_round(areas, starts_on=TODAY, ends_on=TODAY))
    make_round(owner=areas[CITY], target=areas["379902"], starts_on=TODAY, ends_on=TODAY)
    first, last = period_of("city", TODAY)
    asked = {"level": "city", "code": CITY, "length": 6, "first": first, "last": last}
    rows = {row.code: row for row in checked_by_area(user=everybody(), **asked)}
    assert (rows[COUNTY].due, rows[COUNTY].done) == (1, 1)
    assert rows["379902"].done == 0
    mine = checked_by_area(user=county_officer, **asked)
    assert [row.code for row in mine] == [COUNTY]
    told = read([COVERAGE], prefixes=[CITY], length=4, params={"on": TODAY})[CITY]
    whole = {"user": everybody(), "code": CITY, "on": TODAY}
    assert told["checks_due"] == checks_due(**whole).count() > 10
    assert told["checks_done"] == checks_done(**whole).count() == 1
    assert list(checks_done(**whole)) == [check_round.target]
