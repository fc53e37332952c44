"""Cadres for the list, the page of one, the export and the forms."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from entities.enums import OBLIGED
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.phones import mask_phone

from ..enums import COVERED, PledgeState, Standing
from ..models import (
    Assignment,
    Cadre,
    Change,
    Duty,
    Handover,
    LoadCap,
    Pledge,
    TrainingRecord,
)

# Quick views of the list: key → label.
VIEWS = {
    "in_post": "在岗",
    "no_account": "无账号",
    "over": "超载",
    "unsigned": "未签承诺书",
    "left": "已离任",
}
DEFAULT_VIEW = "in_post"
# A pledge that counts (K06): signed, not asked for anew.
VALID_PLEDGES = (PledgeState.SIGNED,)
SHORT = 20


def _cap():
    return Subquery(LoadCap.objects.filter(level=OuterRef("level")).values("most")[:1])


def cadres_visible(*, user) -> QuerySet[Cadre]:
    """The cadres that the user may see, unordered: what filters and exports start from."""
    return Cadre.objects.visible_to(user)


def in_view(found: QuerySet[Cadre], view: str) -> QuerySet[Cadre]:
    """The rows of one quick view; all but 已离任 are of cadres in post."""
    if view == "left":
        return found.filter(is_in_post=False)
    found = found.in_post()
    if view == "no_account":
        return found.filter(user=None)
    if view == "over":
        return found.filter(load__total__gt=_cap())
    if view == "unsigned":
        return found.exclude(_has_pledge())
    return found


def _has_pledge():
    return Exists(Pledge.objects.filter(cadre=OuterRef("pk"), state__in=VALID_PLEDGES))


def view_counts(found: QuerySet[Cadre]) -> dict[str, int]:
    """How many cadres each quick view holds, in one statement."""
    flagged = found.order_by().annotate(
        is_over=Case(
            When(load__total__gt=_cap(), then=True), default=False, output_field=BooleanField()
        ),
        is_signed=_has_pledge(),
    )
    there = Q(is_in_post=True)
    return flagged.aggregate(
        in_post=Count("pk", filter=there),
        no_account=Count("pk", filter=there & Q(user=None)),
        over=Count("pk", filter=there & Q(is_over=True)),
        unsigned=Count("pk", filter=there & Q(is_signed=False)),
        left=Count("pk", filter=~there),
    )


def with_columns(found: QuerySet[Cadre]) -> QuerySet[Cadre]:
    """With what the list shows: area names, load, cap, and the state of the newest pledge."""
    pledges = Pledge.objects.filter(cadre=OuterRef("pk")).exclude(state=PledgeState.VOID)
    return found.select_related("area__parent__parent", "user").annotate(
        held=Coalesce(F("load__total"), Value(0)),
        most=_cap(),
        pledge_state=Coalesce(Subquery(pledges.order_by("-pk").values("state")[:1]), Value("")),
    )


def cadre_get(*, user, pk: int) -> Cadre | None:
    """One cadre with what his page shows; nothing when out of scope."""
    found = Cadre.objects.visible_to(user).filter(pk=pk)
    return with_columns(found.select_related("area__parent__parent__parent")).first()


def bonds_of(*, user, cadre: Cadre) -> QuerySet[Assignment]:
    """The bonds of a cadre in force, as his page lists them."""
    found = Assignment.objects.visible_to(user).active().filter(cadre=cadre)
    return found.select_related("entity", "area__parent", "cadre")


def held_figures(*, user, cadre: Cadre) -> dict[str, int]:
    """How many of his bonds must be held, how many of these count, how many are 层级或属地不符, and how many are
    of each grade."""
    bonds = Assignment.objects.visible_to(user).active().filter(cadre=cadre, status__in=OBLIGED)
    grades = {f"grade_{grade}": Count("pk", filter=Q(grade=grade)) for grade in "ABCD"}
    covered = Count("pk", filter=Q(standing__in=COVERED) & ~Q(grade=""))
    unfit = Count("pk", filter=Q(standing=Standing.UNFIT) & ~Q(grade=""))
    return bonds.aggregate(total=Count("pk"), covered=covered, unfit=unfit, **grades)


def papers_of(*, user, cadre: Cadre) -> dict[str, list]:
    """What else his page shows: pledges, hand-overs, changes, trainings, duties; the newest of each."""
    handovers = Handover.objects.visible_to(user).filter(cadre=cadre)
    changes = Change.objects.visible_to(user).filter(cadre=cadre)
    trainings = TrainingRecord.objects.visible_to(user).filter(cadre=cadre)
    duties = Duty.objects.visible_to(user).filter(cadre=cadre)
    pledges = Pledge.objects.visible_to(user).filter(cadre=cadre)
    return {
        "pledges": list(pledges.order_by("-pk")[:SHORT]),
        "handovers": list(handovers.select_related("made_by").order_by("-pk")[:SHORT]),
        "changes": list(
            changes.select_related("entity", "recorded_by").order_by("-recorded_at", "-pk")[:SHORT]
        ),
        "trainings": list(
            trainings.select_related("training").order_by("-training__held_on", "-pk")[:SHORT]
        ),
        "duties": list(duties.select_related("item").order_by("state", "due_on", "pk")[:SHORT]),
    }


def revision_of(*, cadre: Cadre, revision: int) -> Cadre | None:
    """A cadre that the user may see as he stood at an earlier revision, from his history; unsaved."""
    event = cadre.events.filter(revision=revision).order_by("-pgh_id").first()
    if event is None:
        return None
    names = [field.attname for field in Cadre._meta.concrete_fields]
    return Cadre(**{name: getattr(event, name) for name in names})


def last_touch(*, cadre: Cadre) -> tuple[str, Any] | None:
    """Who changed the cadre last, and when."""
    event = cadre.events.select_related("pgh_context").order_by("-pgh_id").first()
    if event is None:
        return None
    said = event.pgh_context.metadata if event.pgh_context else {}
    person = Cadre._meta.get_field("user").related_model.objects.filter(pk=said.get("user")).first()
    return (person.get_full_name() if person else "系统"), event.pgh_created_at


def shown_value(cadre: Cadre | None, name: str, value=None) -> str:
    """A field's value as a person reads it: of a cadre, or a value meant for him; empty is ''."""
    column = Cadre._meta.get_field(name)
    if cadre is not None:
        value = getattr(cadre, name)
    if value is None or value == "":
        return ""
    if name in ("phone", "liaison_phone"):
        return mask_phone(value)
    return str(dict(column.flatchoices).get(value, value)) if column.choices else str(value)


def posts_within(*, user, code: str) -> QuerySet[Area]:
    """The areas where a cadre of this county unit (or city) may stand, in the user's scope, by code."""
    found = Area.objects.visible_to(user).active()
    if len(code) == 4:
        return found.filter(Q(code=code) | Q(parent=code)).order_by("code")
    return found.within(code[:6]).select_related("parent").order_by("code")


def has_children(code: str) -> bool:
    """Whether areas in use lie below this one."""
    return Area.objects.active().filter(parent=code).exists()


def export_rows(found: QuerySet[Cadre], *, with_phones: bool) -> Iterator[tuple]:
    """The rows of an export in the order of area, level and name, streamed; phones masked unless
    `with_phones`."""
    names = dict(Area.objects.values_list("code", "name"))
    told = (lambda number: number) if with_phones else (lambda n: mask_phone(n) if n else "")
    rows = with_columns(found).order_by("area_id", "level", "name", "pk")
    for cadre in rows.iterator(chunk_size=2000):
        code = cadre.area_id
        yield (
            cadre.name, cadre.post, cadre.unit, cadre.get_level_display(), names.get(code[:6], "")
            if len(code) >= 6 else "", names.get(code[:9], "") if len(code) >= 9 else "",
            names.get(code, "") if len(code) == 12 else "", told(cadre.phone), cadre.liaison_unit,
            cadre.liaison_name, told(cadre.liaison_phone), cadre.in_post_from, cadre.in_post_to,
            "在岗" if cadre.is_in_post else cadre.get_leave_reason_display() or "已离任",
            cadre.user.username if cadre.user else "", cadre.held, cadre.most,
            PledgeState(cadre.pledge_state).label if cadre.pledge_state else "", cadre.note,
        )  # fmt: skip


def cards_of(*, user, cadre: Cadre) -> list[dict]:
    """What rooms above show on the page of one cadre (settings.CADRE_CARDS), in their order: each names its
    `template`; those that have nothing for this reader are left out."""
    found = (import_string(path)(user=user, cadre=cadre) for path in settings.CADRE_CARDS)
    return [card for card in found if card]
