"""The rows behind each figure of the coverage board: businesses, each with the bond in force."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Coalesce, Length

from entities.enums import OBLIGED
from entities.models import Entity
from entities.rules import normalise_code
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import COVERED, Standing
from ..models import Assignment, Cadre
from .coverage import CoverageTables, Vacancy

# Figure of the board → its words, in the order of the tabs.
FIGURES = {
    "unassigned": "未分配",
    "pending": "待交接",
    "unfit": "层级不符",
    "ungraded": "待分级",
    "vacant": "空岗",
    "excepted": "例外",
    "covered": "已包",
    "obliged": "应包",
}
DEFAULT_FIGURE = "unassigned"
# Figures whose rows are bonds: read along the bonds' own indexes.
BY_BOND = {
    "covered": COVERED,
    "excepted": (Standing.EXCEPTED,),
    "unfit": (Standing.UNFIT,),
    "pending": (Standing.PENDING,),
}


SHAPES = {
    Standing.HELD: "ok",
    Standing.EXCEPTED: "hint",
    Standing.UNFIT: "error",
    Standing.PENDING: "waiting",
}


@dataclass(frozen=True)
class Held:
    """One line of the list: a business, and its bond in force or None."""

    entity: Entity
    bond: Assignment | None

    @property
    def area(self) -> Area:
        return (
            self.bond.area
            if self.bond and "area" in self.bond._state.fields_cache
            else self.entity.area
        )

    @property
    def word(self) -> str:
        """How it stands, in words."""
        if not self.entity.grade:
            return "待分级"
        return self.bond.standing_word if self.bond else "未分配"

    @property
    def shape(self) -> str:
        """The mark beside the word (ui guide: shapes of meaning)."""
        if not self.entity.grade:
            return "waiting"
        return SHAPES[self.bond.standing] if self.bond else "error"


def figure_counts(tables: CoverageTables, *, grades: list[str], own: str = "") -> dict[str, int]:
    """How many rows each figure has, of these grades only (all when empty), in the area `own` itself only
    if given; from the counters."""
    total = tables.total(grades=grades, own=own)
    vacancies = [v for v in tables.vacancies() if not grades or v.grade in grades]
    return {
        "unassigned": total.unassigned,
        "pending": total.pending,
        "unfit": total.unfit,
        "ungraded": total.ungraded,
        "vacant": sum(v.total for v in vacancies if not own or v.area_id == own),
        "excepted": total.excepted,
        "covered": total.covered,
        "obliged": total.obliged,
    }


def area_common(entities: QuerySet[Entity]) -> str:
    """The deepest area code that all of these businesses' codes begin with; "" for none."""
    ends = entities.order_by().aggregate(low=Min("area_id"), high=Max("area_id"))
    low, high = ends["low"] or "", ends["high"] or ""
    same = [
        digits for digits in (4, 6, 9, 12) if len(low) >= digits and low[:digits] == high[:digits]
    ]
    return low[: same[-1]] if same else ""


def cadres_eligible(*, user, common: str) -> QuerySet[Cadre]:
    """Cadres in post who may be named for businesses below `common`: those of the user's scope, and those
    who stand above the businesses (a county's A goes to the city's leaders)."""
    above = [common[:digits] for digits in (4, 6, 9, 12) if digits <= len(common)]
    return Cadre.objects.in_post().filter(area_scope(user).q("area__code") | Q(area__in=above))


def cadre_choices(*, user, common: str, level: str, text: str = "", limit: int = 50) -> list[Cadre]:
    """The cadres to choose from, nearest to `common` first, then the least loaded; `text` searches by
    name, unit or post. One statement."""
    above = [common[:digits] for digits in (4, 6, 9, 12) if digits <= len(common)]
    found = cadres_eligible(user=user, common=common)
    if level:
        found = found.filter(level=level)
    if text:
        found = found.searched(text)
    near = Case(
        When(area__in=above, then=0), When(area__code__startswith=common[:9], then=1), default=2
    )
    return list(
        found.select_related("area__parent__parent__parent")
        .annotate(held=Coalesce(F("load__total"), 0), near=near)
        .order_by("near", Length("area_id").desc(), "held", "pk")[:limit]
    )


def bonds_visible(*, user) -> QuerySet[Assignment]:
    """The bonds in force that the user may see, unordered."""
    return Assignment.objects.visible_to(user).active()


def _inside(user, area):
    """By area alone, as the counters: what a reader holds elsewhere is no part of the figures, and the
    indexes serve a range but no alternative."""
    return area_scope(user).q("area__code") & Q(area__code__startswith=area)


def bonds_fed(*, user) -> QuerySet[Assignment]:
    """The bonds in force as the API gives them."""
    return bonds_visible(user=user).select_related("entity", "cadre")


def rows_of(
    *, user, figure: str, area: str, grades: list[str], text: str, tables: CoverageTables
) -> QuerySet:
    """The rows of one figure, unordered: bonds for those of BY_BOND, else businesses."""
    if figure in BY_BOND:
        found = Assignment.objects.active().filter(_inside(user, area), status__in=OBLIGED)
        found = found.filter(standing__in=BY_BOND[figure]).exclude(grade="")
        if grades:
            found = found.filter(grade__in=grades)
        if text:
            named = Entity.objects.searched(text, normalise_code(text))
            found = found.filter(entity__in=named)
        return found
    found = Entity.objects.filter(_inside(user, area)).obliged()
    if grades:
        found = found.filter(grade__in=grades)
    if text:
        found = found.searched(text, normalise_code(text))
    if figure == "ungraded":
        return found.filter(grade="")
    if figure == "vacant":
        return found.filter(_at(tables.vacancies()))
    if figure == "unassigned":
        return _unassigned(found, tables)
    return found


def _at(places: list[Vacancy]):
    by_grade: dict[str, list[str]] = {}
    for place in places:
        by_grade.setdefault(place.grade, []).append(place.area_id)
    return _any(Q(grade=grade, area__in=codes) for grade, codes in by_grade.items())


def _unassigned(found, tables):
    """The counters name the areas where somebody is missing: only there each business is asked."""
    deficits = tables.deficits()
    held = Assignment.objects.active().exclude(standing=Standing.PENDING)
    return found.filter(
        _any(Q(grade=grade, area__in=codes) for grade, codes in deficits.items()),
        ~Exists(held.filter(entity=OuterRef("pk"))),
    )


def _any(conditions):
    return reduce(or_, conditions, Q(pk__in=[]))


def with_columns(found: QuerySet) -> QuerySet:
    """With what the list shows of each row, in a constant number of statements."""
    if found.model is Assignment:
        return found.select_related(
            "entity__category", "area__parent__parent__parent", "cadre__area"
        )
    bonds = Assignment.objects.active().select_related("cadre__area")
    return found.select_related("category", "area__parent__parent__parent").prefetch_related(
        Prefetch("assignments", queryset=bonds, to_attr="in_force")
    )


def held_of(rows) -> list[Held]:
    """The page's rows, whichever they are, as business and bond."""
    return [
        Held(row.entity, row)
        if isinstance(row, Assignment)
        else Held(row, row.in_force[0] if row.in_force else None)
        for row in rows
    ]


def entities_of(found: QuerySet, *, user) -> QuerySet[Entity]:
    """The businesses of such rows: what an act upon all of them means."""
    if found.model is Entity:
        return found
    return Entity.objects.visible_to(user).filter(pk__in=found.values("entity_id"))


def entities_chosen(*, user, ids: list[int]) -> QuerySet[Entity]:
    """The ticked businesses, as far as the user may see them."""
    return Entity.objects.visible_to(user).filter(pk__in=ids)


def export_rows(found: QuerySet):
    """One tuple a row for the workbook: county, town, village, name, licence, grade, bearer and since when."""
    names = dict(Area.objects.values_list("code", "name"))
    for row in with_columns(found).order_by("area_id", "pk").iterator(chunk_size=2000):
        held = held_of([row])[0]
        entity, bond = held.entity, held.bond
        code = entity.area_id
        yield (
            *(names.get(code[:digits], "") if len(code) >= digits else "" for digits in (6, 9, 12)),
            entity.name,
            entity.licence_no,
            entity.get_grade_display(),
            entity.get_status_display(),
            bond.cadre.name if bond else "",
            bond.cadre.get_level_display() if bond else "",
            bond.cadre.post if bond else "",
            held.word,
            bond.from_on if bond else None,
            bond.exception_reason if bond else "",
        )
