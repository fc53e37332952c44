"""What the tests of the daily report share: the day, the clock, made-up history, a city with figures."""

import datetime
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import connection

from reports.queries.standing import standings_of
from reports.services.reviewing import review_confirm
from tests.personas import OTHER_TOWN, TOWN
from tests.reports.city import put_entities

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = datetime.date(2022, 11, 2)
NEXT = datetime.date(2022, 11, 3)
FAR_TOWN = "379902001"
THIRD = "379981"


def at(hour, minute=0, day=DAY, second=0):
    return datetime.datetime.combine(day, datetime.time(hour, minute, second), tzinfo=SHANGHAI)


def redate(moment, *, table="entities_entityevent", where="true", values=()):
    """Date events: only here, and in the demonstration, is a day made up."""
    model = {
        "entities_entityevent": "entities.EntityEvent",
        "responsibility_cadreevent": "responsibility.CadreEvent",
        "responsibility_assignmentevent": "responsibility.AssignmentEvent",
        "responsibility_pledgeevent": "responsibility.PledgeEvent",
        "responsibility_ledgerstateevent": "responsibility.LedgerStateEvent",
        "jurisdiction_areaevent": "jurisdiction.AreaEvent",
    }[table]
    with pgtrigger.ignore(f"{model}:append_only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET pgh_created_at = %s WHERE {where}", [moment, *values])


def small_register():
    """6 + 2 businesses in the near county, 5 + 1 in the far one, since 20 October."""
    put_entities([TOWN], 6, grade="D", surveyed="2022-10-20")
    put_entities([OTHER_TOWN], 2)
    put_entities([FAR_TOWN], 5, grade="C")
    put_entities([FAR_TOWN], 1, status="closed")
    redate(at(9, day=datetime.date(2022, 10, 20)))


def confirm_all(report, *officers, when=None):
    for officer in officers:
        review_confirm(actor=officer, report=report, at=when or at(17, 30))


def words(report, when):
    standings = standings_of(report=report, at=when)
    return {code: one.word for code, one in standings.items()}
