"""The rows of the board: problems by condition, a page by key, the rows of an export."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, TextField, Value

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.phones import mask_numbers
from responsibility.queries.keyed import keyed_page
from responsibility.queries.newest import NewestPage

from ..enums import ProblemState
from ..models import Campaign, CampaignTag, IndustryUnit, Problem
from ..rules.ages import found_between
from ..rules.deadlines import begin_of, day_of
from ..rules.moves import WAITS_FOR
from .figures_problems import problems_within, sees_by_area
from .problem_board import TABS
from .problem_detail import SHOWN
from .problem_people import CLAIM, DECIDE, VERIFY

PER_PAGE = 50
# A count of more than so many rows says "以上" instead of going on.
MOST_COUNTED = 10_000
# So many hits of a search are looked up by their ids; of more, a page is soon found by walking.
FEW = 1000
# By what a tab is ordered; the others by the day they were settled.
COLUMNS = {"": "clock_at", "found": "id"}


def with_age(found: QuerySet, *, age: str, on: datetime.date) -> QuerySet:
    """Those found so many days before `on`."""
    first, last = found_between(age, on)
    if first:
        found = found.filter(found_on__gte=first)
    return found.filter(found_on__lte=last) if last else found


def in_tab(*, user, tab: str, code: str = "") -> QuerySet[Problem]:
    """The rows of a tab below an area."""
    found = problems_within(user=user, code=code).filter(state__in=TABS[tab][1])
    return found if tab == "found" else found.filter(clock_at__isnull=bool(tab))


def overdue(found: QuerySet, *, on: datetime.date) -> QuerySet:
    """Those past the deadline of their state."""
    return found.filter(clock_at__lt=begin_of(on))


def of_campaign(found: QuerySet, *, campaign_id: int) -> QuerySet:
    """Those that carry a campaign (专项)."""
    tags = CampaignTag.objects.filter(campaign=campaign_id, is_active=True, problem__isnull=False)
    return found.filter(pk__in=tags.values("problem"))


def searched(found: QuerySet, text: str) -> QuerySet:
    """Problems with this number, or whose title or business's name holds `text` (two characters suffice)."""
    if text.upper().startswith("WT"):
        return found.filter(number__startswith=text.upper())
    pieces = {
        "pieces": Func(F("title"), function="public.name_bigrams", output_field=_PIECES),
    }
    pairs = sorted({text[at : at + 2] for at in range(len(text) - 1)})
    titled = Problem.objects.alias(**pieces).filter(title__contains=text, pieces__contains=pairs)
    named = Entity.objects.alias(
        pieces=Func(F("name"), function="public.name_bigrams", output_field=_PIECES)
    ).filter(name__contains=text, pieces__contains=pairs)
    of_named = Problem.objects.filter(entity__in=named.order_by().values("pk"))
    ids = list(
        titled.order_by()
        .values_list("pk")[: FEW + 1]
        .union(of_named.order_by().values_list("pk")[: FEW + 1])
    )
    if len(ids) <= FEW:
        return found.filter(pk__in=[pk for (pk,) in ids])
    return found.filter(Q(title__contains=text) | Q(entity__name__contains=text))


_PIECES = ArrayField(TextField())


def owed(*, user, on: datetime.date) -> dict[str, QuerySet[Problem]]:
    """What waits for this person, by what he may do; no statement. claim, handle: a station's (or a county's
    without station); verify: a cadre's, put right or fed back; look: a cadre's, past its day; extension,
    assign, overdue: a county's."""
    found = Problem.objects.filter(clock_at__isnull=False)
    sets = {}
    if user.station_id and user.has_perm(CLAIM):
        own = found.filter(station=user.station_id)
        sets["claim"] = own.filter(state=ProblemState.TO_CLAIM)
        sets["handle"] = own.filter(state__in=[ProblemState.HANDLING, ProblemState.TO_REVIEW])
    if user.has_perm("inspections.make_visit") and user.has_perm(VERIFY):
        own = found.filter(cadre__user=user)
        sets["verify"] = own.filter(state__in=[ProblemState.FIXED, ProblemState.FED_BACK])
        sets["look"] = overdue(own.filter(state=ProblemState.OPEN), on=on)
    if user.has_perm(DECIDE) and sees_by_area(user):
        inside = problems_within(user=user).filter(clock_at__isnull=False)
        sets["extension"] = inside.filter(asked_due_on__isnull=False)
        sets["assign"] = inside.filter(state=ProblemState.TO_CLAIM, station=None)
        if len(user.area_id or "") != 4:
            sets["overdue"] = overdue(inside, on=on)
    return sets


def owed_words() -> dict[str, str]:
    """The words of the sets of `owed`, as a condition of the list."""
    return {
        "claim": "等您认领",
        "handle": "您在办",
        "verify": "等您核查",
        "look": "到期没整改，等您去看",
        "extension": "等决定的延期",
        "assign": "没有监管所的移交",
        "overdue": "逾期",
    }


def choices(*, user) -> tuple[list[tuple[int, str]], list[str]]:
    """What the filters offer: the campaigns, ended ones too, as (id, name) for whoever may read them, and the
    industry departments without the county's name before them; one statement."""
    columns = ("order", "key", "name")
    units = IndustryUnit.objects.annotate(key=Value(0, BigIntegerField()), order=Value(0))
    rows = units.order_by().values_list(*columns)
    if user.has_perm("inspections.view_campaign"):
        campaigns = Campaign.objects.annotate(key=F("pk")).order_by()
        rows = rows.union(campaigns.values_list(*columns))
    found = sorted(rows)
    return (
        [(key, name) for _, key, name in found if key],
        [name for _, key, name in found if not key],
    )


def count_of(found: QuerySet) -> tuple[int, bool]:
    """How many rows, and whether there are more than were counted."""
    number = found.order_by()[: MOST_COUNTED + 1].count()
    return min(number, MOST_COUNTED), number > MOST_COUNTED


def page_of(found: QuerySet, *, tab: str, after="", before="", number=1) -> NewestPage:
    """A page: open ones by deadline, the most overdue first; settled ones by the day they were settled, all
    together by the order in which they came in, newest first."""
    return keyed_page(
        found.select_related(*SHOWN), column=COLUMNS.get(tab, "settled_at"),
        is_falling=bool(tab), after=after, before=before, number=number, per_page=PER_PAGE,
    )  # fmt: skip


def problems_fed(found: QuerySet) -> QuerySet[Problem]:
    """Rows as the API gives them."""
    return found.select_related("entity", "kind")


def export_rows(found: QuerySet, *, tab: str, on: datetime.date):
    """One tuple a row for the workbook, in the order of the list."""
    names = dict(Area.objects.values_list("code", "name"))
    column = COLUMNS.get(tab, "settled_at")
    order = (f"-{column}", "-pk") if tab else (column, "pk")
    rows = found.select_related("entity", "kind", "cadre", "station").order_by(*order)
    for row in rows.iterator(chunk_size=2000):
        code = row.area_id
        is_over = row.clock_at is not None and row.clock_at < begin_of(on)
        yield (
            row.number,
            *(names.get(code[:digits], "") if len(code) >= digits else "" for digits in (6, 9, 12)),
            row.entity.name,
            row.entity.licence_no,
            row.grade,
            row.item_code,
            mask_numbers(row.title),
            mask_numbers(row.detail),
            row.kind.name,
            row.get_state_display(),
            WAITS_FOR[row.state][1] if row.state in WAITS_FOR else "",
            row.get_source_display(),
            row.found_on,
            day_of(row.due_at),
            day_of(row.clock_at) if row.clock_at else None,
            (on - day_of(row.clock_at)).days if is_over else None,
            row.cadre.name if row.cadre_id else "",
            row.station.name if row.station_id else "",
            row.industry_unit,
            "是" if row.is_repeat else "",
            row.extensions or None,
            row.climbed or None,
            day_of(row.fixed_at) if row.fixed_at else None,
            day_of(row.settled_at) if row.settled_at else None,
        )
