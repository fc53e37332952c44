"""Shapes of input of 对标达标."""

from django import forms

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from responsibility.forms.organisation import DayField

from ..enums import StandardState
from ..models import StandardItem
from .evidence import EvidenceField


class StandardForm(HouseModelForm):
    """A review item."""

    class Meta:
        model = StandardItem
        fields = ("heading", "item", "standard", "area", "unit", "due_on", "order", "is_active")
        field_classes = {"due_on": DayField}
        widgets = {"standard": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"unit": "如：市教育局", "is_active": "不再用的去掉勾，记录保留"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        areas = Area.objects.active().filter(area_scope(user).q("code"))
        self.fields["area"].queryset = areas.filter(level__in=["city", "county"]).order_by("code")
        self.fields["area"].empty_label = None


class ReportForm(HouseForm):
    """How far an item is, with its proofs."""

    state = forms.ChoiceField(label="状态", choices=StandardState.choices)
    text = forms.CharField(
        label="进展", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="做了什么，还差什么",
    )  # fmt: skip
    files = EvidenceField(label="证明材料")
