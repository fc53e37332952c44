"""Shapes of input about cadres; nothing here saves."""

from django import forms
from django.core.exceptions import ValidationError

from entities.forms import DayField
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from jiamusi_foodsafety.kit.phones import mask_phone, split_phones

from ..enums import LEAVE_CHOICES, LeaveReason
from ..models import Cadre
from ..queries.cadres import has_children, posts_within
from ..rules.cadres import place_problem

PHONES = ("phone", "liaison_phone")


class PlaceField(forms.ModelChoiceField):
    """An area where a cadre stands; a village behind its town's name."""

    def label_from_instance(self, area):
        if len(area.code) == 12 and area.parent:
            return f"{area.parent.name} {area.name}"
        return area.name


class CadreForm(HouseModelForm):
    """One cadre by hand. `user` limits the areas to those of the county unit (or the city) of `area`."""

    FIELDSETS = (
        ("干部", ("name", "post", "unit", "level", "area", "phone")),
        ("任职", ("in_post_from", "in_post_to", "leave_reason")),
        ("联系单位（市级、县级干部）", ("liaison_unit", "liaison_name", "liaison_phone")),
        ("其他", ("note",)),
    )

    area = PlaceField(label="属地", queryset=Area.objects.none(), empty_label="请选择")

    class Meta:
        model = Cadre
        fields = (
            "name", "post", "unit", "level", "area", "phone", "in_post_from", "in_post_to",
            "leave_reason", "liaison_unit", "liaison_name", "liaison_phone", "note",
        )  # fmt: skip
        field_classes = {"in_post_from": DayField, "in_post_to": DayField}
        widgets = {
            "in_post_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "in_post_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "area": "市级选市，县级选县(市、区)，乡级选乡镇(街道)，村级选村(社区)",
            "phone": "要改就填新的完整号码，不改则不动",
            "in_post_to": "到这一天起为离任，所包主体转为待交接；要同时交给别人，请用“办理交接”",
        }

    def __init__(self, *args, user, area: str, **kwargs):
        super().__init__(*args, **kwargs)
        # A whole number is shown only by asking for it: here it is masked, and what comes back masked is
        # unchanged.
        for name in PHONES:
            number = getattr(self.instance, name)
            if number and self.initial[name] == number:
                self.initial[name] = mask_phone(number)
        self.fields["area"].queryset = posts_within(user=user, code=area)
        self.fields["level"].choices = [("", "请选择"), *self.fields["level"].choices[-4:]]
        if self.instance.leave_reason != LeaveReason.WITHDRAWN:
            self.fields["leave_reason"].choices = [("", "—"), *LEAVE_CHOICES]

    def fieldsets(self):
        """(title, bound fields) in the order of the page."""
        for title, names in self.FIELDSETS:
            yield title, [self[name] for name in names]

    def clean_name(self):
        return "".join(self.cleaned_data["name"].split())

    def clean_phone(self):
        return self._phone("phone")

    def clean_liaison_phone(self):
        return self._phone("liaison_phone")

    def _phone(self, name):
        text = self.cleaned_data[name]
        if not text:
            return ""
        if text == self.initial.get(name):
            return getattr(self.instance, name)
        number, rest = split_phones(text)
        if not number:
            raise ValidationError("没有可用的电话号码。请填手机或座机。")
        if rest:
            raise ValidationError(f"一格只填一个号码，请去掉“{rest}”。")
        return number

    def clean(self):
        values = super().clean()
        level, area = values.get("level"), values.get("area")
        if level and area:
            problem = place_problem(level, area.code, has_children=has_children(area.code))
            if problem:
                self.add_error("area", problem)
        start, end = values.get("in_post_from"), values.get("in_post_to")
        if start and end and end < start:
            self.add_error("in_post_to", "任职止不能早于任职起。")
        if values.get("leave_reason") and not end:
            self.add_error("in_post_to", "填了离任原因，请同时填任职止。")
        return values

    def values(self):
        """What the service writes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AccountForm(HouseForm):
    """A new account for a cadre: its name."""

    username = forms.CharField(
        label="用户名", max_length=60, required=False, help_text="不填则由系统编一个"
    )


class LinkForm(HouseForm):
    """An account that exists."""

    username = forms.CharField(label="已有账号的用户名", max_length=150)
