"""Problems for tests: the example classes, a business with station and cadre, problems in any state."""

import datetime
import secrets

from inspections.enums import ProblemSource
from inspections.models import ProblemKind
from inspections.rules.problems import Found
from inspections.services.problems import problems_report
from inspections.services.seeds_problems import load
from responsibility.services import seeds_calendar
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

# Wednesday, 10:00 in Asia/Shanghai
NOW = datetime.datetime(2022, 11, 2, 2, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2022, 11, 2)


def load_kinds():
    """The example classes and the official holidays."""
    if not ProblemKind.objects.exists():
        seeds_calendar.load()
        CategoryFactory(code="school_canteen", name="学校幼儿园食堂")
        load(on=TODAY)


def a_key():
    return secrets.token_hex(16)


def found(kind="general", **more):
    return Found(
        **{"key": a_key(), "title": "货架有过期食品", "kind": kind, "item_code": "T18"} | more
    )


def make_shop(*, areas, code=VILLAGE, user=None, level="village", **more):
    """A business of the town that the station looks after, and its bearer (bond in force)."""
    entity = EntityFactory(area=areas[code], **{"grade": "D", "grade_source": "ledger"} | more)
    digits = {"city": 4, "county": 6, "township": 9, "village": 12}[level]
    return AssignmentFactory(
        entity=entity, cadre=CadreFactory(area=areas[code[:digits]], level=level, user=user)
    )


def report(*, bond=None, entity=None, cadre=None, actor=None, at=NOW, rows=None, **more):
    """One problem (or the `rows`) reported at a business; gives the list."""
    load_kinds()
    entity = entity or bond.entity
    cadre = cadre or (bond.cadre if bond else None)
    return problems_report(
        entity=entity, cadre=cadre, found=[found(**more)] if rows is None else rows, actor=actor,
        actor_words="村委会主任 王五", at=at, source=ProblemSource.VISIT,
    )  # fmt: skip
