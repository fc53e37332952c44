"""The demonstration's 督查: one round closed, one being put right, one on site, one of a county; review items and
campaigns in use. Through the services that its users call; a second run changes nothing."""

import datetime
import random

from jiamusi_foodsafety.jurisdiction.models import Area, User
from responsibility.enums import BodyKind
from responsibility.models import Body

from ..enums import SampleKind, StandardState
from ..models import Campaign, CheckRound, StandardItem
from ..services.campaigns import campaigns_set
from ..services.checks.draws import round_draw, round_redraw
from ..services.checks.letters import finding_answer, finding_review, letter_generate, letter_issue
from ..services.checks.results import finding_add, item_save, sample_save
from ..services.checks.rounds import round_close, round_make
from ..services.standards import standard_report

# code → (result, what was seen, the finding it gives)
SEEN = {
    "Q1": ("fits", "纪要 3 份", ""),
    "Q2": ("partly", "26 家核级，2 家偏低", "2 家分级偏低，应为 B 级"),
    "Q3": ("fails", "6 个村空岗，34 家层级不符", "6 个村（社区）空岗，34 家层级不符"),
    "Q4": ("partly", "抽 12 人，1 人待重签", ""),
    "Q5": ("fits", "照片与留存件 26 / 26", ""),
    "Q6": ("partly", "逾期 4 件", "4 件问题逾期未处置"),
    "Q7": ("fits", "日报 23 期均按时", ""),
    "Q8": ("fits", "抽 10 件", ""),
    "Q10": ("partly", "3 家周排查缺记录", "周排查缺记录 3 家"),
    "Q11": ("fits", "座谈 2 次", ""),
}
ANSWERS = ("已逐户核对，调整到位", "已补齐，附照片", "已约谈并明确专人，本周内完成")
# county of the round, days ago, how far it goes
CITY_ROUNDS = (("230828", 130, "closed"), ("230826", 40, "fixing"), ("230882", 1, "on_site"))
LEFT = 4


def seed_checks(*, city: Area, by: User, clerks: dict[str, User], at: datetime.datetime) -> int:
    """Make the rounds of a city that has none; how many. `clerks` = {county code: its account}."""
    if CheckRound.objects.filter(owner=city).exists():
        return 0
    made = 0
    for code, ago, until in CITY_ROUNDS:
        target = Area.objects.filter(pk=code).first()
        if target is not None:
            _round(city, target, by, clerks.get(code, by), at, ago, until)
            made += 1
    made += _county_round(clerks, at)
    _standards(city, by, at)
    return made


def _team(city, county):
    teams = Body.objects.filter(area=city, kind=BodyKind.SUPERVISION_TEAM, to_on=None)
    return teams.filter(counties__county=county, counties__to_on=None).first() or teams.first()


def _round(city, target, by, clerk, at, ago, until):
    day = at.date() - datetime.timedelta(days=ago)
    team = _team(city, target)
    check_round = round_make(
        actor=by, level="city", owner=city, target=target, body=team,
        team_name="" if team else "督查组", starts_on=day, ends_on=day + datetime.timedelta(days=1),
        seed=f"{day.year}-Q{(day.month + 2) // 3}-{target.pk}-01",
    )  # fmt: skip
    check_round = round_draw(
        actor=by, check_round=check_round, seed=check_round.seed, frame_at=at, at=at, quotas={}
    )
    round_redraw(actor=by, check_round=check_round, at=at)
    whole = until != "on_site"
    _items(check_round, by, at, whole=whole)
    _samples(check_round, by, at, left=0 if whole else LEFT)
    campaign = Campaign.objects.order_by("order").first()
    if campaign:
        campaigns_set(row=check_round, ids=[campaign.pk], actor=by, at=at)
    today, due = at.date(), at.date() + datetime.timedelta(days=15)
    letter_generate(actor=by, check_round=check_round, due_on=due, today=today)
    if until == "on_site":
        return
    letter_issue(actor=by, check_round=check_round, at=at, today=today)
    _answers(check_round, by, clerk, at, every=until == "closed")
    if until == "closed":
        round_close(actor=by, check_round=check_round, at=at)


def _items(check_round, by, at, *, whole):
    for row in check_round.results.select_related("item").order_by("order"):
        told = SEEN.get(row.item.code)
        if told is None:
            if not whole:
                continue
            told = ("fits", "查阅签到和试卷", "")
        verdict, seen, finding = told
        item_save(
            actor=by,
            result=row,
            revision=row.revision,
            verdict=verdict,
            score=None,
            seen=seen,
            at=at,
        )
        if finding:
            finding_add(actor=by, check_round=check_round, text=finding, result=row)


def _samples(check_round, by, at, *, left):
    draw = random.Random(check_round.pk)
    rows = list(check_round.samples.filter(kind=SampleKind.ENTITY).order_by("stratum", "rank"))
    for row in rows[: len(rows) - left]:
        low = row.stratum == "C" and row.rank <= 2
        sample_save(
            actor=by, sample=row, revision=row.revision, at=at,
            values={
                "grade_verdict": "low" if low else "fits",
                "right_grade": "B" if low else "",
                "cadre_known": "vague" if draw.random() < 0.08 else "came",
                "came_on": check_round.starts_on - datetime.timedelta(days=draw.randint(3, 20)),
                "officers": "seen",
                "daily": "seen",
                "weekly": "missing" if draw.random() < 0.1 else "seen",
                "monthly": "seen",
            },
        )  # fmt: skip
    for row in check_round.samples.filter(kind=SampleKind.CADRE).order_by("pk"):
        sample_save(
            actor=by, sample=row, revision=row.revision, at=at,
            values={"call_verdict": draw.choice(["good", "good", "basic"]), "note": "说得出包保主体和督导频次"},
        )  # fmt: skip


def _answers(check_round, by, clerk, at, *, every):
    rows = list(check_round.findings.filter(is_dropped=False).order_by("order"))
    for number, row in enumerate(rows if every else rows[:2]):
        answered = finding_answer(
            actor=clerk,
            finding=row,
            revision=row.revision,
            text=ANSWERS[number % len(ANSWERS)],
            at=at,
        )
        if every:
            finding_review(
                actor=by, finding=answered, revision=answered.revision, is_fixed=True, at=at,
                note="现场看过，已改", today=at.date(),
            )  # fmt: skip


def _county_round(clerks, at):
    """One 县督乡, drawn, by the first county that has towns."""
    for code in ("230882", *clerks):
        town = Area.objects.active().filter(parent=code, level="township").order_by("code").first()
        if town is None or code not in clerks:
            continue
        made = round_make(
            actor=clerks[code], level="county", owner=Area.objects.get(pk=code), target=town,
            team_name="县督查一组", starts_on=at.date(), ends_on=at.date(),
            members=[{"role": "head", "name": clerks[code].name, "user": clerks[code]}],
            seed=f"{at.year}-{town.pk}-01",
        )  # fmt: skip
        round_draw(
            actor=clerks[code], check_round=made, seed=made.seed, frame_at=at, at=at, quotas={}
        )
        return 1
    return 0


def _standards(city, by, at):
    """The first review items are under way."""
    rows = StandardItem.objects.filter(area=city, state=StandardState.NOT_STARTED)
    for row in rows.order_by("order")[:3]:
        standard_report(
            actor=by, item=row, revision=row.revision, state=StandardState.IN_PROGRESS,
            text="已分解到各县(市、区)，按周调度（示例）", at=at,
        )  # fmt: skip
