"""What visits show on the page of a business and of a cadre."""

import datetime

from ..enums import DueState
from ..models import CadreDue
from .dues import lines_of_entity
from .visits import visits_of_cadre, visits_of_entity

WORDS = {
    DueState.OPEN: "待督导",
    DueState.DONE: "已完成",
    DueState.LATE: "逾期后已补",
    DueState.EXCUSED: "停产停业，本期免",
    DueState.VOID: "本期不再应督导",
}


def entity_card(*, user, entity, on: datetime.date) -> dict | None:
    """Card 督导 of one business: the state of its lines in words, its latest visits; three statements. The
    day `on` that every card is given changes nothing here."""
    if not user.has_perm("inspections.view_visit"):
        return None
    visits, count = visits_of_entity(user=user, entity=entity)
    lines = lines_of_entity(user=user, entity=entity)
    told = "；".join(
        f"{line.period.name}应督导 {line.needs} 次，{WORDS[line.state]}" for line in lines[:2]
    )
    return {
        "template": "inspections/_entity_visits_card.html",
        "is_side": True,
        "visits": visits,
        "count": count,
        "told": told,
    }


def cadre_card(*, user, cadre) -> dict | None:
    """Card 督导 of one cadre: what he owes and has done by period, his latest visits."""
    if not user.has_perm("inspections.view_visit"):
        return None
    dues = CadreDue.objects.filter(total__gt=0, cadre=cadre).select_related("period")
    visits, count = visits_of_cadre(user=user, cadre=cadre)
    return {
        "template": "inspections/_cadre_visits_card.html",
        "dues": list(dues.order_by("-period__ends_on", "-period__starts_on", "pk")[:4]),
        "visits": visits,
        "count": count,
    }
