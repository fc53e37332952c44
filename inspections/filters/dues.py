"""The conditions of 督导任务 and 督导记录, read from the query string; unknown values are dropped."""

import datetime

from entities.enums import Grade

from ..enums import VisitMode
from ..queries.dues import VIEWS, DueWishes
from ..queries.visits import VIEWS as VISIT_VIEWS
from ..queries.visits import VisitWishes

GRADES = [grade for grade in Grade.values if grade]


def due_wishes(data, *, area: str = "") -> DueWishes:
    """Wishes of the due list; `area`: where nobody names one."""
    view, grade = data.get("view", "open"), data.get("grade", "")
    return DueWishes(
        view=view if view in VIEWS else "open",
        area=_code(data.get("area", "")) or area,
        period=_number(data.get("period", "")),
        grade=grade if grade in (*GRADES, "-") else "",
        category=_word(data.get("category", "")),
        cadre=_number(data.get("cadre", "")),
        own=data.get("own") == "1",
        unheld=data.get("unheld") == "1",
        text=_text(data.get("q", "")),
    )


def visit_wishes(data) -> VisitWishes:
    """Wishes of the list of visits."""
    view, grade, mode = data.get("view", "valid"), data.get("grade", ""), data.get("mode", "")
    return VisitWishes(
        view=view if view in VISIT_VIEWS else "valid",
        area=_code(data.get("area", "")),
        first=_day(data.get("first", "")),
        last=_day(data.get("last", "")),
        period=_number(data.get("period", "")),
        mode=mode if mode in VisitMode.values else "",
        grade=grade if grade in GRADES else "",
        must=data.get("must") == "1",
        cadre=_number(data.get("cadre", "")),
        entity=_number(data.get("entity", "")),
        text=_text(data.get("q", "")),
    )


def _code(text):
    text = text.strip()
    return text if text.isalnum() and text.isascii() and len(text) <= 12 else ""


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _word(text):
    return text if text.isprintable() and len(text) <= 20 else ""


def _text(text):
    text = text.strip()
    return text if text.isprintable() and 2 <= len(text) <= 60 else ""


def _day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
