"""Reads of the dated to-dos: lists, roll-up by area, and what waits on the first page."""

import datetime
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code

from ..enums import Cycle, DutyState, ListKind, Mark
from ..models import Cadre, Duty, ListItem
from ..rules.periods import period_words
from .keyed import keyed_page
from .lists import lists_in_force
from .newest import NewestPage

# Quick views: key → label.
VIEWS = {"open": "待办", "overdue": "逾期", "done": "已办", "all": "全部"}
CHANGE = "responsibility.change_duty"
WHOSE = {"mine": "本人和本单位", "cadre": "包保干部", "area": "属地单位"}
MOST_PERIODS = 24
# From so many days before its day a to-do says how many are left.
SOON_DAYS = 14


@dataclass(frozen=True)
class DutyWishes:
    """What a list of to-dos is narrowed by; empty values narrow nothing."""

    view: str = "open"
    area: str = ""
    period: str = ""
    code: str = ""
    whose: str = ""
    cadre: int = 0
    # only what falls due at the area itself, not below it
    is_exact: bool = False


def _in_view(view, on):
    if view == "open":
        return Q(state=DutyState.OPEN)
    if view == "overdue":
        return Q(state=DutyState.OPEN, due_on__lt=on)
    if view == "done":
        return Q(state=DutyState.DONE)
    return Q()


def own(user) -> Q:
    """What this person owes himself, and what the unit at which he stands or works owes."""
    return Q(cadre__user=user) | Q(_units(user), cadre=None)


def _units(user):
    """The unit of a cadre's level at which he stands, or that an officer works for."""
    if user.area_id and user.has_perm("jurisdiction.view_area_data"):
        if not user.has_perm(CHANGE):
            return Q(pk__in=[])  # a leader only reads what his unit owes
        return Q(area=user.area_id)
    stands = Cadre.objects.filter(user=user, is_in_post=True, level=F("area__level"))
    return Q(area__in=stands.values("area"))


def owed(*, user) -> QuerySet[Duty]:
    """The open to-dos of `own`, found along two indexes: the menu's number is read on every page."""
    unit = Duty.objects.open().filter(_units(user), cadre=None)
    found = Duty.objects.open().filter(cadre__user=user).values("pk").union(unit.values("pk"))
    return Duty.objects.filter(pk__in=found)


def duties_in(*, user, wishes: DutyWishes, on: datetime.date) -> QuerySet[Duty]:
    """The to-dos that the user may see, narrowed; unordered."""
    return _narrowed(user, wishes).filter(_in_view(wishes.view, on))


def with_columns(found: QuerySet[Duty]) -> QuerySet[Duty]:
    """With what a row of the list, the export and the API shows."""
    return found.select_related(
        "item__document", "cadre", "area__parent__parent__parent", "done_by"
    )


def _narrowed(user, wishes):
    found = Duty.objects.visible_to(user)
    if wishes.area:
        found = found.filter(area=wishes.area) if wishes.is_exact else found.within(wishes.area)
    if wishes.period:
        found = found.filter(period=wishes.period)
    if wishes.code:
        found = found.filter(code=wishes.code)
    if wishes.cadre:
        found = found.filter(cadre=wishes.cadre)
    if wishes.whose == "mine":
        found = found.filter(own(user))
    elif wishes.whose:
        found = found.filter(cadre__isnull=wishes.whose == "area")
    return found


def duty_numbers(*, user, wishes: DutyWishes, on: datetime.date) -> dict[str, int]:
    """How many to-dos each quick view holds under the other conditions; one statement."""
    return _narrowed(user, wishes).aggregate(
        **{view: Count("pk", filter=_in_view(view, on)) for view in VIEWS}
    )


def duty_page(
    *, user, wishes: DutyWishes, on: datetime.date, after="", before="", number=1
) -> NewestPage:
    """50 to-dos, the earliest day first, with what the row shows."""
    found = with_columns(duties_in(user=user, wishes=wishes, on=on))
    page = keyed_page(
        found, column="due_on", after=_sound(after), before=_sound(before), number=number
    )
    for duty in page.rows:
        describe(duty, on=on)
    return page


def _sound(key):
    """A pager's key whose day can be read; else nothing."""
    try:
        datetime.date.fromisoformat(key.partition("~")[0])
    except ValueError:
        return ""
    return key


def describe(duty: Duty, *, on: datetime.date) -> Duty:
    """Adds what a page says of a to-do: its name, period in words, days, state word and shape."""
    duty.label = duty.item.heading or duty.item.clause
    duty.period_words = period_words(duty.period)
    duty.days_left = (duty.due_on - on).days
    duty.word, duty.shape = _state(duty, on)
    return duty


def _state(duty, on):
    if duty.state == DutyState.DONE:
        return "已办", "ok"
    if duty.state == DutyState.CANCELLED:
        return "不再适用", "out"
    if duty.due_on < on:
        return f"逾期 {(on - duty.due_on).days} 天", "overdue"
    days = (duty.due_on - on).days
    if days > SOON_DAYS:
        return "未到期", "not-due"
    return ("今天到期", "hint") if days == 0 else (f"还有 {days} 天", "waiting")


def may_complete(*, user, duty: Duty | None) -> bool:
    """Whether this to-do (None: out of sight) is the user's to close: his own, or he may close others' too."""
    return user.has_perm(CHANGE) or bool(duty and duty.cadre and duty.cadre.user_id == user.pk)


def duty_get(*, user, pk: int) -> Duty | None:
    """One to-do with what its page shows; nothing when out of scope."""
    return (
        Duty.objects.visible_to(user)
        .select_related(
            "item__document", "item__core_task", "item__stage", "cadre__area",
            "area__parent__parent__parent", "done_by",
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip


def duty_history(*, duty: Duty) -> list:
    """What happened to a to-do, the latest first, with whose act it was in `actor` ("" for the system's); the
    first is its making. Two statements."""
    events = duty.events.select_related("pgh_context", "done_by").order_by("-pgh_id")
    events = list(events[:50])
    keys = {event: (event.pgh_context.metadata if event.pgh_context else {}) for event in events}
    keys = {event: said.get("user") for event, said in keys.items()}
    people = get_user_model().objects.in_bulk({key for key in keys.values() if key})
    for event in events:
        person = people.get(keys[event])
        event.actor = person.get_full_name() if person else ""
    return events


def occasional_for(*, user, on: datetime.date) -> QuerySet[ListItem]:
    """Those of `occasional_items` that the user's own level or one below owes."""
    found = occasional_items(on=on)
    return found.exclude(document__level="city") if _is_below_city(user) else found


def _is_below_city(user):
    return len(home_code(user) or "") > 4


def occasional_items(*, on: datetime.date) -> QuerySet[ListItem]:
    """The 随时 lines (●) of the task lists in force on a day: they fall due when somebody gives them."""
    found = ListItem.objects.filter(
        document__in=lists_in_force(kinds=[ListKind.TASK], on=on), mark=Mark.FULL,
        cycle=Cycle.ANY_TIME,
    )  # fmt: skip
    return found.select_related("document").order_by("document__level", "order", "pk")


def areas_to_task(*, user) -> QuerySet[Area]:
    """The areas below which the user may give a task: his own scope, the villages only for a county."""
    found = Area.objects.visible_to(user).active().select_related("parent__parent")
    if not _is_below_city(user):
        found = found.exclude(level="village")
    return found.order_by("code")


def duty_periods(*, user) -> list[tuple[str, str]]:
    """The periods that have to-dos in the user's scope, the latest first: (label, words)."""
    found = (
        Duty.objects.visible_to(user)
        .values_list("period")
        .annotate(last=Max("due_on"))
        .order_by("-last", "period")[:MOST_PERIODS]
    )
    return [(label, period_words(label)) for label, _ in found]


def duty_codes(*, user) -> list[str]:
    """The codes of tasks that have to-dos in the user's scope."""
    return list(
        Duty.objects.visible_to(user).order_by("code").values_list("code", flat=True).distinct()
    )


def duty_areas(
    *, user, on: datetime.date, area: str = "", period: str = "", code: str = ""
) -> list[dict]:
    """Done, open and overdue to-dos of each part of an area (county → town → village; what the area's own
    level owes is a row of its own), and all of them together first. One statement for the figures, one
    for the names."""
    length = _next_length(user, area)
    found = _narrowed(user, DutyWishes(area=area, period=period, code=code))
    counted = (
        found.exclude(state=DutyState.CANCELLED)
        .annotate(part=Left("area_id", length))
        .values("part")
        .annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(state=DutyState.DONE)),
            overdue=Count("pk", filter=Q(state=DutyState.OPEN, due_on__lt=on)),
        )
        .order_by("part")
    )
    rows = list(counted)
    areas = Area.objects.in_bulk([row["part"] for row in rows])
    for row in rows:
        row["area"] = areas[row["part"]]
        row["is_own"] = len(row["part"]) < length
        row["open"] = row["total"] - row["done"]
    totals = {key: sum(row[key] for row in rows) for key in ("total", "done", "overdue", "open")}
    rows.sort(key=lambda row: (not row["is_own"], row["done"] / row["total"], row["part"]))
    return [totals, *rows]


def _next_length(user, area):
    """How many characters the codes of the parts below an area have."""
    if not area:
        prefixes = area_scope(user).prefixes
        if len(prefixes) != 1:
            return 6 if not prefixes or any(len(code) <= 6 for code in prefixes) else 9
        area = prefixes[0]
    return {4: 6, 6: 9}.get(len(area), 12)


def todo_lines(*, user, on: datetime.date) -> list[dict]:
    """What this person and his unit owe of the lists' tasks, for the first page: label, count, url, tone,
    hint and the first day due; empty lines are left out. One statement."""
    if not user.has_perm("responsibility.view_duty"):
        return []
    late = Q(due_on__lt=on)
    mine, unit = Q(cadre__user=user), own(user) & Q(cadre=None)
    counts = (
        Duty.objects.visible_to(user)
        .open()
        .aggregate(
            mine=Count("pk", filter=mine),
            mine_late=Count("pk", filter=mine & late),
            mine_due=Min("due_on", filter=mine),
            unit=Count("pk", filter=unit),
            unit_late=Count("pk", filter=unit & late),
            unit_due=Min("due_on", filter=unit),
            late=Count("pk", filter=late),
        )
    )
    base = reverse("responsibility:duty-list")
    lines = [
        _line("本人的清单任务", counts, "mine", f"{base}?whose=mine"),
        _line("本单位的清单任务", counts, "unit", f"{base}?whose=mine"),
    ]
    others_late = counts["late"] - counts["mine_late"] - counts["unit_late"]
    if user.has_perms(["jurisdiction.view_area_data", "responsibility.change_duty"]):
        lines.append(
            {
                "label": "辖区内逾期的清单任务",
                "count": others_late,
                "url": reverse("responsibility:duty-areas"),
                "tone": "amber",
                "hint": "看哪个地方没有办，逐级催办",
            }
        )
    return [line for line in lines if line["count"]]


def _line(label, counts, key, url):
    late = counts[f"{key}_late"]
    return {
        "label": label,
        "count": counts[key],
        "url": url,
        "tone": "red" if late else "",
        "hint": f"其中逾期 {late:,} 件" if late else "最早一件的期限",
        "due": counts[f"{key}_due"],
    }
