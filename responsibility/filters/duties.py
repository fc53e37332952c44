"""The conditions of the to-dos, read from the query string; unknown values are dropped."""

from ..queries.duties import VIEWS, WHOSE, DutyWishes


def duty_wishes(data) -> DutyWishes:
    """Wishes from a query string."""
    area, cadre = data.get("area", "").strip(), data.get("cadre", "")
    view, whose = data.get("view", "open"), data.get("whose", "")
    return DutyWishes(
        view=view if view in VIEWS else "open",
        area=area if area.isalnum() and area.isascii() and len(area) <= 12 else "",
        period=_short(data.get("period", "")),
        code=_short(data.get("code", "")),
        whose=whose if whose in WHOSE else "",
        is_exact=data.get("exact") == "1",
        cadre=int(cadre) if cadre.isdecimal() and len(cadre) < 19 else 0,
    )


def _short(text):
    return text if text.isprintable() and len(text) <= 10 else ""
