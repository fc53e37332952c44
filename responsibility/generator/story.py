"""The demonstration's bonds, as they came about: cadres named, businesses distributed in one plan, then
what life did to it: villages without a cadre, people who left, people who rose a level.

Repeatable: where cadres stand already, nothing is done.
"""

import datetime
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pghistory
from django.db import transaction
from django.db.models import Count

from entities.enums import OBLIGED
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area, User

from ..enums import CadreLevel, ChangeKind, LeaveReason
from ..models import Assignment, Cadre
from ..rules.periods import quarter
from ..services.assignments import bond_end, bond_make
from ..services.changes import change_record
from ..services.handovers import handover_make
from ..services.planning import plan_apply, plan_make
from ..services.pledges_bulk import pledges_review
from .cadres import TOTALS, graded_by_area, leaders, made, of_towns, of_villages
from .papers import sign_first, sign_rest

# county: (未分配, 层级不符) at the end (the figures of the mock-ups)
WRONG = {
    "230803": (168, 31), "230804": (131, 24), "230805": (142, 22), "230811": (156, 27),
    "230822": (137, 21), "230826": (38, 9), "230828": (121, 18), "230881": (47, 11),
    "230882": (219, 34), "230883": (29, 8), "2308G1": (28, 9),
}  # fmt: skip
VACANT_SHARE = 0.5
# county: in how many days one of its village cadres stands down
HANDOVERS = {"230822": 5, "230882": 9}
# Bonds begin so long before the two whole quarters that the demonstration's visits go back.
LEAD = datetime.timedelta(days=12)
DAY = datetime.timedelta(days=1)


def began_on(today: datetime.date) -> datetime.date:
    """The day on which the demonstration's bonds begin: some days before the quarter before the last one, in
    which its first visits are made."""
    last = quarter(quarter(today).starts_on - DAY)
    return quarter(last.starts_on - DAY).starts_on - LEAD


@transaction.atomic
def seed_bonds(
    *, city: Area, by: User, people: Iterable[User], at: datetime.datetime,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Cadres and bonds of the demonstration, all through the services that its users call. `people` are
    accounts that become the first cadre of their area."""
    if Cadre.objects.within(city.pk).exists():
        return
    today = at.date()
    areas = list(Area.objects.within(city.pk).active().order_by("code"))
    counties = [area for area in areas if area.level == "county"]
    towns = [area for area in areas if area.level == "township"]
    villages = [area for area in areas if area.level == "village"]
    zones = [c for c in counties if not any(town.parent_id == c.pk for town in towns)]
    graded = graded_by_area(city)
    vacant = _vacant(towns, graded)
    with transaction.atomic(), pghistory.context(user=by.pk, via="demo"):
        cadres = [
            *leaders(city, counties),
            *of_towns([town for town in towns if town.pk not in vacant], zones),
            *of_villages(villages, towns, zones, graded),
        ]
        began = began_on(today)
        accounts = {person.area_id: person for person in people}
        for cadre in cadres:
            cadre.in_post_from = began
            if person := accounts.pop(cadre.area_id, None):
                cadre.user, cadre.name, cadre.post = person, person.name, person.post
        Cadre.objects.bulk_create(cadres, batch_size=1000)
    plan = plan_make(area=city, selection={}, rebalance=False, by=by, at=at)
    plan_apply(plan=plan, by=by, at=at, on=began)
    say(f"已分配包保主体 {plan.counts.get('assigned', 0):,} 家")
    sign_first(city=city, by=by, on=began, at=at)
    for county in counties:
        _live(county, by=by, at=at)
    for county in counties:
        if days := HANDOVERS.get(county.pk):
            _plan_handover(county, days, by=by, at=at)
    pledges_review(on=today)
    _fill_up([town for town in towns if town.pk not in vacant], villages, graded, by=by, on=today)
    sign_rest(city=city, by=by, on=today, at=at)


def _vacant(towns, graded):
    """空岗: farms and forest bureaus that named nobody yet, with half of what shall be unassigned."""
    under: Counter = Counter()
    for (code, grade), total in graded.items():
        if grade == "C":
            under[code[:9]] += total
    found, left = set(), {code: int(wrong[0] * VACANT_SHARE) for code, wrong in WRONG.items()}
    for town in sorted(towns, key=lambda t: (-under[t.pk], t.pk)):
        if town.kind == "special" and 1 <= under[town.pk] <= left[town.pk[:6]]:
            left[town.pk[:6]] -= under[town.pk]
            found.add(town.pk)
    return found


def _live(county, *, by, at):
    """What became of a county's bonds: exactly the 层级不符 and 未分配 of WRONG."""
    unassigned, unfit = WRONG[county.pk]
    loads = _loads(county)
    held, risen = _about(loads, unfit)
    if held < unfit:
        others = [(pk, load) for pk, load in loads if pk not in risen]
        risen.append(_lightened(others, unfit - held, by=by, at=at))
    for pk in risen:
        _rise(pk, by=by, at=at)
    missing = unassigned - _uncovered(county)
    leaver = next((pk for pk, n in reversed(loads) if n <= missing and pk not in risen), None)
    if leaver is not None:
        missing -= dict(loads)[leaver]
        _leave(leaver, by=by, at=at)
    if missing > 0:
        newest = (
            Assignment.objects.within(county.pk).covered().filter(grade="D", status="operating")
        )
        ids = list(newest.order_by("-entity_id").values_list("entity_id", flat=True)[:missing])
        bond_end(
            actor=by, entities=Entity.objects.filter(pk__in=ids), on=at.date(), at=at,
            note="分工调整，待重新分配",
        )  # fmt: skip


def _loads(county):
    """[(cadre, businesses held)] of the county's village level, shuffled."""
    held = Cadre.objects.within(county.pk).filter(level=CadreLevel.VILLAGE, load__total__gt=0)
    standing = held.filter(area__level="village") if held.filter(area__level="village") else held
    loads = list(standing.order_by("pk").values_list("pk", "load__total"))
    random.Random(county.pk).shuffle(loads)
    return loads


def _about(loads, wanted):
    """(businesses, cadres): as few cadres as hold together the most businesses up to `wanted`."""
    best: dict[int, list[int]] = {0: []}
    for pk, load in loads:
        for total, chosen in sorted(best.items(), reverse=True):
            reached = total + load
            if reached <= wanted and len(chosen) + 1 < len(best.get(reached, [0] * 9)):
                best[reached] = [*chosen, pk]
    most = max(best)
    return most, best[most]


def _lightened(loads, wanted, *, by, at):
    """A cadre who keeps `wanted` businesses and gives the rest to a colleague of the same area."""
    pk = next(pk for pk, load in loads if load > wanted)
    cadre = Cadre.objects.get(pk=pk)
    colleague = (
        Cadre.objects.in_post().filter(area=cadre.area, level=cadre.level).exclude(pk=pk)
    ).earliest("pk")
    bonds = Assignment.objects.active().filter(cadre=cadre).order_by("pk")
    surplus = list(bonds.values_list("entity_id", flat=True)[wanted:])
    bond_make(
        actor=by, entities=Entity.objects.filter(pk__in=surplus), cadre=colleague, on=at.date(),
        at=at, note="分工调整",
    )  # fmt: skip
    return pk


def _uncovered(county):
    """Graded 应包 businesses of the county that nobody holds."""
    graded = Entity.objects.within(county.pk).graded().count()
    return (
        graded
        - Assignment.objects.within(county.pk)
        .active()
        .filter(status__in=OBLIGED)
        .exclude(grade="")
        .count()
    )


def _rise(pk, *, by, at):
    """A village's cadre now serves at the township; what he held no longer fits his level."""
    with transaction.atomic(), pghistory.context(user=by.pk, via="demo"):
        cadre = Cadre.objects.select_related("area__parent").get(pk=pk)
        before = f"{cadre.get_level_display()} {cadre.post}"
        if cadre.area.level == "village":
            cadre.area = cadre.area.parent
        cadre.level, cadre.unit, cadre.post = CadreLevel.TOWNSHIP, cadre.area.name, "社会事务办主任"
        cadre.save()
        change_record(
            kind=ChangeKind.CADRE_POST, area_id=cadre.area_id, cadre=cadre, before=before,
            after=f"{cadre.get_level_display()} {cadre.post}", happened_on=at.date(), by=by, at=at,
        )  # fmt: skip


def _leave(pk, *, by, at):
    """A cadre is transferred away: what he held waits for another (待交接)."""
    with transaction.atomic(), pghistory.context(user=by.pk, via="demo"):
        cadre = Cadre.objects.get(pk=pk)
        cadre.in_post_to, cadre.is_in_post = at.date(), False
        cadre.leave_reason = LeaveReason.TRANSFER
        cadre.save()
        change_record(
            kind=ChangeKind.CADRE_LEFT, area_id=cadre.area_id, cadre=cadre, before=cadre.post,
            after=LeaveReason.TRANSFER.label, happened_on=at.date(), by=by, at=at,
        )  # fmt: skip


def _plan_handover(county, days, *, by, at):
    """换届: one of a village's cadres will hand his businesses to the others in so many days."""
    held = Cadre.objects.in_post().within(county.pk)
    held = held.filter(
        level=CadreLevel.VILLAGE, area__level="village", user=None, load__total__gt=0
    )
    crowded = held.order_by("area").values("area").annotate(number=Count("pk"))
    for code in crowded.filter(number__gte=2).values_list("area", flat=True)[:1]:
        giver, *receivers = held.filter(area=code).order_by("pk")
        handover_make(
            cadre=giver, reason=LeaveReason.ELECTION, leaves=True, receivers=receivers,
            on=at.date() + days * DAY, today=at.date(), by=by, at=at, note="村两委换届（示例）",
        )  # fmt: skip


def _fill_up(towns, villages, graded, *, by, on):
    """Newly named colleagues in the busiest places, up to the numbers of TOTALS."""
    busiest = {
        CadreLevel.TOWNSHIP: sorted(towns, key=lambda t: (-graded[t.pk, "C"], t.pk)),
        CadreLevel.VILLAGE: sorted(villages, key=lambda v: (-graded[v.pk, "D"], v.pk)),
    }
    new = []
    for level, places in busiest.items():
        missing = TOTALS[level] - Cadre.objects.in_post().filter(level=level).count()
        posts = ("综合办副主任",) if level == CadreLevel.TOWNSHIP else ("网格员",)
        new += [
            made(
                f"{place.pk}新{level}{number}", posts, area=place, level=level, unit=place.name,
                in_post_from=on,
            )
            for number, place in enumerate((places * 9)[: max(missing, 0)])
        ]  # fmt: skip
    with pghistory.context(user=by.pk, via="demo"):
        Cadre.objects.bulk_create(new)
