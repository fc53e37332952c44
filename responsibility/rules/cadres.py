"""Where a cadre of each level stands (domain guide §1.2), and who of several takes over how many."""

import heapq
from collections.abc import Mapping, Sequence

# Lengths of the area codes: city, county unit, town, village.
CITY, COUNTY, TOWN, VILLAGE = 4, 6, 9, 12


def place_problem(level: str, code: str, *, has_children: bool) -> str:
    """What is wrong with a cadre of `level` standing at the area `code`; "" when it is right.

    市级 stands at the city, 县级 at the county unit, 乡级 at the town, 村级 at the village. Where a county
    unit has no towns (高新区), 乡级 and 村级 stand at the unit. A 村级 may stand at a town: he answers for all
    of it, also for villages without a cadre and for businesses known only to their town. `has_children`:
    whether the area has areas below it."""
    size = len(code)
    if level == "city":
        return "" if size == CITY else "市级干部的属地须选市。"
    if level == "county":
        return "" if size == COUNTY else "县级干部的属地须选县(市、区)。"
    if size == CITY:
        return "乡级、村级干部的属地须选到乡镇(街道)、村(社区)。"
    if size == COUNTY and has_children:
        return "这个县(市、区)有乡镇，请选到乡镇(街道)或村(社区)。"
    if size == COUNTY:
        return ""
    if level == "township":
        return "" if size == TOWN else "乡级干部的属地须选乡镇(街道)，不选村(社区)。"
    return ""


def shares(loads: Mapping[int, int], number: int) -> dict[int, int]:
    """How many of `number` businesses each takes so that the loads end as even as they can: always the
    least loaded next; equals in the order given."""
    order = [(load, place, key) for place, (key, load) in enumerate(loads.items())]
    heapq.heapify(order)
    taken = dict.fromkeys(loads, 0)
    for _ in range(number if order else 0):
        load, place, key = order[0]
        taken[key] += 1
        heapq.heapreplace(order, (load + 1, place, key))
    return taken


def spread(
    items: Sequence[tuple[int, frozenset[int]]], loads: Mapping[int, int]
) -> dict[int, int | None]:
    """Who takes which: `items` are (business, those who may take it) in the order of their places, `loads`
    what each holds already. Businesses with the least choice are dealt first; those with the same choice in
    unbroken runs, so that neighbours stay together. Nobody may take it: None."""
    loads, found = dict(loads), {}
    groups: dict[frozenset[int], list[int]] = {}
    for item, takers in items:
        groups.setdefault(takers, []).append(item)
    for takers, members in sorted(groups.items(), key=lambda group: len(group[0])):
        if not takers:
            found |= dict.fromkeys(members)
            continue
        parts = shares({key: loads[key] for key in loads if key in takers}, len(members))
        rest = iter(members)
        for key, number in parts.items():
            loads[key] += number
            # the range comes first: it ends without taking another
            found |= {item: key for _, item in zip(range(number), rest, strict=False)}
    return found
