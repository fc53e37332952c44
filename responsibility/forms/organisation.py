"""Shapes of input on the organisation's pages; nothing here saves."""

from django import forms
from django.core.exceptions import ValidationError

from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from jiamusi_foodsafety.kit.phones import mask_phone, split_phones

from ..enums import MemberRole
from ..models import Body, Document
from ..queries.people import accounts_within


class DayField(forms.DateField):
    """A day, by the browser's own picker."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class AccountField(forms.CharField):
    """A member of staff by user name; the page offers the names below the area."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 150)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"})
        )
        super().__init__(**kwargs)


class PaperChoice(forms.ModelChoiceField):
    """A paper of the library that something rests on."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("empty_label", "不选")
        super().__init__(queryset=Document.objects.none(), **kwargs)

    def for_user(self, user):
        rows = Document.objects.visible_to(user).filter(is_active=True)
        self.queryset = rows.order_by("title", "pk")


class AccountsMixin:
    """`code`: the area below which the named account must lie."""

    account_names = ("user",)

    def place(self, *, user, code):
        self.accounts = accounts_within(user=user, code=code)

    def clean_user(self):
        name = self.cleaned_data["user"].strip()
        if not name:
            return None
        found = self.accounts.filter(username__iexact=name).first()
        if found is None:
            raise ValidationError(f"没有账号“{name}”，或不在这个属地。请从提示中选。")
        return found


class MemberForm(AccountsMixin, HouseForm):
    """A member of a body."""

    role = forms.ChoiceField(label="职务", choices=MemberRole.choices, initial=MemberRole.MEMBER)
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="单位", max_length=80)
    post = forms.CharField(label="单位职务", max_length=80, required=False)
    phone = forms.CharField(label="电话", max_length=20, required=False)
    user = AccountField(
        label="账号", help_text="填用户名。督导组成员填了账号，分管的县(市、区)随本组分片"
    )
    from_on = DayField(label="任期起")
    basis = PaperChoice(label="依据文件")
    note = forms.CharField(label="说明", max_length=120, required=False)

    def __init__(self, *args, user, body, **kwargs):
        super().__init__(*args, **kwargs)
        self.place(user=user, code=body.area_id)
        self.fields["basis"].for_user(user)

    def clean_phone(self):
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        number, rest = split_phones(text)
        if not number or rest:
            raise ValidationError("没有可用的电话号码。请填一个手机或座机号码。")
        return number


class CorrectionForm(MemberForm):
    """A member's record put right; `seen` tells which state of it the page showed."""

    seen = forms.IntegerField(min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Shown masked; what comes back masked is unchanged.
        self.number = self.initial["phone"]
        self.initial["phone"] = mask_phone(self.number) if self.number else ""
        basis = self.fields["basis"]
        if self.initial["basis"] is not None:
            kept = Document.objects.filter(pk=self.initial["basis"].pk)
            basis.queryset = (basis.queryset | kept).order_by("title", "pk")

    def clean_phone(self):
        if self.cleaned_data["phone"] == self.initial["phone"]:
            return self.number
        return super().clean_phone()

    def clean_user(self):
        same = self.cleaned_data["user"].strip() == self.initial["user"]
        if same and self.initial["user"]:
            return self.accounts.model.objects.get(username=self.initial["user"])
        return super().clean_user()


class SuccessorForm(MemberForm):
    """Who takes a member's place: role and day are those of the change."""

    role = None
    from_on = None
    field_order = ("name", "unit", "post", "phone", "user", "basis", "note")


class EndForm(HouseForm):
    """The day from which a member no longer serves, and why."""

    on = DayField(label="离任日期", help_text="从这一天起不再担任")
    end_note = forms.CharField(label="原因", max_length=120, help_text="如：调任、退休、分工调整")


class BodyForm(HouseModelForm):
    """A body itself."""

    class Meta:
        model = Body
        fields = ("kind", "name", "parent", "duty", "basis", "order", "from_on", "to_on")
        field_classes = {"from_on": DayField, "to_on": DayField}
        widgets = {"duty": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"duty": "牵头科室和职责", "to_on": "撤销后不再出现在名单中，历史保留"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kept = Body.objects.kept_by(user).filter(area=self.instance.area_id, to_on=None)
        self.fields["parent"].queryset = kept.exclude(pk=self.instance.pk).order_by("order", "pk")
        self.fields["parent"].empty_label = "不隶属"
        basis = Document.objects.visible_to(user).filter(is_active=True)
        self.fields["basis"].queryset = basis.order_by("title", "pk")
        self.fields["basis"].empty_label = "不选"
        if self.instance.pk:
            del self.fields["kind"]

    def clean(self):
        values = super().clean()
        if values.get("to_on") and self.instance.pk and self.instance.counties.filter(to_on=None):
            self.add_error("to_on", "本组还分管着县(市、区)，请先调整分片。")
        return values


class AllotmentForm(HouseForm):
    """Which 督导组 each county has, from a day; `seen-…` is what the page showed."""

    on = DayField(label="调整日期", help_text="从这一天起由新的督导组负责，不能晚于今天")
    basis = PaperChoice(label="依据文件")

    def __init__(self, *args, user, counties, teams, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["basis"].for_user(user)
        self.counties, self.now = counties, now
        choices = [("", "没有督导组"), *[(str(team.pk), team.name) for team in teams]]
        for county in counties:
            held = now.get(county.code)
            self.fields[f"team-{county.code}"] = forms.ChoiceField(
                label=county.name, choices=choices, required=False, initial=str(held or "")
            )
            self.fields[f"seen-{county.code}"] = forms.CharField(
                required=False, initial=str(held or ""), widget=forms.HiddenInput
            )

    def rows(self):
        """(county, its choice, its hidden field) of the page."""
        return [
            (county, self[f"team-{county.code}"], self[f"seen-{county.code}"])
            for county in self.counties
        ]

    def heads(self):
        return [self["on"], self["basis"]]

    def _teams(self, prefix):
        values = {
            county.code: self.cleaned_data.get(f"{prefix}-{county.code}") or ""
            for county in self.counties
        }
        return {
            code: int(value) for code, value in values.items() if value.isdecimal() and value
        }, values

    def seen(self):
        """The allotment that the page showed; a county that was not on it keeps what it has."""
        shown = {county.code for county in self.counties}
        others = {code: team for code, team in self.now.items() if code not in shown}
        return self._teams("seen")[0] | others

    def wanted(self):
        teams, values = self._teams("team")
        return {code: teams.get(code) for code in values}
