"""A plain model of the automatic assignment: one business after another, in Python, to compare with."""

from collections import Counter, defaultdict

from entities.enums import OBLIGED
from entities.models import Entity
from responsibility.models import Assignment, Cadre, GradeLevel
from responsibility.services.planning.distribute import SUBSTITUTE

OBLIGED = {status.value for status in OBLIGED}


def bearers():
    """Business → its cadre, of the bonds in force."""
    return dict(Assignment.objects.active().values_list("entity_id", "cadre_id"))


def loads():
    """Cadre → how many businesses of 应包 he holds."""
    held = Assignment.objects.active().filter(status__in=OBLIGED)
    return Counter(held.values_list("cadre_id", flat=True))


def group_of(entity, cadres):
    """(level, area, rank) of the nearest cadres in post who may hold it; None where nobody may."""
    for row in sorted(GradeLevel.objects.filter(grade=entity.grade), key=lambda row: row.rank):
        spots = {
            c.area_id
            for c in cadres
            if c.is_in_post and c.level == row.level and entity.area_id.startswith(c.area_id)
        }
        if spots:
            return row.level, max(spots, key=len), row.rank
    return None


class Expected:
    """What must come out: where each business goes, who keeps what, and the loads of each group."""

    def __init__(self, *, within, rebalance=False):
        cadres = list(Cadre.objects.all())
        self.by_id = {c.pk: c for c in cadres}
        bonds = {b.entity_id: b for b in Assignment.objects.active()}
        self.before = loads()
        self.kept, self.uncovered, self.pool = set(), set(), defaultdict(list)
        self.in_play, self.own = Counter(), Counter()
        for entity in Entity.objects.filter(area__code__startswith=within, status__in=OBLIGED):
            if not entity.grade:
                continue
            bond, group = bonds.get(entity.pk), group_of(entity, cadres)
            verdict = self.verdict(entity, bond, group, rebalance=rebalance)
            if verdict == "keep":
                self.kept.add(entity.pk)
            elif group is None:
                self.uncovered.add(entity.pk)
            else:
                self.pool[group[:2]].append(entity.pk)
                if bond:
                    self.in_play[bond.cadre_id] += 1
                    bearer = self.by_id[bond.cadre_id]
                    is_home = (bearer.level, bearer.area_id) == group[:2]
                    self.own[bond.cadre_id] += verdict == "balance" and is_home
        self.members = {
            group: [c.pk for c in cadres if c.is_in_post and (c.level, c.area_id) == group]
            for group in self.pool
        }

    def verdict(self, entity, bond, group, *, rebalance):
        if bond is None:
            return "new"
        bearer = self.by_id[bond.cadre_id]
        fits = GradeLevel.objects.filter(grade=entity.grade, level=bearer.level, rank=1).exists()
        if not bearer.is_in_post:
            return "pending"
        is_first = bool(group) and group[2] == 1
        if bond.standing == "excepted" and bond.exception_reason == SUBSTITUTE:
            return "return" if is_first else "keep"
        if bond.exception_reason:
            return "keep"
        if not fits:
            return "unfit"
        if not entity.area_id.startswith(bearer.area_id):
            return "area"
        return "balance" if rebalance else "keep"

    def loads_of(self, group):
        """The loads of a group's cadres when each business goes to whoever has least, one by one."""
        found = [self.before[pk] - self.in_play[pk] for pk in self.members[group]]
        for _ in self.pool[group]:
            found[found.index(min(found))] += 1
        return sorted(found)

    def fewest_moves(self, group):
        """Of all ways to reach those loads, how many businesses must leave their own cadre."""
        base = {pk: self.before[pk] - self.in_play[pk] for pk in self.members[group]}
        level = dict.fromkeys(base, 0)
        rest = len(self.pool[group])
        while rest:
            low = min(base[pk] + level[pk] for pk in base)
            lowest = [pk for pk in base if base[pk] + level[pk] == low]
            # whoever holds more already comes first: he need not give it away
            lowest.sort(key=lambda pk: self.own[pk] - level[pk], reverse=True)
            for pk in lowest[:rest]:
                level[pk] += 1
            rest -= min(rest, len(lowest))
        return sum(max(0, self.own[pk] - level[pk]) for pk in base)
