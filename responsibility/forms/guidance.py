"""Shapes of input for 点对点指导 and 台账建立; nothing here saves."""

from django import forms
from django.utils import timezone

from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import MeetingMode
from ..queries.guidance import counties_to_ask
from .notices import MomentField


class QuestionForm(HouseForm):
    """A question; who may answer may write the answer down at once."""

    area = forms.ChoiceField(label="县(市、区)")
    question = forms.CharField(
        label="问题", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    topic = forms.CharField(label="主题", max_length=40, required=False)
    channel = forms.ChoiceField(label="方式", choices=MeetingMode.choices)
    contact = forms.CharField(label="联系人", max_length=60, required=False)
    asked_at = MomentField(label="提问时间")
    answer = forms.CharField(
        label="当场答复", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, user, **kwargs):
        kwargs.setdefault("initial", {"channel": MeetingMode.PHONE, "asked_at": timezone.now()})
        super().__init__(*args, **kwargs)
        self.counties = {area.pk: area for area in counties_to_ask(user=user)}
        self.fields["area"].choices = [(code, area.name) for code, area in self.counties.items()]
        if not user.has_perm("responsibility.answer_guidance"):
            del self.fields["answer"]

    def values(self):
        """The cleaned values with the county itself."""
        return self.cleaned_data | {"area": self.counties[self.cleaned_data["area"]]}


class GuidanceAnswerForm(HouseForm):
    answer = forms.CharField(
        label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "请写答复。"},
    )  # fmt: skip
    is_shared = forms.BooleanField(
        label="列入问答汇编，各县(市、区)都能查到（不显示提问单位）", required=False
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class BuiltForm(HouseForm):
    """建立日期 of the chosen towns' ledgers."""

    built_on = forms.DateField(
        label="建立日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "已建立的请填建立日期。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def clean_built_on(self):
        day = self.cleaned_data["built_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("建立日期在以后，请改正。")
        return day
