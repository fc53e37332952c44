"""The conditions of the register's list, read from the query string."""

import datetime
from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from .enums import Grade, Status
from .models import Entity
from .queries.entities import (
    COUNT_CAP,
    DEFAULT_VIEW,
    SORTS,
    VIEWS,
    capped_counts,
    category_choices,
    entities_visible,
    expiring_in,
    in_view,
    view_counts,
)
from .querysets import FEW
from .rules import normalise_code

UNGRADED = "none"
GRADE_CHOICES = [(grade, label) for grade, label in Grade.choices if grade] + [(UNGRADED, "待定")]
EXPIRY_CHOICES = [
    ("expired", "已过期"),
    ("30", "30 日内到期"),
    ("90", "90 日内到期"),
    ("permanent", "长期"),
]
SURVEY_CHOICES = [("yes", "已摸底"), ("no", "未摸底")]
# 属地 known only to the chosen area itself; to a county unit although it has towns.
DEPTH_CHOICES = [("own", "只到本级"), ("county", "只到县级，缺乡镇")]
# What 数据质量 counts and no other condition finds.
FAULT_CHOICES = [("numbers", "号码校验不过"), ("phoneless", "没有电话")]
SHORTEST_SEARCH = "请至少输入两个字。"


class EntityFilter(django_filters.FilterSet):
    """What the list, the bulk actions, the export and the API narrow the register by."""

    q = django_filters.CharFilter(label="名称、许可证号、信用代码或干部", method="by_text")
    area = django_filters.CharFilter(label="属地", method="by_area")
    category = django_filters.MultipleChoiceFilter(label="主体类别", distinct=False)
    grade = django_filters.MultipleChoiceFilter(
        label="包保等级", choices=GRADE_CHOICES, method="by_grade", distinct=False
    )
    status = django_filters.MultipleChoiceFilter(
        label="经营状态", choices=Status.choices, distinct=False
    )
    expiry = django_filters.ChoiceFilter(
        label="许可证到期", choices=EXPIRY_CHOICES, method="by_expiry", empty_label="不限"
    )
    surveyed = django_filters.ChoiceFilter(
        label="摸底", choices=SURVEY_CHOICES, method="by_survey", empty_label="全部"
    )
    depth = django_filters.ChoiceFilter(
        label="属地", choices=DEPTH_CHOICES, method="by_depth", empty_label="不限"
    )
    fault = django_filters.ChoiceFilter(
        label="数据疑点", choices=FAULT_CHOICES, method="by_fault", empty_label="不限"
    )
    view = django_filters.ChoiceFilter(
        label="快捷视图", choices=list(VIEWS.items()), method="by_view", empty_label=None
    )

    class Meta:
        model = Entity
        fields = []

    def __init__(self, data, *args, on: datetime.date, **kwargs):
        self.on = on
        super().__init__(data, *args, **kwargs)
        # read once: a callable would be asked again for each use
        self.filters["category"].extra["choices"] = category_choices()

    def by_text(self, found, _name, value):
        text = value.strip()
        if len(text) < 2:
            return found.none()
        return found.searched(text, normalise_code(text))

    def by_area(self, found, _name, value):
        return found.within(value.strip())

    def by_grade(self, found, _name, values):
        wanted = ["" if value == UNGRADED else value for value in values]
        return found.filter(grade__in=wanted) if wanted else found

    def by_expiry(self, found, _name, value):
        if value == "expired":
            return found.expired(self.on)
        if value == "permanent":
            return found.filter(is_permanent=True)
        return found.expiring(self.on, days=int(value))

    def by_survey(self, found, _name, value):
        return found.filter(surveyed_on__isnull=value == "no")

    def by_depth(self, found, _name, value):
        if value == "own":
            return found.filter(area=(self.form.cleaned_data.get("area") or "").strip())
        return found.shallow()

    def by_fault(self, found, _name, value):
        return found.misnumbered() if value == "numbers" else found.phoneless()

    def by_view(self, found, _name, value):
        return in_view(found, value, on=self.on)

    def filter_queryset(self, queryset):
        """Every condition, and 在册 where no quick view is named."""
        if not self.form.cleaned_data.get("view"):
            queryset = in_view(queryset, DEFAULT_VIEW, on=self.on)
        return super().filter_queryset(queryset)


@dataclass(frozen=True)
class Chip:
    """One condition in force: its words, and the key that a × takes away."""

    label: str
    key: str


class EntityConditions:
    """One reading of a query string for one user: the rows, their number, the chips.

    Values that no list offers (an unknown grade, an unreadable date) find nothing rather than all.
    """

    def __init__(self, data: QueryDict | MultiValueDict, *, user, on: datetime.date):
        self.user = user
        self.data = data
        self.on = on
        self.filter = EntityFilter(data, queryset=entities_visible(user=user), on=on)
        self.form: forms.Form = self.filter.form
        self.is_valid = self.form.is_valid()
        # A refused condition is shown as not chosen.
        cleaned = self.form.cleaned_data
        self.values = {name: cleaned.get(name) or "" for name in self.form.fields}
        # set by counts()
        self.is_more = False

    @property
    def view(self) -> str:
        return self.values.get("view") or DEFAULT_VIEW

    @property
    def area(self) -> str:
        return (self.values.get("area") or "").strip()

    @property
    def sort(self) -> str:
        wanted = self.data.get("sort", "")
        if wanted in SORTS:
            return wanted
        # 长期 has no day to sort by.
        is_dated = self.values["expiry"] not in ("", "permanent")
        return "expiry" if self.view == "expiring" or is_dated else "area"

    @property
    def is_search_too_short(self) -> bool:
        text = (self.values.get("q") or "").strip()
        return 0 < len(text) < 2

    def found(self) -> QuerySet[Entity]:
        """The rows, unordered."""
        return self.filter.qs if self.is_valid else entities_visible(user=self.user).none()

    def counts(self) -> tuple[dict[str, int], int]:
        """The numbers of the quick views and of the list itself, in two statements: from the counters
        what they know, the rest counted up to a cap: `is_more` then says that there are more."""
        values = self.values
        tabs, found = view_counts(
            user=self.user,
            area=self.area,
            view=self.view,
            category=values["category"],
            grade=["" if grade == UNGRADED else grade for grade in values["grade"]],
            status=values["status"],
        )
        is_known = found is not None and not any(
            values[key] for key in ("q", "expiry", "surveyed", "depth", "fault")
        )
        expiring = expiring_in(user=self.user, area=self.area, on=self.on)
        if is_known and self.is_valid:
            (tabs["expiring"],) = capped_counts(expiring)
            return tabs, found
        cap = FEW if values["q"] else COUNT_CAP
        tabs["expiring"], found = capped_counts(expiring, self.found(), cap=cap)
        self.is_more = found > cap
        return tabs, min(found, cap)

    def words(self) -> dict[str, str]:
        """What is chosen of each condition, in words: {"grade": "C级、D级"}."""
        words = {}
        for key in ("category", "grade", "status", "expiry", "surveyed", "depth", "fault"):
            names = dict(self.form.fields[key].choices)
            chosen = self.values[key] or []
            chosen = [chosen] if isinstance(chosen, str) else chosen
            words[key] = "、".join(str(names.get(value, value)) for value in chosen)
        return words

    def chips(self, area_name: str) -> list[Chip]:
        """What is in force beside the quick view."""
        chips = []
        if self.values["q"]:
            chips.append(Chip(f"搜索：{self.values['q']}", "q"))
        if self.area:
            chips.append(Chip(f"属地：{area_name or self.area}", "area"))
        for key, words in self.words().items():
            if words:
                chips.append(Chip(f"{self.form.fields[key].label}：{words}", key))
        return chips


# Ticked rows come as ids, a page of them at most; more come as the filter itself.
MAX_TICKED = 500


def selected(posted: QueryDict, query: QueryDict, *, user, on: datetime.date) -> QuerySet[Entity]:
    """The businesses that a bulk act means: the ticked ones, or all that the list's filter finds."""
    if posted.get("every"):
        return EntityConditions(query, user=user, on=on).found()
    ids = [int(pk) for pk in posted.getlist("pk")[:MAX_TICKED] if pk.isdecimal() and len(pk) < 19]
    return entities_visible(user=user).filter(pk__in=ids)
