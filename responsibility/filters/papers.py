"""The conditions of the lists of pledges and letters, read from the query string."""

import django_filters

from ..enums import CadreLevel, LetterKind
from ..models import Letter, Pledge
from ..queries import letters as letter_queries
from ..queries import pledges as pledge_queries

MAX_TICKED = 500


class PaperFilter(django_filters.FilterSet):
    """Area by its code and all below it."""

    area = django_filters.CharFilter(label="属地", method="by_area")

    def by_area(self, found, _name, value):
        return found.within(value.strip())


class PledgeFilter(PaperFilter):
    q = django_filters.CharFilter(label="姓名或编号", method="by_text")
    level = django_filters.ChoiceFilter(label="包保层级", choices=CadreLevel.choices)

    class Meta:
        model = Pledge
        fields = []

    def by_text(self, found, _name, value):
        value = value.strip()
        return (
            found.filter(number=value)
            if value[:1].isdecimal()
            else found.filter(name__startswith=value)
        )


class LetterFilter(PaperFilter):
    q = django_filters.CharFilter(label="单位", method="by_text")
    kind = django_filters.ChoiceFilter(label="类别", choices=LetterKind.choices)
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2200)

    class Meta:
        model = Letter
        fields = []

    def by_text(self, found, _name, value):
        value = value.strip()
        units = found.filter(unit__contains=value)
        return units | found.filter(unit="", area__name__startswith=value)


class Conditions:
    """One reading of a query string: the rows whatever the quick view (`narrowed`), the rows (`found`), the
    chips. Values that no list offers find nothing rather than all."""

    def __init__(self, data, *, filter_class, rows, views, default):
        self.filter = filter_class(data, queryset=rows)
        self.is_valid = self.filter.form.is_valid()
        cleaned = self.filter.form.cleaned_data
        self.values = {name: cleaned.get(name) or "" for name in self.filter.form.fields}
        self.values["area"] = self.values["area"].strip()
        view = data.get("view", "")
        self.views, self.view = views, view if view in views else default

    def narrowed(self):
        return self.filter.qs if self.is_valid else self.filter.queryset.none()

    def found(self):
        return self.narrowed().filter(self.views[self.view][1])

    def chips(self, area_name: str) -> list[tuple[str, str]]:
        """(words, key) of what is in force beside the quick view."""
        chips = []
        for name, field in self.filter.form.fields.items():
            value = self.values[name]
            if value == "" or name == "year":
                continue
            words = dict(getattr(field, "choices", ())).get(value, value)
            chips.append((f"{field.label}：{area_name if name == 'area' else words}", name))
        return chips


def pledge_conditions(data, *, user) -> Conditions:
    """The pledges' list for one user."""
    return Conditions(
        data,
        filter_class=PledgeFilter,
        rows=pledge_queries.pledges_visible(user=user),
        views=pledge_queries.VIEWS,
        default=pledge_queries.DEFAULT_VIEW,
    )


def letter_conditions(data, *, user) -> Conditions:
    """The letters' list for one user."""
    return Conditions(
        data,
        filter_class=LetterFilter,
        rows=letter_queries.letters_visible(user=user),
        views=letter_queries.VIEWS,
        default=letter_queries.DEFAULT_VIEW,
    )


def selected_pledges(posted, query, *, user):
    """The pledges that a bulk act means: the ticked ones, or all that the list's filter finds."""
    if posted.get("every"):
        return pledge_conditions(query, user=user).found()
    return pledge_queries.pledges_visible(user=user).filter(pk__in=_ticked(posted))


def selected_letters(posted, query, *, user):
    """The letters that a bulk act means: the ticked ones, or all that the list's filter finds."""
    if posted.get("every"):
        return letter_conditions(query, user=user).found()
    return letter_queries.letters_visible(user=user).filter(pk__in=_ticked(posted))


def _ticked(posted):
    sent = posted.getlist("pk")[:MAX_TICKED]
    return [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]
