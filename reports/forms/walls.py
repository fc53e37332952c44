"""What is asked for a link of the wall; nothing here saves."""

from django import forms

from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.kit.forms import HouseForm

DAYS = [(30, "30 天"), (90, "90 天"), (180, "180 天"), (365, "一年")]


class WallLinkForm(HouseForm):
    """开通大屏链接: what for, which area, how long."""

    label = forms.CharField(
        label="用途", max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "如：三楼指挥中心大屏"}),
    )  # fmt: skip
    area = forms.ChoiceField(label="显示范围", help_text="屏幕上只有这个范围的汇总数字。")
    days = forms.TypedChoiceField(label="有效期", choices=DAYS, coerce=int, initial=180)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        found = areas_visible(user=user).filter(level__in=["city", "county"])
        self.areas = {area.pk: area for area in found}
        self.fields["area"].choices = [(code, area.name) for code, area in self.areas.items()]

    def values(self) -> dict:
        """What the service takes."""
        values = dict(self.cleaned_data)
        values["area"] = self.areas[values["area"]]
        return values
