"""Who leads and who does, on any day: the organisation page and one body."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Prefetch, Q

from entities.queries.tally import TallyRow, tally_by_area
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code
from jiamusi_foodsafety.kit.phones import mask_phone

from ..enums import ActionState, BodyKind, MemberRole
from ..models import Action, Body, Document, Membership, TeamCounty
from ..rules.organisation import (
    Piece,
    Term,
    allotment_lines,
    change_lines,
    in_force,
    newest_first,
)

# The order of roles in a list of members.
ROLE_ORDER = [role.value for role in MemberRole]
CHANGES_SHOWN = 6
FIRST_MEMBERS = 5


@dataclass
class BodyCard:
    """A body with those in it on the day, and its tasks."""

    body: Body
    members: list[Membership] = field(default_factory=list)
    tasks: int = 0
    done: int = 0
    overdue: int = 0
    counties: list = field(default_factory=list)

    @property
    def head(self):
        return next((one for one in self.members if one.role == MemberRole.HEAD), None)

    @property
    def first_members(self):
        return self.members[:FIRST_MEMBERS]

    @property
    def others(self):
        return max(len(self.members) - FIRST_MEMBERS, 0)


@dataclass(frozen=True)
class CountyLine:
    """A county of a 督导组, with its figures (none for who may not see them)."""

    area: Area
    from_on: datetime.date
    figures: TallyRow | None
    open_tasks: int
    overdue: int

    @property
    def net_rate(self):
        row = self.figures
        if row is None or not row.obliged:
            return None
        return (row.grade_a + row.grade_b + row.grade_c + row.grade_d) * 100 / row.obliged


@dataclass(frozen=True)
class OrganisationPage:
    area: Area | None
    on: datetime.date
    leading: list[BodyCard]
    forces: list[BodyCard]
    groups: list[BodyCard]
    teams: list[BodyCard]
    committees: list[BodyCard]
    changes: list
    changes_total: int
    uncovered: list[Area]
    counties_total: int
    areas: list[Area]

    @property
    def is_empty(self):
        return not (self.leading or self.forces or self.groups or self.teams or self.committees)

    @property
    def people(self):
        return {
            "leading": sum(len(card.members) for card in self.leading),
            "groups": sum(len(card.members) for card in self.groups),
            "teams": sum(len(card.members) for card in self.teams),
        }


def bodies_visible(*, user):
    """The bodies that the user may see, unordered."""
    return Body.objects.visible_to(user)


def bodies_in(*, user, area: str = ""):
    """The bodies that the user may see, of one area and below, with all terms of their members and counties;
    three statements."""
    found = bodies_visible(user=user)
    found = found.within(area) if area else found
    members = Membership.objects.order_by("order", "from_on", "pk")
    counties = TeamCounty.objects.order_by("county", "from_on", "pk")
    return found.prefetch_related(
        Prefetch("memberships", queryset=members, to_attr="shown_members"),
        Prefetch("counties", queryset=counties, to_attr="shown_counties"),
    )


def bodies_kept(*, user):
    """The bodies that the user may change, given the right."""
    return Body.objects.kept_by(user)


def body_get(*, user, pk: int, to_change: bool = False) -> Body | None:
    """One body with its area, basis and what it works under; nothing when out of scope."""
    rows = bodies_kept(user=user) if to_change else bodies_visible(user=user)
    return rows.select_related("area", "basis", "parent").filter(pk=pk).first()


def member_get(*, user, pk: int) -> Membership | None:
    """One member of a body that the user may change; nothing when out of scope."""
    rows = Membership.objects.filter(body__in=bodies_kept(user=user).values("pk"))
    return rows.select_related("body__area", "user", "basis").filter(pk=pk).first()


def _areas_with_bodies(user):
    rows = bodies_visible(user=user).values("area")
    return list(Area.objects.filter(code__in=rows).order_by("code"))


def organisation_page(
    *, user, on: datetime.date, today: datetime.date, code: str = ""
) -> OrganisationPage:
    """The bodies of one area on one day: the area asked for, else the user's city, else the first that has
    bodies. A constant number of statements, however many bodies and members."""
    areas = _areas_with_bodies(user)
    wanted = code or (home_code(user) or "")[:4]
    area = next((one for one in areas if one.code == wanted), areas[0] if areas else None)
    if area is None:
        return OrganisationPage(None, on, [], [], [], [], [], [], 0, [], 0, [])
    # All bodies, and of them those that stood on the day; 变动记录 tells of the others too.
    every = list(
        Body.objects.filter(area=area).select_related("basis", "area").order_by("order", "pk")
    )
    cards = {body.pk: BodyCard(body) for body in every if _stands(body, on)}
    members = list(Membership.objects.filter(body__in=every).order_by("order", "pk"))
    for member in members:
        if member.body_id in cards and in_force(member, on):
            cards[member.body_id].members.append(member)
    for card in cards.values():
        card.members.sort(key=lambda one: ROLE_ORDER.index(one.role))
    _add_tasks(user, cards, today)
    uncovered, total = _add_counties(user, area, cards, on, today)
    lines = _changes(every, members, on)
    by_kind = {kind: [] for kind in BodyKind.values}
    for card in cards.values():
        by_kind[card.body.kind].append(card)
    return OrganisationPage(
        area=area,
        on=on,
        leading=by_kind[BodyKind.LEADING_GROUP],
        forces=by_kind[BodyKind.TASK_FORCE],
        groups=by_kind[BodyKind.SPECIAL_GROUP],
        teams=by_kind[BodyKind.SUPERVISION_TEAM],
        committees=by_kind[BodyKind.COMMITTEE],
        changes=_with_basis(user, lines[:CHANGES_SHOWN]),
        changes_total=len(lines),
        uncovered=uncovered,
        counties_total=total,
        areas=areas,
    )


def organisation_changes(*, user, code: str, on: datetime.date) -> list[dict]:
    """变动记录 of one area's bodies up to a day, whole, newest first: {line, basis}."""
    bodies = list(bodies_visible(user=user).filter(area=code).order_by("order", "pk"))
    members = Membership.objects.filter(body__in=bodies).order_by("pk")
    return _with_basis(user, _changes(bodies, members, on))


def _stands(body, on):
    return (body.from_on is None or body.from_on <= on) and (body.to_on is None or body.to_on > on)


def _changes(bodies, members: Iterable[Membership], on):
    names = {body.pk: body.name for body in bodies}
    founded = {body.name: body.from_on for body in bodies if body.from_on}
    terms = [
        Term(
            key=row.pk,
            body=names[row.body_id],
            role=row.get_role_display(),
            name=row.name,
            from_on=row.from_on,
            to_on=row.to_on,
            follows=row.predecessor_id,
            end_note=row.end_note,
            basis=row.basis_id,
        )
        for row in members
    ]
    rows = TeamCounty.objects.filter(body__in=names).select_related("county").order_by("pk")
    pieces = [
        Piece(row.county.name, names[row.body_id], row.from_on, row.to_on, row.basis_id)
        for row in rows
    ]
    lines = newest_first([*change_lines(terms, founded), *allotment_lines(pieces, founded)])
    return [line for line in lines if line.on <= on]


def _with_basis(user, lines):
    papers = Document.objects.visible_to(user).in_bulk({line.basis for line in lines if line.basis})
    return [{"line": line, "basis": papers.get(line.basis)} for line in lines]


def _add_tasks(user, cards, today):
    rows = (
        Action.objects.visible_to(user)
        .filter(body__in=cards)
        .order_by()
        .values("body_id")
        .annotate(
            tasks=Count("pk"),
            done=Count("pk", filter=~Q(state=ActionState.OPEN)),
            overdue=Count("pk", filter=Q(state=ActionState.OPEN, due_on__lt=today)),
        )
    )
    for row in rows:
        card = cards[row["body_id"]]
        card.tasks, card.done, card.overdue = row["tasks"], row["done"], row["overdue"]


def _add_counties(user, area, cards, on, today):
    """Put the counties of the day under their teams; returns those that no team covers, and how many
    counties there are."""
    rows = [
        row
        for row in TeamCounty.objects.filter(body__in=cards)
        .select_related("county")
        .order_by("county_id", "pk")
        if in_force(row, on)
    ]
    counties = list(Area.objects.active().counties().within(area.code).order_by("code"))
    if not any(card.body.kind == BodyKind.SUPERVISION_TEAM for card in cards.values()):
        return [], len(counties)
    figures = {row.code: row for row in tally_by_area(user=user, code=area.code, length=6)}
    tasks = _tasks_by_county(user, area, today)
    scope = area_scope(user)
    for row in rows:
        opened, overdue = tasks.get(row.county_id, (0, 0))
        known = figures.get(row.county_id) or TallyRow(row.county_id)
        line = CountyLine(
            area=row.county,
            from_on=row.from_on,
            figures=known if scope.covers(row.county_id) else None,
            open_tasks=opened,
            overdue=overdue,
        )
        cards[row.body_id].counties.append(line)
    covered = {row.county_id for row in rows}
    return [one for one in counties if one.code not in covered], len(counties)


def _tasks_by_county(user, area, today):
    rows = (
        Action.objects.visible_to(user)
        .open()
        .within(area.code)
        .order_by()
        .values(county=F("area__code"))
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    )
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        number, late = found.get(row["county"][:6], (0, 0))
        found[row["county"][:6]] = (number + row["number"], late + row["late"])
    return found


def body_members(*, user, body: Body, on: datetime.date) -> tuple[list, list]:
    """Those in a body on a day by role and place, and all others of its history, newest first; telephones
    masked as `phone_shown`."""
    rows = list(
        Membership.objects.filter(body=body)
        .select_related("user", "predecessor", "basis")
        .order_by("order", "pk")
    )
    for row in rows:
        row.phone_shown = mask_phone(row.phone) if row.phone else ""
    now = sorted(
        (row for row in rows if in_force(row, on)), key=lambda row: ROLE_ORDER.index(row.role)
    )
    past = sorted(
        (row for row in rows if not in_force(row, on)),
        key=lambda row: (row.from_on, row.pk),
        reverse=True,
    )
    return now, past


def body_counties(*, body: Body) -> list[TeamCounty]:
    """All counties that a 督导组 covers or covered, present ones first."""
    rows = TeamCounty.objects.filter(body=body).select_related("county", "basis")
    return list(rows.order_by(F("to_on").desc(nulls_first=True), "county_id", "pk"))


def allotment(*, user, code: str) -> tuple[list[Area], list[Body], dict[str, int]]:
    """For the form: the counties of an area, its 督导组, and which team each county has now."""
    counties = list(Area.objects.visible_to(user).active().counties().within(code).order_by("code"))
    teams = list(
        bodies_kept(user=user)
        .filter(area=code, kind=BodyKind.SUPERVISION_TEAM, to_on=None)
        .order_by("order", "pk")
    )
    rows = TeamCounty.objects.filter(to_on=None, county__code__startswith=code)
    return counties, teams, dict(rows.values_list("county_id", "body_id"))
