"""专项: the dictionary, its counts from the counters, the rows behind each."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet, Sum

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import OPEN_STATES, TagKind
from ..models import Campaign, CampaignTag, CampaignTally, CheckRound, Problem, Visit

PER_PAGE = 50
FIELDS = {
    TagKind.VISIT: "visit",
    TagKind.PROBLEM: "problem",
    TagKind.DUTY: "duty",
    TagKind.ACTION: "action",
    TagKind.CHECK: "check_round",
}


@dataclass
class CampaignRow:
    """One campaign with how many of each kind carry it, in the user's scope; `open_problems` of its problems
    are not settled."""

    campaign: Campaign
    counts: dict[str, int] = field(default_factory=dict)
    open_problems: int = 0

    @property
    def by_kind(self):
        return [(kind, label, self.counts.get(kind, 0)) for kind, label in TagKind.choices]

    @property
    def total(self):
        return sum(self.counts.values())


def campaigns_active(*, on: datetime.date) -> list[Campaign]:
    """The campaigns in use on a day, in their order: what may be chosen; one statement."""
    found = Campaign.objects.filter(
        Q(from_on=None) | Q(from_on__lte=on), Q(to_on=None) | Q(to_on__gte=on), is_active=True
    )
    return list(found.order_by("order", "pk"))


def campaigns_visible() -> QuerySet[Campaign]:
    """The dictionary, unordered: it belongs to no area."""
    return Campaign.objects.all()


def campaign_get(*, pk: int) -> Campaign | None:
    """One campaign; the dictionary belongs to no area."""
    return Campaign.objects.filter(pk=pk).first()


def campaign_rows(*, user, area: str = "") -> list[CampaignRow]:
    """All campaigns with their counts below `area` in the user's scope; three statements whatever the numbers."""
    rows = {row.pk: CampaignRow(row) for row in Campaign.objects.order_by("order", "pk")}
    counted = (
        CampaignTally.objects.filter(area_scope(user).q("area__code"), area__code__startswith=area)
        .order_by()
        .values("campaign_id", "kind")
        .annotate(number=Sum("total"))
    )
    for told in counted:
        rows[told["campaign_id"]].counts[told["kind"]] = told["number"]
    for told in (
        open_problems(user=user, area=area)
        .order_by()
        .values("campaign_id")
        .annotate(number=Count("pk"))
        .values("campaign_id", "number")
    ):
        rows[told["campaign_id"]].open_problems = told["number"]
    return list(rows.values())


def open_problems(*, user, area: str = "") -> QuerySet[CampaignTag]:
    """Marks on problems that are not settled."""
    found = CampaignTag.objects.visible_to(user).active().filter(kind=TagKind.PROBLEM)
    found = found.filter(problem__state__in=OPEN_STATES)
    return found.within(area) if area else found


def tags_in(*, user, campaign: Campaign, kind: str = "", area: str = "") -> QuerySet[CampaignTag]:
    """The marks of a campaign in the user's scope; kind "open" = unsettled problems."""
    found = CampaignTag.objects.visible_to(user).active().filter(campaign=campaign)
    if kind == "open":
        found = found.filter(kind=TagKind.PROBLEM, problem__state__in=OPEN_STATES)
    elif kind:
        found = found.filter(kind=kind)
    return found.within(area) if area else found


def with_columns(found: QuerySet[CampaignTag]) -> QuerySet[CampaignTag]:
    """With all that a list shows of them."""
    return found.select_related(
        "area__parent__parent", "tagged_by", "visit__entity", "visit__cadre", "problem__entity",
        "duty__item", "duty__cadre", "action__decision", "check_round__target",
    )  # fmt: skip


def tag_words(tag: CampaignTag) -> str:
    """What carries the mark, in words."""
    if tag.kind == TagKind.VISIT:
        return f"{tag.visit.visited_on:%Y-%m-%d} {tag.visit.cadre.name}督导{tag.visit.entity.name}"
    if tag.kind == TagKind.PROBLEM:
        row = tag.problem
        return f"{row.number} {row.entity.name}：{row.title}（{row.get_state_display()}）"
    if tag.kind == TagKind.DUTY:
        row = tag.duty
        who = row.cadre.name if row.cadre_id else ""
        return f"{row.code} {row.item.heading or row.item.clause} {who}".strip()
    if tag.kind == TagKind.ACTION:
        return tag.action.decision.text
    row = tag.check_round
    return f"{row.get_level_display()}第 {row.number} 轮：{row.target.name}"


def tag_page(found: QuerySet[CampaignTag], *, after: str = "") -> tuple[list[CampaignTag], str]:
    """50 marks, the newest first, each with `words`, and the key of the next page ("" at the end)."""
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(with_columns(found).order_by("-pk")[: PER_PAGE + 1])
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    for row in rows:
        row.words = tag_words(row)
    return rows, str(rows[-1].pk) if more else ""


def tag_rows(found: QuerySet[CampaignTag]):
    """The marks for an export, the newest first."""
    rows = with_columns(found).select_related("campaign").order_by("-pk")
    for row in rows.iterator(chunk_size=1000):
        yield (
            row.campaign.name,
            row.get_kind_display(),
            tag_words(row),
            row.area.path_name,
            row.tagged_by.get_full_name() if row.tagged_by else "",
            row.tagged_at,
        )


def tags_of(**carrier) -> list[Campaign]:
    """The campaigns that one thing carries: `visit=`, `problem=`, `duty=`, `action=` or `check=`."""
    (name, row), *_ = carrier.items()
    name = "check_round" if name == "check" else name
    tags = CampaignTag.objects.active().filter(**{name: row})
    return list(Campaign.objects.filter(pk__in=tags.values("campaign")).order_by("order", "pk"))


def carrier_get(*, user, kind: str, pk: int):
    """What a mark may be put on, if the user sees it; else nothing."""
    model = {
        TagKind.VISIT: Visit,
        TagKind.PROBLEM: Problem,
        TagKind.DUTY: CampaignTag._meta.get_field("duty").related_model,
        TagKind.ACTION: CampaignTag._meta.get_field("action").related_model,
        TagKind.CHECK: CheckRound,
    }.get(kind)
    return model.objects.visible_to(user).filter(pk=pk).first() if model else None


def campaign_differences() -> list[tuple]:
    """Counters of campaigns that differ from a count of the marks: (campaign, area, kind, kept, counted)."""
    kept = {
        (row.campaign_id, row.area_id, row.kind): row.total for row in CampaignTally.objects.all()
    }
    counted: dict = {}
    for row in CampaignTag.objects.active().values_list("campaign_id", "area_id", "kind"):
        counted[row] = counted.get(row, 0) + 1
    return [
        (*key, kept.get(key, 0), counted.get(key, 0))
        for key in sorted(kept.keys() | counted.keys())
        if kept.get(key, 0) != counted.get(key, 0)
    ]
