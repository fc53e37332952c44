"""What the register asks this room about its businesses: who holds them. Named in the settings
(ENTITY_HOLDERS); the register itself knows no cadre."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse

from jiamusi_foodsafety.kit.phones import mask_phone

from ..enums import PledgeState, Standing
from ..models import Assignment, LoadCap, Pledge

HISTORY = 20
SHAPES = {
    Standing.HELD: "ok",
    Standing.EXCEPTED: "info",
    Standing.UNFIT: "hint",
    Standing.PENDING: "waiting",
}


def held_ids(*, user) -> QuerySet:
    """The ids of the businesses that this user holds as a cadre in post: a set to be part of another
    statement."""
    bonds = Assignment.objects.active().filter(cadre__user=user.pk, cadre__is_in_post=True)
    return bonds.values("entity")


def ids_held_by(*, name: str) -> QuerySet:
    """The ids of the businesses held by cadres of this very name."""
    return Assignment.objects.active().filter(cadre__name=name).values("entity")


def bearers(*, user, ids) -> dict[int, dict]:
    """Business → its bearer as a list shows him: {name, level, url, word, shape}; `word` says what is wrong
    with the bond. The businesses were scoped before; one statement."""
    bonds = Assignment.objects.active().filter(entity__in=list(ids)).select_related("cadre")
    may_look = user.has_perm("responsibility.view_cadre")
    return {bond.entity_id: _bearer(bond, may_look) for bond in bonds}


def _bearer(bond, may_look):
    is_wrong = bond.grade and bond.standing in (Standing.UNFIT, Standing.PENDING)
    return {
        "name": bond.cadre.name,
        "level": bond.cadre.get_level_display(),
        "url": reverse("responsibility:cadre-detail", args=[bond.cadre_id]) if may_look else "",
        "word": bond.standing_word if is_wrong else "",
        "shape": SHAPES[bond.standing],
    }


def unassigned_url(*, area: str) -> str:
    """The list of what nobody holds below an area."""
    try:
        address = reverse("responsibility:holding-list")
    except NoReverseMatch:
        return ""
    return f"{address}?standing=unassigned" + (f"&area={area}" if area else "")


def holding(*, user, entity) -> dict:
    """What the page of one business shows of who holds it: the bearer with since when, load and pledge, and
    the bonds before. The business was scoped before."""
    signed = Pledge.objects.filter(cadre=OuterRef("cadre"), state=PledgeState.SIGNED)
    caps = LoadCap.objects.filter(level=OuterRef("cadre__level"))
    bonds = (
        Assignment.objects.filter(entity=entity)
        .select_related("cadre", "made_by", "cadre__load")
        .annotate(
            pledged_on=Subquery(signed.order_by("-pk").values("signed_on")[:1]),
            most=Subquery(caps.values("most")[:1]),
        )
    )
    history = list(bonds.order_by("-from_on", "-pk")[:HISTORY])
    active = next((bond for bond in history if bond.to_on is None), None)
    may_look = user.has_perm("responsibility.view_cadre")
    found = {
        "bond": active,
        "history": history,
        "bearer": None,
        "may_change": user.has_perm("responsibility.assign_entity"),
    }
    if active is None:
        return found
    cadre = active.cadre
    return found | {
        "bearer": _bearer(active, may_look),
        "post": " ".join(part for part in (cadre.unit, cadre.post) if part),
        "held": cadre.load.total if hasattr(cadre, "load") else 0,
        "most": active.most,
        "phone": mask_phone(cadre.phone) if cadre.phone else "",
        "liaison": " ".join(
            part
            for part in (
                cadre.liaison_unit,
                cadre.liaison_name,
                mask_phone(cadre.liaison_phone) if cadre.liaison_phone else "",
            )
            if part
        ),
        "pledged_on": active.pledged_on,
    }
