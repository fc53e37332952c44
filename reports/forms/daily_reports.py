"""What people write into a daily report; nothing here saves."""

from django import forms
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.kit.forms import HouseForm

MOST_TEXT = 4000


class ConfirmForm(HouseForm):
    """确认 of one's own line."""

    remark = forms.CharField(label="备注", max_length=200, required=False)
    checker = forms.CharField(label="审核人", max_length=40, required=False)


class ReasonForm(HouseForm):
    """退回, by a county or by the city."""

    reason = forms.CharField(
        label="退回原因", max_length=200, error_messages={"required": "退回须写明原因。"}
    )


class TextForm(HouseForm):
    """The words before the issue."""

    text = forms.CharField(
        label="文字说明", max_length=MOST_TEXT, required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="一行一段。清空后保存，恢复为由数据生成的文字。",
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ExceptionForm(HouseForm):
    """A county may confirm later: who, what it is called, why, until when."""

    area = forms.ChoiceField(label="县(市、区)")
    title = forms.CharField(
        label="名称", max_length=40, widget=forms.TextInput(attrs={"placeholder": "如：停电"})
    )
    reason = forms.CharField(label="理由", max_length=200)
    from_on = forms.DateField(
        label="日报日期自", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    to_on = forms.DateField(
        label="日报日期至", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateTimeField(
        label="延至",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="到这个时间为止可以核对，按时计。",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.counties = {area.pk: area for area in areas_visible(user=user).counties()}
        self.fields["area"].choices = [(code, area.name) for code, area in self.counties.items()]
        today = timezone.localdate()
        self.fields["from_on"].initial = self.fields["to_on"].initial = today

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", "结束日期不能早于开始日期。")
        return data

    def values(self) -> dict:
        """What the service takes."""
        values = dict(self.cleaned_data)
        values["area"] = self.counties[values["area"]]
        return values
