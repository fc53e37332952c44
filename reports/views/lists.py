"""Which list of the register a figure opens."""

from urllib.parse import urlencode

GRADED = [("grade", grade) for grade in "ABCD"]
LISTS = {
    "registered": [("view", "registered")],
    "screened": [("view", "screened")],
    "obliged": [("view", "obliged")],
    "graded": [("view", "obliged"), *GRADED],
    "ungraded": [("view", "ungraded")],
    "grade_a": [("view", "obliged"), ("grade", "A")],
    "grade_b": [("view", "obliged"), ("grade", "B")],
    "grade_c": [("view", "obliged"), ("grade", "C")],
    "grade_d": [("view", "obliged"), ("grade", "D")],
    "surveyed": [("view", "registered"), ("surveyed", "yes")],
    "unsurveyed": [("view", "registered"), ("surveyed", "no")],
    "differing": [("view", "differing")],
    "doubtful": [("view", "doubtful")],
    "expired": [("view", "obliged"), ("expiry", "expired")],
    "expiring": [("view", "expiring")],
    "shallow": [("view", "registered"), ("depth", "county")],
}


def list_url(base, code, what, *, is_rest=False):
    """The register's list behind a figure of an area; nothing for whoever may not read the register."""
    if not base:
        return ""
    query = [("area", code)] if code else []
    if is_rest:
        query.append(("depth", "own"))
    return f"{base}?{urlencode(query + LISTS[what])}"
