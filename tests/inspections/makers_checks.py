"""督查 rounds, campaigns and review items for tests."""

import datetime

from django.utils import timezone

from inspections.models import Campaign, CheckMember, CheckQuota, CheckRound, StandardItem
from inspections.services import seeds_checks
from inspections.services.checks.draws import round_draw
from inspections.services.checks.results import finding_add
from inspections.services.checks.rounds import round_make
from responsibility.models import ListDocument, ListItem
from tests.factories import EntityFactory, UserFactory
from tests.responsibility.factories import CadreFactory

DAY = datetime.date(2022, 11, 2)
CODES = ("Q1", "Q2", "Q3")


def supervision_list(level="city"):
    """The list in force of a level, with three lines."""
    found = ListDocument.objects.filter(kind="supervision", level=level, state="issued").first()
    if found is None:
        found = ListDocument.objects.create(kind="supervision", level=level, title="督查清单")
        ListItem.objects.bulk_create(
            ListItem(document=found, order=order, code=code, heading=f"{code}事项", clause="督查")
            for order, code in enumerate(CODES, 1)
        )
        found.state = "issued"
        found.save()
    return found


def make_round(*, owner, target, actor=None, level="city", **more):
    supervision_list(level)
    if not CheckQuota.objects.exists():
        seeds_checks.load(on=DAY)
    values = {"starts_on": DAY, "ends_on": DAY, "seed": "2022-Q4-01", "team_name": "第二督导组"}
    return round_make(
        actor=actor or UserFactory(is_superuser=True), level=level, owner=owner, target=target,
        **values | more,
    )  # fmt: skip


def fill(area, *, grades="ABCD", many=3):
    """Businesses and cadres to draw from, in an area."""
    made = [EntityFactory(area=area, grade=grade) for grade in grades for _ in range(many)]
    cadres = [CadreFactory(area=area, level="township") for _ in range(many)]
    return made, cadres


def draw(check_round, *, actor=None, seed="2022-Q4-01", quotas=None, at=None):
    now = at or timezone.now()
    quotas = (
        {("entity", "C"): 2, ("entity", "D"): 1, ("cadre", "township"): 2}
        if quotas is None
        else quotas
    )
    return round_draw(
        actor=actor or UserFactory(is_superuser=True), check_round=check_round, seed=seed,
        frame_at=now, quotas=quotas, at=now,
    )  # fmt: skip


def drawn_round(areas, *, town="379921001", actor=None, **more):
    """A 市督县 round of the town's county, drawn."""
    fill(areas[town])
    made = make_round(owner=areas[town[:4]], target=areas[town[:6]], actor=actor, **more)
    return draw(made)


def issue(check_round, *, texts=("分级偏低",), due=None):
    """Its letter sent, with these findings."""
    from inspections.services.checks.letters import letter_generate, letter_issue

    actor, now = UserFactory(is_superuser=True), timezone.now()
    today = timezone.localdate()
    for text in texts:
        finding_add(actor=actor, check_round=check_round, text=text)
    due = due or today + datetime.timedelta(days=15)
    letter_generate(actor=actor, check_round=check_round, due_on=due, today=today)
    letter_issue(actor=actor, check_round=check_round, at=now, today=today)
    return CheckRound.objects.get(pk=check_round.pk)


def join(check_round, user):
    return CheckMember.objects.create(check_round=check_round, name=user.name, user=user)


def make_campaign(**more):
    values = {"name": f"专项{Campaign.objects.count()}"} | more
    return Campaign.objects.create(**values)


def make_standard(*, area, **more):
    values = {"item": "机制运行", "standard": "全部落实", "due_on": DAY} | more
    return StandardItem.objects.create(area=area, **values)
