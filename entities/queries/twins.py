"""Reads of 疑似重复 and of the merge: the groups, what merging two businesses would do, what was merged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from itertools import islice

from django.conf import settings
from django.db.models import Q, QuerySet

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.templatetags.ui import rate

from ..enums import OBLIGED, REGISTERED, Status, TwinState
from ..models import Category, Entity, EntityMerge, Proposal, TwinGroup, TwinScan
from ..rules.merging import PARTS, proposed_side
from .entities import shown_value
from .tally import TallyRow, tally_by_area

VIEWS = {
    TwinState.OPEN: "待判断",
    TwinState.DISMISSED: "不是同一家",
}


def twins_visible(*, user, area: str = "", state: str = TwinState.OPEN, kind: str = "") -> QuerySet:
    """The groups that the user may see, narrowed; unordered."""
    found = TwinGroup.objects.visible_to(user).filter(state=state)
    if area:
        found = found.within(area)
    return found.filter(kind=kind) if kind else found


def twins_shown(*, user, groups: list[TwinGroup], most: int = 3) -> dict[int, list[Entity]]:
    """Group → its first members as the list names them; one statement."""
    ids = {pk for group in groups for pk in group.members[:most]}
    found = Entity.objects.visible_to(user).select_related("area__parent__parent").in_bulk(ids)
    return {group.pk: [found[pk] for pk in group.members[:most] if pk in found] for group in groups}


TWIN_HEADINGS = (
    "组", "依据", "主体名称", "统一社会信用代码", "许可证编号", "经营地址", "属地", "经营状态", "包保等级", "有效期至",
)  # fmt: skip


def twins_rows(*, user, found: QuerySet[TwinGroup]) -> Iterator[tuple]:
    """The members of these groups for an export, a line a business, groups numbered; two statements a piece of
    500 groups."""
    number = 0
    groups = found.order_by("area_id", "pk").iterator(chunk_size=500)
    while piece := list(islice(groups, 500)):
        members = twins_shown(user=user, groups=piece, most=50)
        for group in piece:
            number += 1
            for one in members[group.pk]:
                yield (
                    number, group.get_kind_display(), one.name, one.credit_code, one.licence_no,
                    one.address, one.area.path_name, one.get_status_display(), one.grade,
                    "长期" if one.is_permanent else one.expires_on,
                )  # fmt: skip


def twins_get(*, user, pk: int) -> TwinGroup | None:
    """One group; nothing when out of scope or gone."""
    found = TwinGroup.objects.visible_to(user).exclude(state=TwinState.GONE)
    return found.select_related("settled_by").filter(pk=pk).first()


def twins_members(*, user, group: TwinGroup) -> list[Entity]:
    """The members of a group, the likeliest to stay first: operating, graded, with the latest licence."""
    found = Entity.objects.visible_to(user).filter(pk__in=group.members, status__in=REGISTERED)
    rows = list(found.select_related("category", "area__parent__parent").order_by("pk"))
    return sorted(
        rows,
        key=lambda one: (
            one.status != Status.OPERATING, not one.grade,
            not one.is_permanent, -(one.expires_on.toordinal() if one.expires_on else 0), one.pk,
        ),
    )  # fmt: skip


def twins_scanned() -> TwinScan | None:
    """When the register was last searched."""
    return TwinScan.objects.filter(pk=1).first()


def twins_counts(*, user, code: str, length: int) -> dict[str, int]:
    """Area code cut to `length` → businesses in groups that wait, each once. One statement; it costs with the
    groups that wait, not with the register."""
    counts: dict[str, set] = {}
    found = TwinGroup.objects.visible_to(user).open().within(code)
    for area, members in found.values_list("area_id", "members"):
        counts.setdefault(area[:length], set()).update(members)
    return {area: len(ids) for area, ids in counts.items()}


@dataclass
class Row:
    """One part side by side; `side`: what is proposed."""

    key: str
    label: str
    kept: str
    gone: str
    is_same: bool
    side: str = "kept"


@dataclass
class Preview:
    """What merging would do."""

    kept: Entity
    gone: Entity
    rows: list[Row] = field(default_factory=list)
    # what moves and what stays, in sentences
    moves: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


def merge_preview(*, user, kept: Entity, gone: Entity) -> Preview:
    """Both sides field by field, what each room would move, and what it does to the county's rate. Both were
    scoped before."""
    page = Preview(kept, gone)
    mine, other = vars(kept), vars(gone)
    for part in PARTS:
        if not (_words(kept, part) or _words(gone, part)):
            continue
        side = proposed_side(part, mine, other)
        same = all(mine[name] == other[name] for name in part.fields)
        page.rows.append(
            Row(part.key, part.label, _words(kept, part), _words(gone, part), same, side)
        )
    waiting = Proposal.objects.filter(entity=gone, state="proposed").count()
    if waiting:
        page.moves.append(f"待复核的审核事项 {waiting} 条转到保留方；保留方已有同类的，撤回。")
    for path in settings.ENTITY_MERGERS:
        told = import_module(path).preview(kept=kept, gone=gone)
        page.rows += [Row(**row) for row in told["rows"]]
        page.moves += told["moves"]
    page.effects = _effects(user, kept, gone)
    return page


def _words(entity, part):
    if part.key == "area":
        return f"{entity.area.path_name} {entity.area_text}".strip()
    if part.key == "category":
        return entity.category.name
    if part.key == "expires_on" and entity.is_permanent:
        return "长期"
    if part.key == "grade":
        return entity.get_grade_display()
    return shown_value(entity, part.lead)


def _effects(user, kept, gone):
    """What leaves the county's figures, before → after."""
    county = gone.area_id[:6]
    found = {row.code: row for row in tally_by_area(user=user, code=county, length=6)}
    row = found.get(county, TallyRow(county))
    obliged = gone.status in OBLIGED
    graded = obliged and bool(gone.grade)
    told = [f"在册 {row.registered:,} → {row.registered - 1:,} 家"]
    if obliged:
        told.append(f"应包 {row.obliged:,} → {row.obliged - 1:,} 家")
        before = _rate(row.graded, row.obliged)
        after = _rate(row.graded - graded, row.obliged - 1)
        told.append(f"分级率(净) {before} → {after}")
    else:
        told.append("应包、分级率(净)不变")
    return told


def _rate(part, whole):
    return rate(Decimal(part) * 100 / Decimal(whole) if whole else None)


def merges_visible(*, user, area: str = "") -> QuerySet:
    """What was merged in the user's scope, unordered."""
    found = EntityMerge.objects.visible_to(user).within(area)
    return found.select_related("kept", "gone", "made_by", "undone_by", "area__parent")


def merge_get(*, user, pk: int) -> EntityMerge | None:
    """One merge; nothing when out of scope."""
    return merges_visible(user=user).filter(pk=pk).first()


def merge_changes(*, merge: EntityMerge) -> list[dict]:
    """What the one that stays took over: label, before, after as a person reads them; phones masked."""
    codes = {code for key in ("area_id", "category_id") for code in merge.values.get(key, [])}
    names = dict(Area.objects.filter(pk__in=codes).values_list("code", "name"))
    names |= dict(Category.objects.filter(pk__in=codes).values_list("pk", "name"))
    rows = []
    for part in PARTS:
        if part.lead in merge.values:
            before, after = (
                names.get(value, value) if part.lead.endswith("_id") else value
                for value in merge.values[part.lead]
            )
            name = part.lead.removesuffix("_id")
            rows.append(
                {
                    "label": part.label,
                    "old": shown_value(None, name, before),
                    "new": shown_value(None, name, after),
                }
            )
    return rows


def merge_card(*, user, entity: Entity, on) -> dict | None:
    """Card 合并 of one business: what was merged into it, or what it was merged into."""
    found = EntityMerge.objects.filter(Q(kept=entity) | Q(gone=entity), undone_at=None)
    merges = list(found.select_related("kept", "gone", "made_by").order_by("-pk")[:10])
    scope = area_scope(user)
    merges = [one for one in merges if scope.covers(one.area_id)]
    if not merges:
        return None
    return {"template": "entities/_merge_card.html", "is_side": True, "merges": merges}
