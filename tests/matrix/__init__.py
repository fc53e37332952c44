"""The permission matrix as data: URL name → rows. One module a room; tests/test_permission_matrix.py runs it.

A row says who gets `status`; everybody else who is logged in gets `denied` (403) and nobody else anything.
For a URL that names an object, `args(world, where)` makes the object in the area `world.code[where]`:
"near" lies in 379921001 (城关街道, in the station's area), "far" in 379902001 (another county). `near` and
`far` then say who gets `status` there; who may do the act, but not there, gets 404.

    ROWS = {
        "entities:entity-list": Row(near=READERS),
        "entities:entity-detail": Row(near=READERS, far=CITY | OUTSIDER, args=entity),
        "entities:proposal-approve": Row(near=…, far=…, args=…, method="post", data={…}, status=302),
    }

Several rows for one name (GET and POST): give a list. A name in EXEMPT (with its reason) needs no row.
"""

from collections.abc import Callable
from dataclasses import dataclass

CITY = frozenset({"city_admin", "city_officer"})
COUNTY = frozenset({"county_officer"})
OUTSIDER = frozenset({"outsider"})  # county officer of the "far" county
STATION = frozenset({"station_officer"})
CADRE = frozenset({"cadre"})
LEADER = frozenset({"leader"})
SUPERVISION = frozenset({"supervision"})  # allotted the "near" county
ADMINS = frozenset({"city_admin", "system_admin"})
AUDITORS = frozenset({"city_admin", "auditor"})
NOBODY = frozenset({"nobody"})  # neither role nor area
EVERYBODY = (
    CITY | COUNTY | OUTSIDER | STATION | CADRE | LEADER | SUPERVISION | ADMINS | AUDITORS | NOBODY
)
BUREAU = CITY | COUNTY | OUTSIDER
STAFF = BUREAU | STATION
READERS = STAFF | LEADER | SUPERVISION
NEAR_READERS = READERS - OUTSIDER
FAR_READERS = CITY | LEADER | OUTSIDER


@dataclass(frozen=True)
class Row:
    near: frozenset = frozenset()
    far: frozenset | None = None
    args: Callable | None = None
    method: str = "get"
    data: dict | Callable | None = None
    query: str = ""
    status: int = 200
    denied: int = 403
    anonymous: int = 302
    # May do the act, but sees no object at all by area: 404 everywhere.
    blind: frozenset = frozenset()

    def expected(self, persona: str, where: str) -> int:
        if persona == "anonymous":
            return self.anonymous
        holders = self.near if where == "near" else self.far
        if persona in holders:
            return self.status
        return 404 if self.may_ever(persona) else self.denied

    def may_ever(self, persona: str) -> bool:
        """Whether the role may do the act at all, at some object."""
        return persona in (self.far or frozenset()) | self.near | self.blind


def of(*rows):
    """Rows of several modules in one table; a name twice is a mistake."""
    table = {}
    for module in rows:
        for name, row in module.items():
            assert name not in table, f"two rows for {name}"
            table[name] = row if isinstance(row, list) else [row]
    return table
