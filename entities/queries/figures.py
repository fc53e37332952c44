"""The register's part of the indicators (domain §1.8: K01–K03, K22, K23), from EntityTally, in 家."""

from jiamusi_foodsafety.kit.figures import Source

from ..enums import OBLIGED, REGISTERED, SCREENED


def _words(statuses):
    return ", ".join(f"'{status.value}'" for status in statuses)


_OBLIGED = f"status IN ({_words(OBLIGED)})"
_REGISTERED = f"status IN ({_words(REGISTERED)})"

REGISTER = Source(
    keys=("registered", "screened", "obliged", "surveyed", "graded", "sound"),
    # by status first: the sums below then look at some thousand rows, not at every counter
    sql=f"""
        SELECT area, ARRAY[
            sum(total) FILTER (WHERE {_REGISTERED}),
            sum(total) FILTER (WHERE status IN ({_words(SCREENED)})),
            sum(total) FILTER (WHERE {_OBLIGED}),
            sum(surveyed) FILTER (WHERE {_REGISTERED}),
            sum(total) FILTER (WHERE {_OBLIGED} AND is_graded),
            sum(total - doubtful) FILTER (WHERE {_OBLIGED})
        ]::bigint[]
        FROM (
            SELECT {{code}} AS area, status, grade <> '' AS is_graded, sum(total) AS total,
                   sum(surveyed) AS surveyed, sum(doubtful) AS doubtful
            FROM entities_entitytally WHERE {{inside}} GROUP BY 1, 2, 3
        ) AS t GROUP BY 1""",
)
