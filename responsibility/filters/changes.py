"""The conditions of the 变更台账, read from the query string."""

import datetime

import django_filters
from django import forms

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import ChangeKind
from ..models import Change
from ..queries.changes import VIEWS, changes_visible, in_view

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChangeFilter(django_filters.FilterSet):
    """What the list, the export and the API narrow the changes by."""

    q = django_filters.CharFilter(label="主体或干部", method="by_text")
    area = django_filters.CharFilter(label="属地", method="by_area")
    kind = django_filters.MultipleChoiceFilter(
        label="类别", choices=ChangeKind.choices, distinct=False
    )
    since = django_filters.DateFilter(
        label="登记起", field_name="recorded_at", lookup_expr="date__gte", widget=DAY
    )
    until = django_filters.DateFilter(
        label="登记止", field_name="recorded_at", lookup_expr="date__lte", widget=DAY
    )
    cadre = django_filters.NumberFilter(label="干部", field_name="cadre")
    entity = django_filters.NumberFilter(label="主体", field_name="entity")
    view = django_filters.ChoiceFilter(
        label="快捷视图", choices=list(VIEWS.items()), method="by_view", empty_label=None
    )

    class Meta:
        model = Change
        fields = []

    def __init__(self, data, *args, on: datetime.date, **kwargs):
        self.on = on
        super().__init__(data, *args, **kwargs)

    def by_text(self, found, _name, value):
        return found.about(value.strip())

    def by_area(self, found, _name, value):
        return found.within(value.strip())

    def by_view(self, found, _name, value):
        return in_view(found, value, on=self.on)

    def narrowed(self):
        """Every condition but the quick view: what the quick views count."""
        found = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name != "view":
                found = self.filters[name].filter(found, value)
        return found


class ChangeConditions:
    """One reading of a query string for one user. Values that no list offers find nothing rather than all."""

    def __init__(self, data, *, user, on: datetime.date):
        self.user, self.on = user, on
        self.filter = ChangeFilter(data, queryset=changes_visible(user=user), on=on)
        self.form = self.filter.form
        self.is_valid = self.form.is_valid()
        cleaned = self.form.cleaned_data
        self.values = {name: cleaned.get(name) or "" for name in self.form.fields}

    @property
    def view(self) -> str:
        return self.values["view"] or "all"

    @property
    def area(self) -> str:
        return (self.values["area"] or "").strip()

    def found(self):
        """The rows, unordered."""
        return self.filter.qs if self.is_valid else self.filter.queryset.none()

    def by_view(self):
        """The rows of each quick view under the other conditions."""
        narrowed = self.filter.narrowed() if self.is_valid else self.filter.queryset.none()
        return {view: in_view(narrowed, view, on=self.on) for view in VIEWS}

    def chips(self, area_name: str) -> list[tuple[str, str]]:
        """(words, key) of what is in force beside the quick view."""
        chips = []
        if self.values["q"]:
            chips.append((f"搜索：{self.values['q']}", "q"))
        if self.area:
            chips.append((f"属地：{area_name or self.area}", "area"))
        if self.values["kind"]:
            words = dict(ChangeKind.choices)
            chips.append(("类别：" + "、".join(words[key] for key in self.values["kind"]), "kind"))
        for key, label in (("since", "登记起"), ("until", "登记止")):
            if self.values[key]:
                chips.append((f"{label}：{self.values[key]}", key))
        for key, label in (("cadre", "一位干部"), ("entity", "一家主体")):
            if self.values[key]:
                chips.append((f"只看{label}", key))
        return chips

    def scope_code(self):
        """The code that the counts by day are about: the chosen area, else the top of the user's scope."""
        scope = area_scope(self.user)
        return self.area or (scope.prefixes[0] if len(scope.prefixes) == 1 else "")
