"""Where a row of a cadre ledger places its cadre: from the words of county, town and village."""

from typing import NamedTuple

from jiamusi_foodsafety.jurisdiction.rules import AreaIndex

from .cadres import place_problem

AREA_CODES = {
    "missing": "R_REQUIRED",
    "unknown": "R_AREA_UNKNOWN",
    "ambiguous": "R_AREA_UNKNOWN",
    "foreign": "R_AREA_FOREIGN",
    "shallow": "R_AREA_UNKNOWN",
}
# What people write where the unit itself is meant, not a part of it.
WHOLE = frozenset(
    {"市直", "县直", "区直", "市本级", "县本级", "区本级", "本级", "全市", "全县", "全区"}
)
HEADINGS = {"county": "所在县区", "town": "乡镇街道", "village": "村社区"}


class Place(NamedTuple):
    """The area's code (None: no certain one), and what is wrong: the field, the code of the finding (W_ only
    tells) and a Chinese sentence."""

    code: str | None
    field: str = ""
    finding: str = ""
    message: str = ""


def cadre_place(
    areas: AreaIndex, level: str, county: str | None, town: str | None, village: str | None
) -> Place:
    """The area of a cadre of this level: 市级 the city, 县级 the county unit, 乡级 the town, 村级 the village;
    a unit without towns takes those below at itself, a town the 村级 whose village is not written (with a word)."""
    county, town, village = (None if text in WHOLE else text for text in (county, town, village))
    if level == "city":
        return _city(areas, county, town, village)
    verdict = areas.resolve(county, town, village)
    if verdict.reason == "missing" and verdict.field == "town" and level == "county":
        return _fitting(areas, level, verdict.code)
    if verdict.reason == "shallow" and level == "village" and not areas.children.get(verdict.code):
        tell = f"{areas.names[verdict.code]}在区划表中没有村（社区），村级干部记在{areas.names[verdict.code]}。"
        return Place(verdict.code, "village", "W_AREA_SHALLOW", tell)
    if verdict.reason == "missing":
        return _blank(verdict.code, verdict.field)
    if verdict.reason:
        tell = verdict.tell.replace("，属地先记到乡镇，原文保留", "").replace(
            "，属地先记到乡镇", ""
        )
        return Place(None, verdict.field, AREA_CODES[verdict.reason], f"“{verdict.said}”{tell}。")
    return _fitting(areas, level, verdict.code)


def _city(areas, county, town, village):
    code = next((code for code, level in areas.levels.items() if level == "city"), None)
    if code is None or areas.caller != code:
        return Place(
            None, "level", "R_AREA_FOREIGN", "市级干部由市局登记。请转交市局，或改正层级。"
        )
    if town or village or (county and not _names_the_city(areas, county)):
        field = "town" if town else "village" if village else "county"
        return Place(
            None, field, "R_LEVEL_AREA", f"市级干部的属地是全市，{HEADINGS[field]}请留空。"
        )
    return Place(code)


def _names_the_city(areas, text):
    verdict = areas.resolve(text, None, None)
    return verdict.reason == "unknown" and verdict.tell.startswith("只写到市")


def _blank(code, field):
    return Place(code, field, "R_REQUIRED", f"{HEADINGS[field]}没有填。请补填。")


def _fitting(areas, level, code):
    has_children = bool(areas.children.get(code))
    problem = place_problem(level, code, has_children=has_children)
    if problem:
        return Place(None, "level", "R_LEVEL_AREA", problem)
    if level == "village" and len(code) == 9 and has_children:
        town = areas.names[code]
        tell = f"村社区没有填，村级干部记在{town}，包保范围是整个{town}。只管一个村的，请补填。"
        return Place(code, "village", "W_AREA_SHALLOW", tell)
    return Place(code)
