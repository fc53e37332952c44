"""Filters of the register's change list: the list page's own conditions under the same names, so that the
export and every link mean the same rows; counts come from the counters."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils import timezone
from django.utils.functional import cached_property

from jiamusi_foodsafety.jurisdiction.queries import areas_visible

from ..enums import Status
from ..filters import EXPIRY_CHOICES, GRADE_CHOICES, UNGRADED, EntityConditions
from ..queries.entities import DEFAULT_VIEW, VIEWS, capped_counts, category_choices, in_view
from ..queries.feeds import FACETS, facet_counts, tally_cells


class Reading:
    """One reading of the change list's address: the list page's conditions and the filters' counts."""

    def __init__(self, request):
        self.user = request.user
        self.conditions = EntityConditions(request.GET, user=request.user, on=timezone.localdate())
        _, self.count = self.conditions.counts()
        self.view = request.GET.get("view") or DEFAULT_VIEW
        self.chosen = {name: request.GET.get(name, "") for name in FACETS}
        # What the counters do not know makes their numbers untrue.
        self.is_countable = not any(request.GET.get(key) for key in ("q", "expiry", "surveyed"))

    @cached_property
    def counts(self):
        if not self.is_countable:
            return None
        return facet_counts(tally_cells(user=self.user), chosen=self.chosen, view=self.view)


def reading_of(request) -> Reading:
    """The request's one reading."""
    if not hasattr(request, "register_reading"):
        request.register_reading = Reading(request)
    return request.register_reading


class Facet(admin.SimpleListFilter):
    """One filter: `offered` gives its (value, label); `narrowed` the rows."""

    template = "entities/admin/filter.html"
    everything = "全部"
    hides_empty = False

    def __init__(self, request, params, model, model_admin):
        self.request = request
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return self.offered(request.user)

    def queryset(self, request, queryset):
        value = self.value()
        if value is None:
            return self.unnarrowed(queryset)
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return self.narrowed(queryset, value)

    def unnarrowed(self, queryset):
        return queryset

    def numbers(self):
        """Value → number, or nothing where it would cost a count of the register."""
        counts = reading_of(self.request).counts
        return counts and counts[self.parameter_name]

    def choices(self, changelist):
        numbers = self.numbers()
        for value, label in [(None, self.everything), *self.lookup_choices]:
            number = None if numbers is None else numbers.get(value or "", 0)
            is_selected = self.value() == value
            if self.hides_empty and number == 0 and value and not is_selected:
                continue
            yield {
                "selected": is_selected,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
                "number": number,
            }


class CountyFilter(Facet):
    title = "县(市、区)"
    parameter_name = "area"

    def offered(self, user):
        return list(areas_visible(user=user).counties().values_list("code", "name"))

    def narrowed(self, queryset, value):
        return queryset.within(value)


class CategoryFilter(Facet):
    title = "主体类别"
    parameter_name = "category"
    hides_empty = True

    def offered(self, user):
        return category_choices()

    def narrowed(self, queryset, value):
        return queryset.filter(category=value)


class GradeFilter(Facet):
    title = "包保等级"
    parameter_name = "grade"

    def offered(self, user):
        return GRADE_CHOICES

    def narrowed(self, queryset, value):
        return queryset.filter(grade="" if value == UNGRADED else value)


class StatusFilter(Facet):
    title = "经营状态"
    parameter_name = "status"
    hides_empty = True

    def offered(self, user):
        return Status.choices

    def narrowed(self, queryset, value):
        return queryset.filter(status=value)


class ExpiryFilter(Facet):
    title = "许可证到期"
    parameter_name = "expiry"
    everything = "不限"

    def offered(self, user):
        return EXPIRY_CHOICES

    def narrowed(self, queryset, value):
        on = timezone.localdate()
        if value == "expired":
            return queryset.expired(on)
        if value == "permanent":
            return queryset.filter(is_permanent=True)
        return queryset.expiring(on, days=int(value))

    def numbers(self):
        """Of the two that the index on the date counts quickly."""
        reading = reading_of(self.request)
        if not reading.is_countable:
            return None
        found, on = reading.conditions.found(), reading.conditions.on
        expired, expiring = capped_counts(found.expired(on), found.expiring(on))
        return {
            "": reading.count,
            "expired": expired,
            "90": expiring,
            "30": None,
            "permanent": None,
        }


class ViewFilter(Facet):
    """The quick views; without one the register as it stands."""

    title = "范围"
    parameter_name = "view"
    everything = VIEWS[DEFAULT_VIEW]

    def offered(self, user):
        return [(key, label) for key, label in VIEWS.items() if key != DEFAULT_VIEW]

    def narrowed(self, queryset, value):
        return in_view(queryset, value, on=timezone.localdate())

    def unnarrowed(self, queryset):
        return in_view(queryset, DEFAULT_VIEW, on=timezone.localdate())

    def numbers(self):
        return None


FILTERS = (
    CountyFilter, GradeFilter, StatusFilter, ExpiryFilter, CategoryFilter, ViewFilter,
)  # fmt: skip
