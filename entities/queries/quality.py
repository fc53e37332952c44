"""数据质量 of the register, in 家 of 应包: what stands in the counters, and what a partial index counts.

`obliged`, `differing`, `doubtful`, `shallow` come from EntityTally. `phoneless`, `misnumbered` and `expired` are
counted along an index that holds nothing but such businesses (entity_phoneless, entity_misnumbered, the beginning of
entity_expiry), index only: they cost with the faults, not with the register.
"""

from jiamusi_foodsafety.kit.figures import Source

from ..enums import OBLIGED

_OBLIGED = f"status IN ({', '.join(repr(status.value) for status in OBLIGED)})"

QUALITY = (
    Source(
        keys=("obliged", "differing", "doubtful", "shallow"),
        sql=f"""
        SELECT {{code}}, ARRAY[
            sum(total), sum(differing), sum(doubtful),
            sum(total) FILTER (WHERE length(area_id) = 6 AND EXISTS (
                SELECT 1 FROM jurisdiction_area town WHERE town.parent_id = area_id))
        ]::bigint[]
        FROM entities_entitytally WHERE {{inside}} AND {_OBLIGED} GROUP BY 1""",
    ),
    Source(
        keys=("phoneless",),
        sql=f"""
        SELECT {{code}}, ARRAY[count(*)]::bigint[] FROM entities_entity
        WHERE {{inside}} AND {_OBLIGED} AND phone = '' GROUP BY 1""",
    ),
    Source(
        keys=("misnumbered",),
        sql=f"""
        SELECT {{code}}, ARRAY[count(*)]::bigint[] FROM entities_entity
        WHERE {{inside}} AND {_OBLIGED} AND doubts @> ARRAY['W_CHECK_DIGIT']::varchar(20)[]
        GROUP BY 1""",
    ),
    Source(
        keys=("expired",),
        sql=f"""
        SELECT {{code}}, ARRAY[count(*)]::bigint[] FROM entities_entity
        WHERE {{inside}} AND {_OBLIGED} AND expires_on < %(on)s::date GROUP BY 1""",
    ),
)
