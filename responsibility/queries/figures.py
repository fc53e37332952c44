"""谁来管 in the indicators (domain §1.8: K04–K08, K18, K21, K25)."""

from entities.enums import OBLIGED
from jiamusi_foodsafety.kit.figures import Source

from ..enums import LetterState, PledgeState, Standing, TrainingResult

_OBLIGED = ", ".join(f"'{status.value}'" for status in OBLIGED)

# 家: bonds in force of graded businesses of 应包, by how they stand.
BONDS = Source(
    keys=("held", "excepted", "unfit", "pending"),
    sql=f"""
        SELECT {{code}}, ARRAY[
            sum(total) FILTER (WHERE standing = '{Standing.HELD.value}'),
            sum(total) FILTER (WHERE standing = '{Standing.EXCEPTED.value}'),
            sum(total) FILTER (WHERE standing = '{Standing.UNFIT.value}'),
            sum(total) FILTER (WHERE standing = '{Standing.PENDING.value}')
        ]::bigint[]
        FROM responsibility_assignmenttally
        WHERE {{inside}} AND status IN ({_OBLIGED}) AND grade <> '' GROUP BY 1""",
)

# 人: cadres in post; with an account that has been used, with a valid pledge, with a training passed in the
# year of `on`, above the soft cap of their level.
CADRES = Source(
    keys=("in_post", "activated", "pledged", "trained", "over"),
    area="c.area_id",
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*),
            count(u.last_login),
            count(*) FILTER (WHERE p.state = '{PledgeState.SIGNED.value}'),
            count(t.cadre_id),
            count(*) FILTER (WHERE coalesce(l.total, 0) > m.most)
        ]::bigint[]
        FROM responsibility_cadre c
        LEFT JOIN jurisdiction_user u ON u.id = c.user_id
        LEFT JOIN responsibility_pledge p
            ON p.cadre_id = c.id AND p.state IN ('{PledgeState.SIGNED.value}', '{PledgeState.RESIGN.value}')
        LEFT JOIN responsibility_cadreload l ON l.cadre_id = c.id
        LEFT JOIN responsibility_loadcap m ON m.level = c.level
        LEFT JOIN (
            SELECT DISTINCT r.cadre_id FROM responsibility_trainingrecord r
            JOIN responsibility_training s ON s.id = r.training_id
            WHERE r.result = '{TrainingResult.PASSED.value}'
              AND s.held_on BETWEEN date_trunc('year', %(on)s::date) AND %(on)s::date
        ) t ON t.cadre_id = c.id
        WHERE {{inside}} AND c.is_in_post GROUP BY 1""",
)

# 份: letters of the year of `on` that a unit owes to the one above it, members of the 食安委 included.
LETTERS = Source(
    keys=("letters", "letters_signed"),
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*), count(*) FILTER (WHERE state = '{LetterState.SIGNED.value}')
        ]::bigint[]
        FROM responsibility_letter
        WHERE {{inside}} AND year = extract(year FROM %(on)s::date)
          AND state <> '{LetterState.VOID.value}' GROUP BY 1""",
)

# 项: changes of the year of `on` with a clock that are put right or whose day has passed; put right in time.
CHANGES = Source(
    keys=("changes_due", "changes_in_time"),
    sql="""
        SELECT {code}, ARRAY[
            count(*) FILTER (WHERE adjusted_on IS NOT NULL OR adjust_due_on < %(on)s::date),
            count(*) FILTER (WHERE adjusted_on <= adjust_due_on)
        ]::bigint[]
        FROM responsibility_change
        WHERE {inside} AND adjust_due_on IS NOT NULL
          AND recorded_at >= date_trunc('year', %(on)s::timestamp) AT TIME ZONE 'Asia/Shanghai'
        GROUP BY 1""",
)

SOURCES = (BONDS, CADRES, LETTERS, CHANGES)
