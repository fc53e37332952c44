"""How many businesses of which kind each county has, and how many rows are to be refused."""

from dataclasses import dataclass, replace

GRADES = "ABCD"


@dataclass(frozen=True)
class CountyPlan:
    """The figures of one county; `grades` are A, B, C, D, `candidates` are closed-like and ungraded."""

    code: str
    name: str
    licence_area: str
    short: str
    registered: int
    grades: tuple[int, int, int, int]
    candidates: int

    @property
    def graded(self) -> int:
        return sum(self.grades)

    @property
    def pending(self) -> int:
        """Ungraded and not closed-like."""
        return self.registered - self.graded - self.candidates


def _county(code, name, short, registered, graded, top, candidates, licence_area=None):
    a, b, c = top
    grades = (a, b, c, graded - a - b - c)
    return CountyPlan(code, name, licence_area or code, short, registered, grades, candidates)


# 高新区 has no national code: the city's 市辖区 digits stand in its licences.
COUNTIES = (
    _county("230803", "向阳区", "佳向", 5200, 4680, (11, 66, 512), 274),
    _county("230804", "前进区", "佳前", 3900, 3510, (9, 52, 398), 198),
    _county("230805", "东风区", "佳东", 2900, 2552, (6, 36, 271), 187),
    _county("230811", "郊区", "佳郊", 2700, 2349, (4, 31, 246), 176),
    _county("230822", "桦南县", "桦南", 3300, 2904, (3, 35, 289), 231),
    _county("230826", "桦川县", "桦川", 1900, 1748, (1, 19, 172), 88),
    _county("230828", "汤原县", "汤", 2000, 1700, (1, 18, 163), 118),
    _county("230881", "同江市", "同", 2100, 1932, (2, 22, 205), 102),
    _county("230882", "富锦市", "富", 4700, 4136, (5, 44, 418), 352),
    _county("230883", "抚远市", "抚", 1291, 1162, (1, 12, 118), 86),
    _county("2308G1", "高新区", "佳高新", 1200, 1075, (2, 15, 108), 88, "230801"),
)

# City totals that are handed down to the counties by size.
NOT_SURVEYED = 320
EXPIRED = 64
EXPIRING_IN_90_DAYS = 1204
GRADE_DIFFERS = 286
REFUSED = {
    "R_DUP": 60,
    "R_PRECISION": 40,
    "R_DATE": 40,
    "R_REQUIRED": 40,
    "R_CODE": 30,
    "R_AREA_FOREIGN": 28,
    "R_PHONE": 18,
    "R_NUMBER": 18,
    "R_CELL_ERROR": 14,
    "R_ENUM": 12,
}


def allot(total: int, weights: list[int]) -> list[int]:
    """Share a whole number by weights; the largest remainders get what is left over."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def scaled(plan: CountyPlan, share: float) -> CountyPlan:
    """The same county smaller or larger, with its parts in proportion."""
    if share == 1:
        return plan
    grades = tuple(max(1, round(n * share)) for n in plan.grades)
    candidates = max(1, round(plan.candidates * share))
    pending = max(1, round(plan.pending * share))
    registered = sum(grades) + candidates + pending
    return replace(plan, registered=registered, grades=grades, candidates=candidates)
