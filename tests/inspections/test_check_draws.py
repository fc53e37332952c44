import datetime
import hashlib
import io

import openpyxl
import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from inspections.enums import SampleKind
from inspections.exports.checks import FRAME
from inspections.models import CheckRound, CheckSample
from inspections.queries.check_draws import frame_of, redraw_differences, sample_drawn
from inspections.queries.proof_checks import differences as proven
from inspections.rules.checks import draw, draw_order
from inspections.services.checks.draws import round_redraw, sample_replace
from inspections.services.checks.shared import CheckError
from responsibility.models import Cadre
from tests.factories import EntityFactory, UserFactory
from tests.responsibility.factories import CadreFactory

from .makers_checks import draw as draw_now
from .makers_checks import drawn_round, fill, make_round

pytestmark = pytest.mark.django_db
TOWN, COUNTY, CITY = "379921001", "379921", "3799"


def drawn(check_round):
    rows = check_round.samples.order_by("kind", "stratum", "rank")
    return [(row.stratum, row.rank, row.entity_id or row.cadre_id) for row in rows]


def test_the_rule_is_sha256_of_seed_and_key():
    keys = [5, 17, 3, 999]
    by_hand = sorted(keys, key=lambda key: hashlib.sha256(f"s|{key}".encode()).hexdigest())
    assert draw_order("s", keys) == by_hand
    assert draw("s", {"A": keys, "B": [1]}, {"A": 2}) == {"A": by_hand[:2], "B": []}


def test_the_database_draws_what_the_rule_draws(areas):
    check_round = drawn_round(areas)
    for grade, quota in (("C", 2), ("D", 1)):
        keys = Entity.objects.filter(grade=grade).values_list("pk", flat=True)
        wanted = draw_order(check_round.seed, keys)[:quota]
        rows = check_round.samples.filter(stratum=grade).order_by("rank")
        assert [row.entity_id for row in rows] == wanted
    cadres = draw_order(check_round.seed, Cadre.objects.values_list("pk", flat=True))[:2]
    rows = check_round.samples.filter(kind="cadre").order_by("rank")
    assert [row.cadre_id for row in rows] == cadres


def test_strata_tell_their_frame_and_a_small_stratum_is_taken_whole(areas):
    fill(areas[TOWN], grades="C", many=2)
    EntityFactory(area=areas[TOWN], grade="C", status="closed")
    EntityFactory(area=areas["379902001"], grade="C")
    CadreFactory(area=areas[TOWN], level="township", left=True)
    check_round = draw_now(
        make_round(owner=areas[CITY], target=areas[COUNTY]), quotas={("entity", "C"): 9}
    )
    strata = {(row.kind, row.key): (row.frame, row.quota) for row in check_round.strata.all()}
    assert strata["entity", "C"] == (2, 9)
    assert strata["entity", "D"] == (0, 15)
    assert strata["cadre", "township"] == (2, 4)
    assert check_round.samples.filter(kind="entity").count() == 2


def test_the_same_seed_draws_the_same_and_another_another(areas):
    fill(areas[TOWN], many=12)
    quotas = {("entity", grade): 4 for grade in "ABCD"}
    made = [make_round(owner=areas[CITY], target=areas[COUNTY]) for _ in range(3)]
    seeds = ("一号", "一号", "二号")
    lists = [
        drawn(draw_now(row, seed=seed, quotas=quotas))
        for row, seed in zip(made, seeds, strict=True)
    ]
    assert lists[0] == lists[1]
    assert lists[0] != lists[2]


def test_what_becomes_of_the_register_later_does_not_change_the_redraw(areas):
    check_round = drawn_round(areas)
    Entity.objects.filter(grade="C").update(grade="D", status="closed")
    Cadre.objects.update(is_in_post=False)
    fill(areas[TOWN], many=4)
    assert redraw_differences(check_round=check_round) == []
    assert round_redraw(actor=UserFactory(), check_round=check_round, at=timezone.now()) == []
    check_round.refresh_from_db()
    assert check_round.redrawn_at
    assert check_round.redraw_note == ""


def test_a_sample_that_was_tampered_with_is_told(areas, capsys):
    check_round = drawn_round(areas)
    row = check_round.samples.filter(stratum="D").get()
    other = Entity.objects.filter(grade="D").exclude(pk=row.entity_id).first()
    with pgtrigger.ignore("inspections.CheckSample:drawn_never_changes"):
        CheckSample.objects.filter(pk=row.pk).update(entity=other)
    told = redraw_differences(check_round=check_round)
    assert len(told) == 2
    assert proven() == (
        [("督查抽样", check_round, "2 处重抽不同", told[0])], "1 轮督查抽样",
    )  # fmt: skip
    assert str(other.pk) in "".join(told)
    with pytest.raises(CommandError):
        call_command("redraw_check", str(check_round.pk))
    assert "重抽不出" in capsys.readouterr().err


def test_whoever_has_the_frame_draws_the_sample_without_this_system(areas, city_officer, log_in):
    check_round = drawn_round(areas)
    replaced = check_round.samples.get(stratum="D")
    sample_replace(actor=city_officer, sample=replaced, reason="关门")
    Entity.objects.update(name="后来的名字", status="closed")
    response = log_in(city_officer).get(
        reverse("inspections:check-frame-export", args=[check_round.pk])
    )
    file = io.BytesIO(b"".join(response.streaming_content))
    head, *rows = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    assert head == FRAME
    rows = [(*row[:4], int(row[4]), *row[5:]) for row in rows]
    strata = {(row.kind, row.word): row.frame for row in check_round.strata.all() if row.frame}
    for (kind, word), size in strata.items():
        mine = [row for row in rows if (row[0], row[1]) == (SampleKind(kind).label, word)]
        assert len(mine) == size
        by_hand = draw_order(check_round.seed, [row[4] for row in mine])
        assert [row[4] for row in sorted(mine, key=lambda row: row[3])] == by_hand
        samples = [row for row in check_round.samples.filter(kind=kind) if row.word == word]
        drawn_ids = {row.entity_id or row.cadre_id for row in samples}
        assert {row[4] for row in mine if row[7]} == drawn_ids == set(by_hand[: len(samples)])
    assert [row[7] for row in rows if row[4] == replaced.entity_id and row[0] == "主体"] == ["已换"]


def test_before_the_draw_there_is_no_frame(areas, city_officer, log_in):
    check_round = make_round(owner=areas[CITY], target=areas[COUNTY])
    page = log_in(city_officer).get(
        reverse("inspections:check-frame-export", args=[check_round.pk]), follow=True
    )
    assert "还没有抽样" in page.content.decode()


def test_the_command_says_equal(areas, capsys):
    check_round = drawn_round(areas)
    call_command("redraw_check", str(check_round.pk))
    assert "全部相同" in capsys.readouterr().out
    assert proven() == ([], "1 轮督查抽样")


def test_seed_frame_and_drawn_rows_cannot_be_changed_by_anybody(areas):
    check_round = drawn_round(areas)
    row = check_round.samples.first()
    for query in (
        lambda: CheckRound.objects.filter(pk=check_round.pk).update(seed="另一个"),
        lambda: CheckRound.objects.filter(pk=check_round.pk).update(frame_at=timezone.now()),
        lambda: CheckSample.objects.filter(pk=row.pk).update(rank=99),
        lambda: CheckSample.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            query()


def test_a_round_is_drawn_once(areas):
    check_round = drawn_round(areas)
    with pytest.raises(CheckError, match="已经抽过样"):
        draw_now(check_round, seed="再来")
    assert CheckRound.objects.get(pk=check_round.pk).seed == "2022-Q4-01"


def test_a_frame_of_the_future_or_of_nobody_is_refused(areas):
    made = make_round(owner=areas[CITY], target=areas[COUNTY])
    with pytest.raises(CheckError, match="没有可抽的主体"):
        draw_now(made)
    now = timezone.now()
    from inspections.services.checks.draws import round_draw

    with pytest.raises(CheckError, match="还没有到"):
        round_draw(
            actor=UserFactory(), check_round=made, seed="x", quotas={}, at=now,
            frame_at=now + datetime.timedelta(minutes=1),
        )  # fmt: skip


def test_the_frame_is_that_of_its_moment(areas):
    fill(areas[TOWN], grades="C", many=2)
    made = make_round(owner=areas[CITY], target=areas[COUNTY])
    with pytest.raises(CheckError, match="没有可抽的主体"):
        draw_now(made, at=timezone.now() - datetime.timedelta(days=1))


def test_one_replaced_stays_and_the_next_of_the_order_comes(areas):
    check_round = drawn_round(areas)
    row = check_round.samples.get(stratum="D")
    with pytest.raises(CheckError, match="写理由"):
        sample_replace(actor=UserFactory(), sample=row, reason=" ")
    made = sample_replace(actor=UserFactory(), sample=row, reason="已停业，无人")
    row.refresh_from_db()
    assert (row.is_replaced, row.replace_reason) == (True, "已停业，无人")
    keys = Entity.objects.filter(grade="D").values_list("pk", flat=True)
    assert made.entity_id == draw_order(check_round.seed, keys)[1]
    assert made.replaces == row
    assert redraw_differences(check_round=check_round) == []
    with pytest.raises(CheckError, match="已经换过"):
        sample_replace(actor=UserFactory(), sample=row, reason="再换")


def test_a_stratum_without_another_has_nothing_to_replace(areas):
    fill(areas[TOWN], grades="C", many=1)
    made = draw_now(make_round(owner=areas[CITY], target=areas[COUNTY]))
    with pytest.raises(CheckError, match="没有别的可换"):
        sample_replace(actor=UserFactory(), sample=made.samples.get(kind="entity"), reason="关门")


def test_a_draw_costs_one_statement_whatever_the_frame(areas):
    check_round = drawn_round(areas)
    with CaptureQueriesContext(connection) as queries:
        sample_drawn(frame=frame_of(check_round), kind="entity", seed="x", quotas={"C": 2})
    assert len(queries) == 1
