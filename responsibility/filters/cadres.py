"""The conditions of the cadres' list, read from the query string."""

import django_filters

from ..enums import CadreLevel
from ..models import Cadre
from ..queries.cadres import DEFAULT_VIEW, VIEWS, cadres_visible, in_view

MAX_TICKED = 500


class CadreFilter(django_filters.FilterSet):
    """What the list, the export, the bulk acts and the API narrow the cadres by."""

    q = django_filters.CharFilter(label="姓名、单位或职务", method="by_text")
    area = django_filters.CharFilter(label="属地", method="by_area")
    level = django_filters.MultipleChoiceFilter(
        label="包保层级", choices=CadreLevel.choices, distinct=False
    )
    over = django_filters.ChoiceFilter(label="超载", choices=[("1", "是")], method="by_over")
    view = django_filters.ChoiceFilter(
        label="快捷视图", choices=list(VIEWS.items()), method="by_view", empty_label=None
    )

    class Meta:
        model = Cadre
        fields = []

    def by_text(self, found, _name, value):
        return found.searched(value.strip())

    def by_area(self, found, _name, value):
        return found.within(value.strip())

    def by_over(self, found, _name, value):
        return in_view(found, "over")

    def by_view(self, found, _name, value):
        return in_view(found, value)

    def narrowed(self):
        """Every condition but the quick view: what the quick views count."""
        found = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name not in ("view", "over"):
                found = self.filters[name].filter(found, value)
        return found

    def filter_queryset(self, queryset):
        """Every condition, and 在岗 where no quick view is named."""
        if not self.form.cleaned_data.get("view"):
            queryset = in_view(queryset, DEFAULT_VIEW)
        return super().filter_queryset(queryset)


class CadreConditions:
    """One reading of a query string for one user: the rows, the chips. Values that no list offers find
    nothing rather than all."""

    def __init__(self, data, *, user):
        self.user = user
        self.filter = CadreFilter(data, queryset=cadres_visible(user=user))
        self.form = self.filter.form
        self.is_valid = self.form.is_valid()
        cleaned = self.form.cleaned_data
        self.values = {name: cleaned.get(name) or "" for name in self.form.fields}

    @property
    def view(self) -> str:
        return "over" if self.values["over"] else self.values["view"] or DEFAULT_VIEW

    @property
    def area(self) -> str:
        return (self.values["area"] or "").strip()

    def found(self):
        """The rows, unordered."""
        return self.filter.qs if self.is_valid else cadres_visible(user=self.user).none()

    def narrowed(self):
        """The rows whatever the quick view."""
        if not self.is_valid:
            return cadres_visible(user=self.user).none()
        return self.filter.narrowed()

    def chips(self, area_name: str) -> list[tuple[str, str]]:
        """(words, key) of what is in force beside the quick view."""
        chips = []
        if self.values["q"]:
            chips.append((f"搜索：{self.values['q']}", "q"))
        if self.area:
            chips.append((f"属地：{area_name or self.area}", "area"))
        if self.values["level"]:
            words = dict(CadreLevel.choices)
            chips.append(
                ("层级：" + "、".join(words[key] for key in self.values["level"]), "level")
            )
        return chips


def selected(posted, query, *, user):
    """The cadres that a bulk act means: the ticked ones, or all that the list's filter finds."""
    if posted.get("every"):
        return CadreConditions(query, user=user).found()
    ids = [int(pk) for pk in posted.getlist("pk")[:MAX_TICKED] if pk.isdecimal() and len(pk) < 19]
    return cadres_visible(user=user).filter(pk__in=ids)
