"""Shapes of input of 督查; nothing here saves."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from responsibility.enums import MemberRole
from responsibility.forms.organisation import DayField
from responsibility.models import Body

from ..enums import CheckLevel
from ..models import CheckLetter, CheckRound
from ..queries.check_plans import accounts_for, targets_of, teams_of
from ..rules.checks import UPPER
from .evidence import EvidenceField


class RoundForm(HouseForm):
    """A new round: the target tells who checks; a 督导组, or a team's own name."""

    target = forms.ModelChoiceField(
        label="督查对象", queryset=Area.objects.none(), empty_label="请选择"
    )
    body = forms.ModelChoiceField(
        label="督导组", queryset=Body.objects.none(), required=False, empty_label="不选，自行组队",
        help_text="选了督导组，组员按机构名单带入",
    )  # fmt: skip
    team_name = forms.CharField(
        label="督查组名称", max_length=60, required=False, help_text="没有选督导组的，填组名"
    )
    starts_on = DayField(label="督查开始")
    ends_on = DayField(label="督查结束")
    answer_days = forms.IntegerField(
        label="整改期限(天)", min_value=1, max_value=90, initial=15, help_text="从反馈书发出起算"
    )

    def __init__(self, *args, user, level, **kwargs):
        super().__init__(*args, **kwargs)
        self.level = level
        self.fields["target"].queryset = targets_of(user=user, level=level)
        self.fields["target"].label_from_instance = lambda area: area.path_name
        if level == CheckLevel.CITY:
            self.fields["body"].queryset = teams_of(user=user)
        else:
            del self.fields["body"]
            self.fields["team_name"].required = True
            self.fields["team_name"].help_text = ""

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束不能早于开始。")
        if not values.get("body") and not values.get("team_name"):
            self.add_error("team_name", "请选督导组，或填写督查组名称。")
        return values

    def owner_code(self):
        """The code of the unit that checks: the one above the target at this level."""
        return self.cleaned_data["target"].pk[: UPPER[self.level]]


class RoundChangeForm(HouseModelForm):
    """Days and names of a round before its letter."""

    class Meta:
        model = CheckRound
        fields = ("team_name", "starts_on", "ends_on", "answer_days")
        field_classes = {"starts_on": DayField, "ends_on": DayField}


class MemberForm(HouseForm):
    """Somebody joins the team; with an account he works on the round."""

    role = forms.ChoiceField(label="职务", choices=MemberRole.choices, initial=MemberRole.MEMBER)
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位", max_length=80, required=False)
    user = forms.CharField(
        label="账号", max_length=150, required=False, help_text="填用户名，有账号才能在手机上填报",
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, actor, check_round, **kwargs):
        super().__init__(*args, **kwargs)
        self.accounts = accounts_for(user=actor, check_round=check_round)

    def clean_user(self):
        name = self.cleaned_data["user"].strip()
        if not name:
            return None
        found = self.accounts.filter(username__iexact=name).first()
        if found is None:
            raise ValidationError(f"没有账号“{name}”，或不在督查单位和本级干部中。请从提示中选。")
        return found


class DrawForm(HouseForm):
    """The frame's moment, the seed and the quota of each stratum."""

    frame_at = forms.DateTimeField(
        label="抽样框时点", help_text="按这一刻在册的应包主体和在岗干部抽，一般用当日 0 时",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    seed = forms.CharField(
        label="种子", max_length=40, help_text="系统随机给出，可以改；抽样以后不再变"
    )

    def __init__(self, *args, strata, **kwargs):
        super().__init__(*args, **kwargs)
        self.strata = strata
        for row in strata:
            self.fields[self._name(row)] = forms.IntegerField(
                label="应抽", min_value=0, max_value=500, initial=row.quota
            )

    @staticmethod
    def _name(row):
        return f"quota-{row.kind}-{row.key or 'none'}"

    def rows(self):
        """(stratum, its field) of the page."""
        return [(row, self[self._name(row)]) for row in self.strata]

    def quotas(self):
        return {(row.kind, row.key): self.cleaned_data[self._name(row)] for row in self.strata}


class ReasonForm(HouseForm):
    """A reason that has to be given."""

    reason = forms.CharField(label="理由", max_length=200)


class FindingForm(HouseForm):
    """One thing to be put right."""

    text = forms.CharField(label="问题", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    result = forms.ModelChoiceField(
        label="督查内容", queryset=None, required=False, empty_label="不对应条目"
    )
    due_on = DayField(label="整改期限", required=False, help_text="不填就用反馈书的期限")

    def __init__(self, *args, check_round, **kwargs):
        super().__init__(*args, **kwargs)
        rows = check_round.results.select_related("item").order_by("order", "pk")
        self.fields["result"].queryset = rows
        self.fields["result"].label_from_instance = lambda row: (
            f"{row.item.code} {row.item.heading or row.item.clause}"
        )


class FindingChangeForm(HouseForm):
    text = forms.CharField(label="问题", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = DayField(label="整改期限", required=False, help_text="不填就用反馈书的期限")


class AnswerForm(HouseForm):
    """What was done about a finding."""

    text = forms.CharField(
        label="整改情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    files = EvidenceField()


class ReviewForm(HouseForm):
    """回头看 one finding."""

    verdict = forms.ChoiceField(
        label="回头看", choices=[("fixed", "已改"), ("unfixed", "未改")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="看到的情况", max_length=500, required=False, help_text="未改的要写",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    due_on = DayField(label="新的整改期限", required=False, help_text="未改的要填")


class GenerateForm(HouseForm):
    """By when the findings are to be put right."""

    due_on = DayField(label="整改期限")

    @staticmethod
    def proposed(check_round: CheckRound, today: datetime.date) -> datetime.date:
        """The round's days from today."""
        return today + datetime.timedelta(days=check_round.answer_days)


class LetterForm(HouseModelForm):
    """The office's words of a draft."""

    class Meta:
        model = CheckLetter
        fields = ("title", "document_no", "addressee", "text", "sender", "dated_on")
        field_classes = {"dated_on": DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 14})}
        help_texts = {
            "document_no": "由办公室填写，没有就空着",
            "text": "一行一段",
            "dated_on": "不填就用发出的当天",
        }


def frame_proposed() -> datetime.datetime:
    """The day's beginning: nothing is being written into it any more."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
