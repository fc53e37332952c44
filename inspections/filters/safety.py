"""The conditions of 两员与日周月, read from the query string."""

import django_filters
from django.db.models import Q

from entities.queries.entities import category_choices, entities_visible
from entities.rules import normalise_code

from ..enums import IN_PLACE, NOT_IN_PLACE, Control, SafetyPost
from ..models import EntityCompliance
from ..queries.safety import DEFAULT_VIEW, VIEWS, compliance_visible, in_view, people_named

MAX_TICKED = 500
POSTS = [c for c in SafetyPost.choices if c[0] != SafetyPost.HEAD]
HAVING = {"need": "应配", "yes": "已配", "no": "未配"}
STANDING = {
    "in_place": "已建立、已核实",
    "not_in_place": "未建立、不落实",
    "checked": "已查看",
    "unseen": "未查看",
}


class SafetyFilter(django_filters.FilterSet):
    """What the list, the export, the bulk act and the API narrow the businesses by."""

    q = django_filters.CharFilter(label="主体名称、许可证号或人员姓名", method="by_text")
    area = django_filters.CharFilter(label="属地", method="by_area")
    category = django_filters.MultipleChoiceFilter(
        label="类别", choices=category_choices, distinct=False
    )
    post = django_filters.ChoiceFilter(label="岗位", choices=POSTS, method="by_post")
    having = django_filters.ChoiceFilter(
        label="配备", choices=list(HAVING.items()), method="by_post"
    )
    control = django_filters.ChoiceFilter(
        label="制度", choices=Control.choices, method="by_control"
    )
    standing = django_filters.ChoiceFilter(
        label="制度状态", choices=list(STANDING.items()), method="by_control"
    )
    view = django_filters.ChoiceFilter(
        label="快捷视图", choices=list(VIEWS.items()), method="by_view", empty_label=None
    )

    class Meta:
        model = EntityCompliance
        fields = []

    def by_text(self, found, _name, value):
        text = value.strip()
        named = entities_visible(user=self.user).searched(text, normalise_code(text))
        people = people_named(user=self.user, name=text)
        return found.filter(Q(entity__in=named.values("pk")) | Q(entity__in=people))

    def by_area(self, found, _name, value):
        return found.within(value.strip())

    def by_post(self, found, name, value):
        """Post and what is asked of it go together; one alone means the officer, or needed."""
        data = self.form.cleaned_data
        if name == "post" and data.get("having"):
            return found  # with the other
        post = data.get("post") or SafetyPost.OFFICER
        asked = {f"need_{post}": True}
        if data.get("having") == "yes":
            asked[f"{post}s__gt"] = 0
        if data.get("having") == "no":
            asked[f"{post}s"] = 0
        return found.filter(**asked)

    def by_control(self, found, name, value):
        data = self.form.cleaned_data
        control, standing = data.get("control"), data.get("standing")
        if name == "control" and standing:
            return found
        if not control:
            tests = {
                "not_in_place": Q(failing__gt=0),
                "unseen": Q(controls={}),
            }
            return found.filter(tests.get(standing, ~Q(controls={})))
        if standing == "unseen":
            return found.exclude(controls__has_key=control)
        states = {"in_place": IN_PLACE, "not_in_place": NOT_IN_PLACE}.get(
            standing, (*IN_PLACE, *NOT_IN_PLACE)
        )
        return found.filter(**{f"controls__{control}__state__in": [str(s.value) for s in states]})

    def by_view(self, found, _name, value):
        return in_view(found, value)

    def narrowed(self):
        """Every condition but the quick view: what the quick views count."""
        found = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name != "view":
                found = self.filters[name].filter(found, value)
        return found


class SafetyConditions:
    """One reading of a query string for one user. Values that no list offers find nothing rather than all."""

    def __init__(self, data, *, user):
        self.user = user
        self.filter = SafetyFilter(data, queryset=compliance_visible(user=user))
        self.filter.user = user
        self.form = self.filter.form
        self.is_valid = self.form.is_valid()
        cleaned = self.form.cleaned_data
        self.values = {name: cleaned.get(name) or "" for name in self.form.fields}

    @property
    def view(self) -> str:
        return self.values["view"] or DEFAULT_VIEW

    @property
    def area(self) -> str:
        return (self.values["area"] or "").strip()

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the area and the quick view narrows: the counters know the numbers."""
        return not any(value for name, value in self.values.items() if name not in ("view", "area"))

    def found(self):
        """The rows, unordered."""
        return self.filter.qs if self.is_valid else compliance_visible(user=self.user).none()

    def narrowed(self):
        """The rows whatever the quick view."""
        if not self.is_valid:
            return compliance_visible(user=self.user).none()
        return self.filter.narrowed()

    def chips(self, area_name: str) -> list[tuple[str, tuple[str, ...]]]:
        """(words, keys) of what is in force beside the quick view."""
        values, chips = self.values, []
        if values["q"]:
            chips.append((f"搜索：{values['q']}", ("q",)))
        if self.area:
            chips.append((f"属地：{area_name or self.area}", ("area",)))
        if values["category"]:
            words = dict(category_choices())
            chosen = "、".join(words[key] for key in values["category"])
            chips.append((f"类别：{chosen}", ("category",)))
        if values["post"] or values["having"]:
            post = dict(POSTS)[values["post"] or SafetyPost.OFFICER]
            chips.append((f"{post}：{HAVING[values['having'] or 'need']}", ("post", "having")))
        if values["control"] or values["standing"]:
            control = dict(Control.choices).get(values["control"], "制度")
            words = STANDING[values["standing"] or "checked"]
            chips.append((f"{control}：{words}", ("control", "standing")))
        return chips


def selected(posted, query, *, user):
    """The businesses that a bulk act means: the ticked ones, or all that the list's filter finds."""
    if posted.get("every"):
        return SafetyConditions(query, user=user).found()
    ids = [int(pk) for pk in posted.getlist("pk")[:MAX_TICKED] if pk.isdecimal() and len(pk) < 19]
    return compliance_visible(user=user).filter(pk__in=ids)
