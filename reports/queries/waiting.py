"""What waits or is late below an area, by area code: one statement over the counters of the rooms below and a few
narrow indexes. For the wall and for the tiles of the dashboard; the rows behind are the lists' own."""

import datetime
from collections import Counter

from entities.enums import OBLIGED
from entities.models import Entity
from inspections.enums import OPEN_STATES, DueState
from inspections.models import DueTally, Period, ProblemTally
from inspections.rules.ages import AGES, found_between
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source, read, within
from responsibility.enums import CADRE_CHANGES, ENTITY_CHANGES, NoticeState
from responsibility.models import Change, Notice, NoticeTarget

EXPIRING_DAYS = 90


def _table(model):
    return model._meta.db_table


def _words(values):
    return ", ".join(f"'{value.value}'" for value in values)


def _age(key):
    """Open problems of one age; the days are parameters."""
    return f"sum(total) FILTER (WHERE found_on BETWEEN %({key}_from)s AND %({key}_to)s)"


AGE_KEYS = {age: f"age{number}" for number, age in enumerate(AGES)}
# 件: open problems, those past their clock (and by how many days the latest), found on the day, by age.
PROBLEMS = Source(
    keys=("problems_open", "problems_overdue", "problems_days", "problems_new", *AGE_KEYS.values()),
    sql=f"""
        SELECT {{code}}, ARRAY[
            sum(total),
            sum(total) FILTER (WHERE clock_on < %(on)s::date),
            max(%(on)s::date - clock_on) FILTER (WHERE clock_on < %(on)s::date),
            sum(total) FILTER (WHERE found_on = %(on)s::date),
            {", ".join(map(_age, AGE_KEYS.values()))}
        ]::bigint[]
        FROM {_table(ProblemTally)} WHERE {{inside}} AND state IN ({_words(OPEN_STATES)}) AND total > 0
        GROUP BY 1""",
)
# 户: due visits of periods that are over, still open (and by how many days the latest).
VISITS = Source(
    keys=("visits_overdue", "visits_days"),
    area="d.area_id",
    sql=f"""
        SELECT {{code}}, ARRAY[sum(d.total), max(%(on)s::date - p.ends_on)]::bigint[]
        FROM {_table(DueTally)} d JOIN {_table(Period)} p ON p.id = d.period_id
        WHERE {{inside}} AND d.state = '{DueState.OPEN.value}' AND d.total > 0
          AND p.ends_on < %(on)s::date GROUP BY 1""",
)
# 家: 应包 whose licence has run out, runs out within 90 days, and has come within them since yesterday.
LICENCES = Source(
    keys=("expired", "expiring", "expiring_new"),
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*) FILTER (WHERE expires_on < %(on)s::date),
            count(*) FILTER (WHERE expires_on >= %(on)s::date),
            count(*) FILTER (WHERE expires_on = %(on)s::date + {EXPIRING_DAYS})
        ]::bigint[]
        FROM {_table(Entity)}
        WHERE {{inside}} AND status IN ({_words(OBLIGED)})
          AND expires_on <= %(on)s::date + {EXPIRING_DAYS} GROUP BY 1""",
)
# 份: notices that were sent, not yet signed for; sent at all; signed for or sent since `since`.
NOTICES = Source(
    keys=("notices_unsigned", "notices_sent", "notices_signed_new", "notices_sent_new"),
    area="t.area_id",
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*) FILTER (WHERE t.received_at IS NULL),
            count(*),
            count(*) FILTER (WHERE t.received_at > %(since)s),
            count(*) FILTER (WHERE n.issued_at > %(since)s)
        ]::bigint[]
        FROM {_table(NoticeTarget)} t JOIN {_table(Notice)} n ON n.id = t.notice_id
        WHERE {{inside}} AND n.state = '{NoticeState.ISSUED.value}' GROUP BY 1""",
)
# 次: changes of cadres and of businesses that were recorded since `since`.
CHANGES = Source(
    keys=("changed_cadres", "changed_entities"),
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*) FILTER (WHERE kind IN ({_words(CADRE_CHANGES)})),
            count(*) FILTER (WHERE kind IN ({_words(ENTITY_CHANGES)}))
        ]::bigint[]
        FROM {_table(Change)} WHERE {{inside}} AND recorded_at > %(since)s GROUP BY 1""",
)
SOURCES = (PROBLEMS, VISITS, LICENCES, NOTICES, CHANGES)
# Of several codes the largest counts, not the sum.
LARGEST = ("problems_days", "visits_days")


def waiting_of(
    *, user, code: str, length: int, on: datetime.date, since: datetime.datetime
) -> dict[str, Counter]:
    """The counts below `code` within the reader's scope, by the first `length` characters of the area code, what
    is known to a higher level only under its shorter one. `since`: from when 新 counts. One statement."""
    scope = area_scope(user)
    params = {"on": on, "since": since}
    for age, key in AGE_KEYS.items():
        first, last = found_between(age, on)
        params[f"{key}_from"] = first or datetime.date.min
        params[f"{key}_to"] = last or datetime.date.max
    return read(
        SOURCES,
        prefixes=within(None if scope.is_all else scope.prefixes, code),
        length=length,
        params=params,
    )


def total_of_waiting(found: dict[str, Counter]) -> Counter:
    """Σ over the areas; of days late the most."""
    total = Counter()
    for counts in found.values():
        for key, number in counts.items():
            total[key] = max(total[key], number) if key in LARGEST else total[key] + number
    return total
