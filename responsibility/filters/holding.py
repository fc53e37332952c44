"""The conditions of the list of businesses and their bearers, read from the query string."""

from django.http import QueryDict

from entities.enums import Grade

from ..queries.coverage import CoverageTables
from ..queries.holding import (
    DEFAULT_FIGURE,
    FIGURES,
    entities_chosen,
    entities_of,
    figure_counts,
    rows_of,
)

MAX_TICKED = 500
GRADES = [grade for grade, _ in Grade.choices if grade]


class HoldingConditions:
    """One reading of a query string for one user. Unknown figures and grades find nothing."""

    def __init__(self, data: QueryDict, *, user):
        self.user = user
        self.figure = data.get("standing") or DEFAULT_FIGURE
        self.area = data.get("area", "").strip()
        self.grades = [grade for grade in data.getlist("grade") if grade]
        self.text = data.get("q", "").strip()
        # what is known to the chosen area itself only: its town or village is missing
        self.is_own = bool(self.area and data.get("own"))
        self.is_known = self.figure in FIGURES and set(self.grades) <= set(GRADES)
        # the list's counts come from counters, never capped
        self.is_more = False
        self.is_search_too_short = len(self.text) == 1
        self.tables = CoverageTables(user=user, area=self.area)
        self.counts = figure_counts(
            self.tables, grades=self.grades, own=self.area if self.is_own else ""
        )

    @property
    def label(self) -> str:
        return FIGURES.get(self.figure, self.figure)

    def found(self):
        """The rows, unordered."""
        found = rows_of(
            user=self.user,
            figure=self.figure,
            area=self.area,
            grades=self.grades,
            text=self.text,
            tables=self.tables,
        )
        if self.is_own:
            found = found.filter(area=self.area)
        return found if self.is_known and not self.is_search_too_short else found.none()


def chosen_entities(posted: QueryDict, query: QueryDict, *, user):
    """The businesses that an act means: the ticked ones, or all that the list's conditions find."""
    if posted.get("every"):
        return entities_of(HoldingConditions(query, user=user).found(), user=user)
    ids = [int(pk) for pk in posted.getlist("pk")[:MAX_TICKED] if pk.isdecimal() and len(pk) < 19]
    return entities_chosen(user=user, ids=ids)
